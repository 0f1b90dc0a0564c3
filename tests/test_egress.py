"""The one way out: whom it reaches, and above all whom it does not."""

import datetime
import gzip
import socket
import ssl
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from moderation import egress
from tests.sinks import always, http_sink, raw_sink

NO_ANSWER = "no answer from this address"


@pytest.fixture
def let_in(settings):
    """Allow this machine, as an operator could, and the port of a sink."""

    def let_in(sink):
        settings.EGRESS_ALLOW, settings.EGRESS_PORTS = ["127.0.0.1/32"], [sink.port]

    return let_in


def post(url, **more):
    return egress.post(url, b"{}", {"Content-Type": "application/json"}, **more)


def answering(*addresses):
    return lambda host, port: list(addresses)


def test_the_answer_comes_back_with_its_status_and_few_headers(let_in):
    with http_sink(always(201, {"Retry-After": "7", "Set-Cookie": "a=b"}, b"made")) as sink:
        let_in(sink)
        answer = post(f"{sink.url}?q=1")

    assert (answer.status, answer.body) == (201, b"made")
    assert dict(answer.headers) == {"retry-after": "7"}
    assert sink.requests[0].path == "/hook?q=1"


def test_the_host_is_the_one_of_the_url_not_the_address(let_in):
    with http_sink() as sink:
        let_in(sink)
        post(f"http://hooks.example:{sink.port}/", resolve=answering("127.0.0.1"))

    assert sink.requests[0].headers["host"] == f"hooks.example:{sink.port}"


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their secrets
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",  # 6to4
    "2001:0:7f00:1::",  # Teredo, by its server
    "2001:0:5bcd:7b7b::80ff:fffe",  # Teredo, by its client: 127.0.0.1, inverted
    "fe80::1",
    "fe80::1%lo",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
    "not an address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_on_the_public_internet_is_never_connected_to(settings, address):
    with http_sink() as canary:
        settings.EGRESS_PORTS = [canary.port]
        for found in ([address], ["93.184.215.14", address], [address, "93.184.215.14"]):
            with pytest.raises(egress.Unreachable, match=NO_ANSWER):
                post(f"http://hooks.example:{canary.port}/", resolve=answering(*found))

    assert canary.requests == []


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_public_internet_is_allowed(address):
    assert egress.is_allowed(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f.1"],
)
def test_spellings_of_this_machine_lead_nowhere(settings, host):
    with http_sink() as canary:
        settings.EGRESS_PORTS = [canary.port]
        with pytest.raises(egress.Unreachable):
            post(f"http://{host}:{canary.port}/")

    assert canary.requests == []


def test_a_name_that_changes_its_answer_is_asked_once(monkeypatch, settings):
    """DNS rebinding: public when it is checked, this machine when it is connected to."""
    asked, went = [], []

    def resolve(host, port):
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(self, address):
        went.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(egress.Unreachable):
        post("http://rebind.example/", resolve=resolve)

    assert (asked, went) == (["rebind.example"], ["93.184.215.14"])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "hooks.example",
        "//hooks.example/",
        "https://",
        "https://user@hooks.example/",
        "https://user:secret@hooks.example/",
        "https://hooks.example@127.0.0.1/",
        "https://hooks.example:22/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nX-Injected: 1",
        "https://hooks.example/é",
        "https://[::1/",
        "https://hooks.example/" + "a" * 2000,
    ],
)
def test_what_is_no_plain_url_is_refused_before_anything_is_asked(url):
    def resolve(host, port):
        raise AssertionError("asked")

    with pytest.raises(egress.BadTarget):
        post(url, resolve=resolve)


def test_a_redirect_is_an_answer_and_nobody_follows_it(let_in):
    with http_sink() as canary:
        away = {"Location": canary.url}
        with http_sink(always(302, away)) as sink:
            let_in(sink)
            assert post(sink.url).status == 302

    assert canary.requests == []


