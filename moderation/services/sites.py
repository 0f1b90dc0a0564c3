"""Sites and their keys: made here, shown once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from moderation import privacy
from moderation.canonical import BadURL, origin_of
from moderation.models import Scope, Site, SiteKey
from moderation.services.validation import line, required

PREFIX_LENGTH = 9
PLUGIN_KEY_BYTES = 6
PLUGIN_PREFIX_LENGTH = 4
NAME_LENGTH = 100
URL_LENGTH = 2000
MOST_ORIGINS = 50

line_rule = required(line(NAME_LENGTH))


class InvalidSite(Exception):
    """A site cannot be made of this; the message says why, `field` where."""

    def __init__(self, message: str, field: str = "url") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewSite:
    """A site with its first keys in the clear; they cannot be read again."""

    site: Site
    key: str
    plugin_key: str
    review_key: str


@transaction.atomic
def create_site(name: str, url: str) -> NewSite:
    """Make a site and its first keys; raise InvalidSite for a bad name or URL."""
    name, origin = valid_name(name), valid_origin(url)
    site_id = uuid7()
    wrapped = privacy.make_site_key(str(site_id))
    site = Site.objects.create(
        id=site_id, name=name, url=url, origins=[origin], wrapped_key=wrapped
    )
    return NewSite(
        site=site,
        key=make_key(site, name="submit", scopes=[Scope.SUBMIT]),
        plugin_key=make_plugin_key(site),
        review_key=make_key(site, name="review", scopes=[Scope.SUBMIT, Scope.REVIEW]),
    )


@transaction.atomic
def configure_site(
    site: Site,
    *,
    name: str | None = None,
    url: str | None = None,
    origins: Sequence[str] | None = None,
) -> Site:
    """Change what is given of a site; raise InvalidSite.

    Pages that have comments stay, also when their origin goes: it takes no new ones.
    """
    site = Site.objects.select_for_update().get(pk=site.pk)
    if name is not None:
        site.name = valid_name(name)
    if url is not None:
        valid_origin(url)
        site.url = url
    if origins is not None:
        site.origins = valid_origins(origins)
    site.save(update_fields=["name", "url", "origins"])
    return site


def valid_name(name: str) -> str:
    try:
        return line_rule(name)
    except ValueError as error:
        message = _("the name must have 1 to %d characters") % NAME_LENGTH
        raise InvalidSite(message, "name") from error


def valid_origin(url: str, field: str = "url") -> str:
    if len(url) > URL_LENGTH:
        raise InvalidSite(_("the URL must have at most %d characters") % URL_LENGTH, field)
    try:
        return origin_of(url)
    except BadURL as error:
        raise InvalidSite(_("the URL %(why)s") % {"why": error}, field) from error


def valid_origins(urls: Sequence[str]) -> list[str]:
    """Return scheme, host and port of each, once; raise InvalidSite for none or too many."""
    origins = list(dict.fromkeys(valid_origin(url, "origins") for url in urls))
    if not 0 < len(origins) <= MOST_ORIGINS:
        raise InvalidSite(_("there must be 1 to %d origins") % MOST_ORIGINS, "origins")
    return origins


def make_key(site: Site, *, name: str, scopes: list[Scope]) -> str:
    """Make an API key of 256 random bits and return it; only its hash is kept."""
    key = f"wn_{secrets.token_urlsafe(32)}"
    SiteKey.objects.create(
        site=site, name=name, scopes=scopes, prefix=key[:PREFIX_LENGTH], digest=key_digest(key)
    )
    return key


def make_plugin_key(site: Site, *, name: str = "plugin") -> str:
    """Make a key in Akismet's form, 12 hexadecimal digits, and return it; it is kept sealed."""
    key = secrets.token_hex(PLUGIN_KEY_BYTES)
    row = SiteKey(
        site=site,
        kind=SiteKey.Kind.PLUGIN,
        name=name,
        prefix=key[:PLUGIN_PREFIX_LENGTH],
        digest=privacy.plugin_key_digests(key)[0],
    )
    row.sealed = row.seal(key)
    row.save(force_insert=True)
    return key


def key_digest(key: str) -> bytes:
    """Return what is kept of an API key; a plain hash does for 256 random bits."""
    return hashlib.sha256(key.encode()).digest()
