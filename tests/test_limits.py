"""Flood limits, and client addresses behind proxies."""

import pytest
import redis

from moderation import limits
from moderation.breaker import broker_breaker
from moderation.limits import Flooded, client_ip, count_hit, flood_prefix, reduced_ip


def test_the_last_request_too_many_is_refused():
    for _ in range(3):
        count_hit("3/minute", "form", "someone")

    with pytest.raises(Flooded) as caught:
        count_hit("3/minute", "form", "someone")
    assert 0 < caught.value.retry_after_seconds <= 61
    count_hit("3/minute", "form", "somebody else")


def test_without_a_broker_each_process_counts_for_itself(monkeypatch):
    def away(*_args, **_more):
        raise redis.ConnectionError

    monkeypatch.setattr(limits.shared_limiter().storage, "incr", away)

    count_hit("1/minute", "x")

    assert broker_breaker.is_open()
    with pytest.raises(Flooded):
        count_hit("1/minute", "x")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "ip"),
    [
        (0, "198.51.100.7", "203.0.113.5"),  # nobody declared a proxy: the header is a lie
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (2, "1.1.1.1, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (3, "198.51.100.7", "203.0.113.5"),  # fewer hops than declared
        (1, "garbage", "203.0.113.5"),
        (1, "", "203.0.113.5"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_declared_proxies_are_believed(settings, proxies, forwarded, ip):
    settings.TRUSTED_PROXIES = proxies

    assert client_ip({"REMOTE_ADDR": "203.0.113.5", "HTTP_X_FORWARDED_FOR": forwarded}) == ip


def test_a_socket_without_an_address_is_nobody():
    assert client_ip({"REMOTE_ADDR": ""}) is None


@pytest.mark.parametrize(
    ("ip", "kept"), [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::7", "2001:db8:1::/48")]
)
def test_what_is_kept_of_an_address(ip, kept):
    assert reduced_ip(ip) == kept


def test_an_ipv6_household_shares_one_count():
    assert flood_prefix("2001:db8::1") == flood_prefix("2001:db8::ffff")
    assert flood_prefix("2001:db8::1") != flood_prefix("2001:db8:0:1::1")
    assert flood_prefix("192.0.2.1") != flood_prefix("192.0.2.2")


def test_the_broker_never_sees_an_address():
    count_hit("5/minute", "form", flood_prefix("192.0.2.99"))

    keys = limits.shared_limiter().storage.storage.keys("*")
    assert keys
    assert not any(b"192.0.2" in key for key in keys)
