"""Who calls: a site's key, or a moderator's session."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from moderation.limits import count_hit
from moderation.models import Scope, Site, SiteKey
from moderation.models.actor import Actor
from moderation.services.access import key_actor, key_of, user_actor


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. The request's user is then the key's Actor."""

    def authenticate(self, request: Request) -> tuple[Actor, Any] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        if not (key := key_of(token.strip())):
            raise AuthenticationFailed("This key is not valid.")
        count_hit(settings.KEY_LIMIT, "key", key.pk.hex)
        if key.limit_per_minute:
            count_hit(f"{key.limit_per_minute}/minute", "own", key.pk.hex)
        return key_actor(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Winnow"'


class ModeratorSession(SessionAuthentication):
    """The dashboard's cookie, with its CSRF token. The request's user is the person's Actor."""

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        signed_in = super().authenticate(request)
        return (user_actor(signed_in[0]), None) if signed_in else None


class SignedIn(BasePermission):
    """Whoever has been recognised, with the scope that the view asks for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Actor):
            return False
        scope = getattr(view, "scope", Scope.REVIEW)
        if scope not in request.user.scopes:
            raise PermissionDenied(f"This key lacks the scope “{scope}”.")
        return True


def actor_of(request: Request) -> Actor:
    """Return who calls; the permission has let nobody else through."""
    assert isinstance(request.user, Actor)
    return request.user


def moderated_site(request: Request, site_id: UUID) -> Site:
    """Return a site of the caller; a stranger's does not exist (404)."""
    if site_id not in actor_of(request).site_ids:
        raise Http404
    return Site.objects.get(pk=site_id)


def owned_site(request: Request, site_id: UUID) -> Site:
    """Return a site that the caller may configure.

    A stranger's does not exist (404); a moderator who does not own it is told so (403).
    """
    site = moderated_site(request, site_id)
    if site_id not in actor_of(request).owned_site_ids:
        raise PermissionDenied("Only an owner of this site may do this.")
    return site


def site_of(request: Request) -> Site:
    """Return the site that a key speaks for; raise ValidationError for a session."""
    if not isinstance(request.auth, SiteKey):
        raise ValidationError("Submit with a site key.")
    return request.auth.site


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "siteKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = ModeratorSession
    name = "moderatorSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
