"""The one way out: every request that Winnow itself makes to somebody's address.

The address is checked after its name was resolved, and the connection goes to the very
address that was checked: a name that answers differently the next time changes nothing.
No redirects, no proxies from the environment, nothing unpacked, and an end to every wait.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
ANSWER_BYTES = 64 * 1024
URL_LENGTH = 2000
PORTS = {"http": 80, "https": 443}
KEPT_HEADERS = ("content-type", "retry-after")

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], list[str]]

GLOBAL_UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
IPV4_COMPATIBLE = ip_network("::/96")


class BadTarget(ValueError):
    """Not an address that anything is ever sent to; the message says why."""


class Unreachable(Exception):
    """No answer.

    Whether it was refused, filtered, unknown or unsafe, the words are the same: a target's
    owner must not learn from them what else is in the operator's network.
    """

    def __init__(self) -> None:
        super().__init__("no answer from this address")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the first 64 KiB as they were sent, and few headers, in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads, taken apart once."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take a URL apart; raise BadTarget for anything but plain http(s) on an allowed port."""
    if len(url) > URL_LENGTH:
        raise BadTarget(f"must have at most {URL_LENGTH} characters")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadTarget("must be written in plain ASCII, without blanks or backslashes")
    try:
        parts = urlsplit(url)
        port = PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError as error:
        raise BadTarget("is not a URL") from error
    check_parts(parts, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname or "", port, path)


def check_parts(parts: SplitResult, port: int) -> None:
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadTarget("must begin with https:// or http:// and a host")
    if "@" in parts.netloc:
        raise BadTarget("must not carry a user name")
    if port not in settings.EGRESS_PORTS:
        raise BadTarget("names a port that is not allowed here")


def system_addresses(host: str, port: int) -> list[str]:
    """Ask the system for every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolver = system_addresses
) -> Answer:
    """Send a body; return the answer, whatever its status. Raises BadTarget or Unreachable."""
    target = target_of(url)
    deadline = monotonic() + TOTAL_SECONDS
    addresses = checked_addresses(target, resolve)
    sent = {**headers, "Host": target.host_header, "Accept-Encoding": "identity"}
    try:
        connection = connected(target, addresses)
        with ended_by(deadline, connection) as too_late:
            connection.request(
                "POST", target.path, body, sent, preload_content=False, decode_content=False
            )
            answered = connection.getresponse()
            text = beginning(answered)
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise Unreachable from error
    if too_late.is_set():  # a cut connection can look like the end of an answer
        raise Unreachable
    kept = {name: answered.headers[name] for name in KEPT_HEADERS if name in answered.headers}
    return Answer(answered.status, kept, text)


def beginning(answered: HTTPResponse) -> bytes:
    """Return the first 64 KiB as they were sent; raise HTTPError if they break off."""
    text = b""
    while chunk := answered.read(ANSWER_BYTES - len(text), decode_content=False):
        text += chunk
    return text


def checked_addresses(target: Target, resolve: Resolver) -> list[str]:
    """Return the addresses of a target; raise Unreachable unless every single one is allowed."""
    found = in_time(lambda: resolve(target.host, target.port))
    if not found or not all(is_allowed(address) for address in found):
        raise Unreachable
    return found


def in_time(look_up: Callable[[], list[str]]) -> list[str]:
    """Return what a look-up finds; the system's own patience can be a minute."""
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError):
            answers.put([])

    Thread(target=run, daemon=True).start()
    try:
        return answers.get(timeout=CONNECT_SECONDS)
    except Empty:
        return []


def is_allowed(text: str) -> bool:
    """Tell whether an address is on the public internet, or where the operator allows it."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    allowed = [ip_network(network) for network in settings.EGRESS_ALLOW]
    return all(
        is_public(one) or any(one in network for network in allowed) for one in meant(address)
    )


def meant(address: Address) -> list[Address]:
    """Return where an address leads: an IPv6 one may stand for IPv4 ones."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return list(address.teredo)
    if address in NAT64 or address in IPV4_COMPATIBLE:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


def is_public(address: Address) -> bool:
    """Tell whether an address is global unicast."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def connected(target: Target, addresses: list[str]) -> HTTPConnection:
    """Return a connection to the first address that takes one; raise OSError or HTTPError."""
    deadline = monotonic() + CONNECT_SECONDS
    failure: Exception = OSError("no time left")
    for address in addresses:
        patience = deadline - monotonic()
        if patience <= 0:
            break
        connection = connection_to(target, address, patience)
        try:
            connection.connect()
        except (OSError, HTTPError) as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def connection_to(target: Target, address: str, patience: float) -> HTTPConnection:
    """Aim at an address, but ask for and verify the host that the URL names."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=patience)
    return HTTPSConnection(
        address,
        target.port,
        timeout=patience,
        server_hostname=target.host,
        ssl_context=tls(),
    )


@cache
def tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def ended_by(deadline: float, connection: HTTPConnection) -> Iterator[Event]:
    """Cut a connection off at the deadline, however busily the other side drips bytes."""
    too_late = Event()
    line = connection.sock
    left = max(0.0, deadline - monotonic())

    def cut() -> None:
        too_late.set()
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    line.settimeout(TOTAL_SECONDS)
    timer = Timer(left, cut)
    timer.daemon = True
    timer.start()
    try:
        yield too_late
    finally:
        timer.cancel()
        connection.close()
