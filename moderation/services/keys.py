"""Keys of a site: made with what they may do, shown once, revoked."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from moderation import privacy
from moderation.models import Scope, Site, SiteKey
from moderation.services.sites import key_digest, make_key, make_plugin_key, valid_name


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its text in the clear, which cannot be read again."""

    row: SiteKey
    text: str


@transaction.atomic
def add_key(
    site: Site, *, name: str, scopes: Collection[Scope], limit_per_minute: int | None = None
) -> NewKey:
    """Make a key for programs; raise InvalidSite for a bad name.

    A scope brings those before it along.
    """
    widest = max([*Scope].index(scope) for scope in scopes)
    text = make_key(site, name=valid_name(name), scopes=[*Scope][: widest + 1])
    row = site.keys.get(digest=key_digest(text))
    row.limit_per_minute = limit_per_minute
    row.save(update_fields=["limit_per_minute"])
    return NewKey(row, text)


@transaction.atomic
def add_plugin_key(site: Site, *, name: str) -> NewKey:
    """Make a key in Akismet's form; raise InvalidSite for a bad name."""
    text = make_plugin_key(site, name=valid_name(name))
    return NewKey(site.keys.get(digest=privacy.plugin_key_digests(text)[0]), text)


def revoke_key(key: SiteKey) -> None:
    """End a key at once; a key that was revoked before keeps its time."""
    SiteKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
