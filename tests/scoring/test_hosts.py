"""Hosts: found as browsers read them, compared on the boundaries of their labels."""

import pytest

from moderation.scoring.hosts import find_hosts, leads_home, lies_under, normal_host


def names(text):
    return [host.name for host in find_hosts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.com/a", ["example.com"]),
        ("HTTP://EXAMPLE.COM.", ["example.com"]),
        ("example.com and www.example.org", ["example.com", "www.example.org"]),
        ("http://example.com@evil.test/", ["example.com", "evil.test"]),
        ("https://evil.test/example.com/x.html", ["evil.test"]),
        ("http:\\\\evil.test\\example.com", ["evil.test"]),
        ("ex\u200bample.com", ["example.com"]),
        ("ｅｘａｍｐｌｅ。ｃｏｍ", ["example.com"]),  # noqa: RUF001
        ("https://Bücher.example/", ["xn--bcher-kva.example"]),
        ("https://xn--bcher-kva.example/", ["xn--bcher-kva.example"]),
        ("http://2130706433/", ["2130706433"]),
        ("someone@example.com", ["example.com"]),
        ("3.14 or 1.5", []),
        ("no host here.", []),
    ],
)
def test_hosts_are_found_as_browsers_read_them(text, expected):
    assert names(text) == expected


def test_a_host_says_where_it_stands():
    text = "go to ex\u200bample.com now"
    [host] = find_hosts(text)

    assert text[slice(*host.span)] == "ex\u200bample.com"


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        ("example.com", "example.com", True),
        ("www.example.com", "example.com", True),
        ("evil-example.com", "example.com", False),
        ("evilexample.com", "example.com", False),
        ("example.com.evil.test", "example.com", False),
        ("example.com", "www.example.com", False),
        ("exаmple.com", "example.com", False),  # noqa: RUF001  another letter, another host
    ],
)
def test_a_domain_ends_at_a_dot(host, domain, expected):
    assert lies_under(normal_host(host), normal_host(domain)) is expected


@pytest.mark.parametrize("text", ["." * 20_000, "a." * 10_000, "é" * 20_000, "//" * 10_000])
def test_no_text_is_too_odd(text):
    assert all(len(host.name) < 2_000 for host in find_hosts(text))


@pytest.mark.parametrize(
    ("link", "home"),
    [
        ("https://own.example/a?b#c", True),
        ("HTTP://WWW.Own.Example:8000", True),
        ("www.own.example", True),
        ("own.example", True),
        ("https://own.example.", True),
        ("https://sub.own.example", False),
        ("https://own.example.evil.example", False),
        ("https://own.example@evil.example", False),
        ("https://evil.example\\@own.example", False),
        ("https://evil.example/own.example", False),
        ("https://[own.example", False),
        ("", False),
    ],
)
def test_a_link_home(link, home):
    assert leads_home(link, ("own.example",)) is home
    assert not leads_home(link, ())
