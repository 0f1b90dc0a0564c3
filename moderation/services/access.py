"""Access: who stands behind a key or a session, and which sites they may see."""

import re
from datetime import timedelta
from functools import lru_cache
from time import monotonic
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, Value
from django.utils import timezone

from moderation.models import ActorKind, Membership, Role, Scope, Site, SiteKey
from moderation.models.actor import Actor
from moderation.privacy import plugin_key_digests
from moderation.services.sites import key_digest

PLUGIN_KEY = re.compile(r"[0-9a-fA-F]{12}")
# How exactly "last used" is known: one write a minute, not one a request.
LAST_USED_GRAIN = timedelta(minutes=1)
# How long a key that was revoked or is over may still be believed. A quarter of a busy
# request was this look-up.
KNOWN_SECONDS = 0.5


def key_of(token: str) -> SiteKey | None:
    """Return the valid API key of a bearer token, with its site, and note that it was used.

    A busy key is looked up once a KNOWN_SECONDS, not once a request: what changes about a
    key or its site holds that much later.
    """
    try:
        key = valid_key(key_digest(token), moment())
    except SiteKey.DoesNotExist:
        return None
    note_use(key)
    return key


@lru_cache(maxsize=256)  # what is not found raises, and is not kept
def valid_key(digest: bytes, moment: int) -> SiteKey:
    """Return the key of a digest as it stands at a moment; raise SiteKey.DoesNotExist."""
    goes_on = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return SiteKey.objects.select_related("site").get(
        goes_on, digest=digest, kind=SiteKey.Kind.API, revoked_at=None
    )


def moment() -> int:
    """Number the stretches of time within which one look-up of a key is enough."""
    return int(monotonic() / KNOWN_SECONDS)


def plugin_key_of(token: str) -> SiteKey | None:
    """Return the valid plugin key of twelve digits, with its site, and note that it was used."""
    if not PLUGIN_KEY.fullmatch(token):
        return None
    try:
        key = valid_plugin_key(tuple(plugin_key_digests(token.lower())), moment())
    except SiteKey.DoesNotExist:
        return None
    note_use(key)
    return key


@lru_cache(maxsize=256)
def valid_plugin_key(digests: tuple[bytes, ...], moment: int) -> SiteKey:
    """Return the key of one of the digests, as `valid_key` does."""
    rows = SiteKey.objects.select_related("site").filter(digest__in=digests, revoked_at=None)
    return rows.get(kind=SiteKey.Kind.PLUGIN)


def note_use(key: SiteKey) -> None:
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - LAST_USED_GRAIN:
        SiteKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now


def key_actor(key: SiteKey) -> Actor:
    return Actor(
        kind=ActorKind.KEY,
        name=key.name,
        key_id=key.pk,
        site_ids=frozenset({key.site_id}),
        scopes=frozenset(key.scopes),
        owned_site_ids=frozenset({key.site_id} if Scope.ADMIN in key.scopes else ()),
    )


def user_actor(user: User) -> Actor:
    """Return a signed-in person with the sites they moderate; an operator sees them all."""
    roles: dict[UUID, str] = dict(
        Site.objects.values_list("pk", Value(Role.OWNER))
        if user.is_superuser
        else Membership.objects.filter(user=user).values_list("site_id", "role")
    )
    return Actor(
        kind=ActorKind.USER,
        name=user.get_username(),
        user_id=user.pk,
        site_ids=frozenset(roles),
        scopes=frozenset(Scope),
        owned_site_ids=frozenset(site for site, role in roles.items() if role == Role.OWNER),
        is_operator=user.is_superuser,
    )


def make_owner(site: Site, user: User) -> None:
    Membership.objects.get_or_create(site=site, user=user, defaults={"role": Role.OWNER})
