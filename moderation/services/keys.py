"""Keys of a site: made with what they may do and until when, shown once, revoked."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation import privacy
from moderation.models import Scope, Site, SiteKey
from moderation.models.actor import Actor
from moderation.services.sites import (
    InvalidSite,
    key_digest,
    make_key,
    make_plugin_key,
    valid_name,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its text in the clear, which cannot be read again."""

    row: SiteKey
    text: str


@transaction.atomic
def add_key(
    site: Site,
    *,
    name: str,
    scopes: Collection[Scope],
    actor: Actor,
    limit_per_minute: int | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key for programs; raise InvalidSite for a bad name or an end that is over.

    A scope brings those before it along.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidSite(_("must lie in the future"), "expires_at")
    widest = max([*Scope].index(scope) for scope in scopes)
    text = make_key(site, name=valid_name(name), scopes=[*Scope][: widest + 1])
    row = site.keys.get(digest=key_digest(text))
    row.limit_per_minute, row.expires_at = limit_per_minute, expires_at
    row.save(update_fields=["limit_per_minute", "expires_at"])
    log("made", row, actor)
    return NewKey(row, text)


@transaction.atomic
def add_plugin_key(site: Site, *, name: str, actor: Actor) -> NewKey:
    """Make a key in Akismet's form; raise InvalidSite for a bad name."""
    text = make_plugin_key(site, name=valid_name(name))
    row = site.keys.get(digest=privacy.plugin_key_digests(text)[0])
    log("made", row, actor)
    return NewKey(row, text)


def revoke_key(key: SiteKey, *, actor: Actor) -> None:
    """End a key at once; a key that was revoked before keeps its time."""
    if SiteKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        log("revoked", key, actor)


def log(deed: str, key: SiteKey, actor: Actor) -> None:
    """Tell who did what, by ids alone."""
    logger.info(
        "key %s",
        deed,
        extra={
            "site": str(key.site_id),
            "key": str(key.pk),
            "scopes": key.scopes,
            "actor": actor.trace,
        },
    )