def test_proxies_of_the_environment_are_not_asked(let_in, monkeypatch):
    with http_sink() as proxy, http_sink() as sink:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        let_in(sink)
        assert post(sink.url).status == 200

    assert proxy.requests == []


def test_a_long_answer_is_cut_and_a_packed_one_is_not_unpacked(let_in):
    packed = gzip.compress(b"0" * 50_000_000, 9)
    with http_sink(always(200, {"Content-Encoding": "gzip"}, b"x" * 1_000_000)) as sink:
        let_in(sink)
        assert post(sink.url).body == b"x" * egress.ANSWER_BYTES
        sink.answer = always(200, {"Content-Encoding": "gzip"}, packed)
        assert post(sink.url).body == packed[: egress.ANSWER_BYTES]


def garbage(line, over):
    line.recv(65_536)
    line.sendall(b"\x00\xff garbage \r\n\r\n")


def early_close(line, over):
    line.recv(65_536)


def half_an_answer(line, over):
    line.recv(65_536)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def hung(line, over):
    over.wait(10)


def dripping_headers(line, over):
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        line.sendall(b"X-A: b\r\n")


def dripping_body(line, over):
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not over.wait(0.05):
        line.sendall(b"x")


@pytest.mark.parametrize(
    "play", [garbage, early_close, half_an_answer, hung, dripping_headers, dripping_body]
)
def test_whatever_goes_wrong_ends_in_time_and_in_the_same_words(let_in, monkeypatch, play):
    monkeypatch.setattr(egress, "TOTAL_SECONDS", 0.4)
    with raw_sink(play) as sink:
        let_in(sink)
        begun = monotonic()
        with pytest.raises(egress.Unreachable, match=NO_ANSWER):
            post(sink.url)

    assert len(sink.requests) == 1
    assert monotonic() - begun < 3


def test_names_that_do_not_exist_and_closed_ports_get_the_same_words(settings, let_in):
    def no_such_name(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(egress.Unreachable, match=NO_ANSWER):
        post("https://nowhere.example/", resolve=no_such_name)
    with http_sink() as sink:
        let_in(sink)
    with pytest.raises(egress.Unreachable, match=NO_ANSWER):
        post(sink.url)


def test_a_look_up_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(egress, "CONNECT_SECONDS", 0.2)
    with raw_sink(hung) as dns:

        def resolve(host, port):
            with socket.create_connection(("127.0.0.1", dns.port)) as line:
                line.recv(1)
            return ["93.184.215.14"]

        with pytest.raises(egress.Unreachable):
            post("http://slow.example/", resolve=resolve)


def test_the_next_address_is_tried_when_one_refuses(let_in, settings):
    with http_sink() as sink:
        let_in(sink)
        settings.EGRESS_ALLOW = ["127.0.0.0/8"]
        answer = post(sink.url, resolve=answering("127.0.0.9", "127.0.0.1"))

    assert answer.status == 200


# --- TLS


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """Make a certificate for hooks.example that this test's Winnow trusts, or not."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, SHA256())
    )
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    egress.tls.cache_clear()
    yield certificate, private
    egress.tls.cache_clear()


def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority)
    return context


def test_the_certificate_must_be_for_the_host_of_the_url(authority, let_in, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    with http_sink(tls=server_tls(authority)) as sink:
        let_in(sink)
        here = answering("127.0.0.1")
        good = post(f"https://hooks.example:{sink.port}/", resolve=here)
        with pytest.raises(egress.Unreachable, match=NO_ANSWER):
            post(f"https://other.example:{sink.port}/", resolve=here)

    assert good.status == 200
    assert len(sink.requests) == 1


def test_an_unknown_authority_is_not_trusted(authority, let_in):
    with http_sink(tls=server_tls(authority)) as sink:
        let_in(sink)
        with pytest.raises(egress.Unreachable, match=NO_ANSWER):
            post(f"https://hooks.example:{sink.port}/", resolve=answering("127.0.0.1"))

    assert sink.requests == []


def test_old_tls_is_not_spoken():
    assert egress.tls().minimum_version == ssl.TLSVersion.TLSv1_2
