"""System checks: refuse unsafe settings, with a hint. `manage.py check` and `up` run them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from limits import parse

from moderation import privacy
from moderation.models import Site

LOOPBACK = {"localhost", "127.0.0.1", "::1", None, ""}
SECRET_KEY_LENGTH = 32


@register(Tags.security)
def secrets_are_strong(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        found.append(
            Error(
                "SECRET_KEY is short.", hint="Use 32 random characters or more.", id="winnow.E001"
            )
        )
    try:
        privacy.wrapping_keys()
    except privacy.BadMasterKey as error:
        hint = "It holds 32 random bytes in URL-safe base64; several are separated by commas."
        found.append(Error(f"{error}.", hint=hint, id="winnow.E002"))
    return found


@register(Tags.security)
def production_is_not_debugged(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.DEBUG and settings.PUBLIC_URL:
        hint = "DEBUG shows visitors settings and source code: unset it where PUBLIC_URL is set."
        return [Error("DEBUG is on for a public address.", hint=hint, id="winnow.E003")]
    return []


@register(Tags.security)
def public_address_is_https(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    host = urlsplit(settings.PUBLIC_URL).hostname
    if settings.HTTPS or host in LOOPBACK:
        return []
    hint = "Passwords and addresses would travel in the clear: put a TLS proxy in front."
    return [Error("PUBLIC_URL is not https://.", hint=hint, id="winnow.E004")]


@register(Tags.security)
def remote_broker_has_a_password(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    broker = urlsplit(settings.REDIS_URL)
    if broker.hostname in LOOPBACK or broker.password:
        return []
    hint = "Whoever reaches it can run tasks: set a password and name it in REDIS_URL."
    return [
        Error("REDIS_URL names a remote broker without a password.", hint=hint, id="winnow.E005")
    ]


@register(Tags.security)
def hosts_are_named(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts that this service answers for."
        return [Error("ALLOWED_HOSTS lets everything pass.", hint=hint, id="winnow.E006")]
    return []


@register()
def limits_are_readable(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    return [
        Error(f"{name} is not a limit.", hint='Write it like "30/minute".', id="winnow.E007")
        for name in ("FORM_LIMIT", "KEY_LIMIT", "LOGIN_LIMIT")
        if not is_limit(getattr(settings, name))
    ]


def is_limit(text: str) -> bool:
    try:
        return bool(parse(text))
    except ValueError:
        return False


@register(Tags.security)
def proxies_are_declared(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        hint = (
            "Every visitor seems to come from the proxy's own address, and shares its flood"
            " limit: set TRUSTED_PROXIES to how many proxies you run in front of this service."
        )
        return [Warning("HTTPS without a trusted proxy.", hint=hint, id="winnow.W001")]
    return []


@register(Tags.database)
def sealed_keys_open(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Refuse to start with a master key that does not open what is stored."""
    if not databases:
        return []
    try:
        sites = list(Site.objects.only("id", "wrapped_key"))
    except DatabaseError:  # not migrated yet: nothing is stored
        return []
    locked = [site for site in sites if not opens(site)]
    if not locked:
        return []
    hint = "Put back the MASTER_KEY that this database was made with, or its backup."
    told = f"MASTER_KEY does not open the keys of {len(locked)} of {len(sites)} sites."
    return [Error(told, hint=hint, id="winnow.E008")]


def opens(site: Site) -> bool:
    try:
        return bool(privacy.unwrap(bytes(site.wrapped_key), str(site.pk)))
    except (privacy.Unreadable, privacy.BadMasterKey):
        return False
