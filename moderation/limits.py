"""Flood limits, and client addresses behind proxies."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from time import time
from typing import Any

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from moderation import privacy
from moderation.breaker import ANSWER_SECONDS, broker_breaker


class Flooded(Exception):
    """Too many requests from one place; try again after so many seconds."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


def count_hit(limit: str, *who: str) -> None:
    """Count one request of somebody against a limit such as "30/minute".

    Raises Flooded when that is one too many. Without a broker each process counts for
    itself: honest visitors pass, a flood is still a flood.
    """
    item = parse(limit)
    limiter = shared_limiter()
    if not broker_breaker.is_open():
        try:
            return refuse_flood(limiter, item, who)
        except RedisError:
            broker_breaker.trip()
    return refuse_flood(local_limiter(), item, who)


def refuse_if_spent(limit: str, *who: str) -> None:
    """Raise Flooded if somebody has used up a limit, without counting this request."""
    item = parse(limit)
    if not broker_breaker.is_open():
        try:
            return refuse_spent(shared_limiter(), item, who)
        except RedisError:
            broker_breaker.trip()
    return refuse_spent(local_limiter(), item, who)


def refuse_spent(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]
) -> None:
    if not limiter.test(item, *who):
        raise Flooded(seconds_until_reset(limiter, item, who))


def seconds_until_reset(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]
) -> int:
    return max(1, int(limiter.get_window_stats(item, *who).reset_time - time()) + 1)


def refuse_flood(
    limiter: FixedWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]
) -> None:
    if not limiter.hit(item, *who):
        raise Flooded(seconds_until_reset(limiter, item, who))


@cache
def shared_limiter() -> FixedWindowRateLimiter:
    patience: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": ANSWER_SECONDS,
        # One short try: the library would try three times more, each with its own timeout.
        "retry": Retry(NoBackoff(), 0),
    }
    return FixedWindowRateLimiter(RedisStorage(settings.REDIS_URL, **patience))


@cache
def local_limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())


def client_ip(meta: Mapping[str, str]) -> str | None:
    """Return the visitor's address, believing only as many proxies as the operator declared.

    With n trusted proxies it is the n-th address from the right of X-Forwarded-For; a
    header that is shorter or unreadable is not believed at all.
    """
    hops = meta.get("HTTP_X_FORWARDED_FOR", "").split(",")
    believed = hops[-settings.TRUSTED_PROXIES] if 0 < settings.TRUSTED_PROXIES <= len(hops) else ""
    return readable_ip(believed) or readable_ip(meta.get("REMOTE_ADDR", ""))


def readable_ip(text: str) -> str | None:
    """Return an address in its one spelling, an IPv4-mapped one as IPv4; None if it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)


def reduced_ip(ip: str) -> str:
    """Return the network that is kept of an address: /24 of IPv4, /48 of IPv6."""
    bits = 48 if ":" in ip else 24
    return str(ip_network(f"{ip}/{bits}", strict=False))


def flood_prefix(ip: str | None) -> str:
    """Return the name under which floods from an address are counted, keyed.

    One household has a whole IPv6 /64 to itself but only one IPv4 address. The broker
    keeps a keyed hash, never the address.
    """
    if ip is None:
        return "unknown"
    prefix = str(ip_network(f"{ip}/64", strict=False)) if ":" in ip else ip
    return privacy.fingerprint(flood_key(), prefix).hex()


@cache
def flood_key() -> bytes:
    return privacy.derive(next(iter(privacy.wrapping_keys().values())), "flood")
