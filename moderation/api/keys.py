"""The keys of a site: listed by their beginnings, made, revoked. Owners only."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.fields import Strict, Text, Whole, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import time
from moderation.models import Scope, Site, SiteKey
from moderation.models.actor import Actor
from moderation.models.pages import ORDERS
from moderation.services.keys import NewKey, add_key, add_plugin_key, revoke_key
from moderation.services.sites import NAME_LENGTH, InvalidSite

MOST_PER_MINUTE = 1_000_000


class KeyShape(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(SiteKey.Kind.values)
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.values))
    prefix = serializers.CharField(help_text="How the key begins.")
    limit_per_minute = serializers.IntegerField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewKeyShape(KeyShape):
    key = serializers.CharField(help_text="The key itself. It is shown this once.")


class KeyRequest(Strict):
    name = Text(min_length=1, max_length=NAME_LENGTH)
    kind = serializers.ChoiceField(SiteKey.Kind.values, default=SiteKey.Kind.API)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.values),
        default=[Scope.SUBMIT],
        min_length=1,
        help_text="Each brings those before it along. A plugin key has none.",
    )
    limit_per_minute = Whole(default=None, allow_null=True, min_value=1, max_value=MOST_PER_MINUTE)
    expires_at = serializers.DateTimeField(
        default=None, allow_null=True, help_text="Null: until it is revoked, as a plugin key."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["expires_at"] and attrs["kind"] == SiteKey.Kind.PLUGIN:
            raise ValidationError({"expires_at": "a plugin key stays until it is revoked"})
        return attrs


class KeysView(APIView):
    """The keys by which programs speak for a site."""

    @extend_schema(
        operation_id="keys_list", parameters=[PageQuery], responses={200: page_shape(KeyShape)}
    )
    def get(self, request: Request, site_id: UUID) -> Response:
        """List the keys, newest first; of each only how it begins."""
        rows = owned_site(request, site_id).keys.all()
        wish = asked_query(PageQuery, request)
        return Response(paged(request, rows, wish, order=ORDERS["newest"], body_of=key_body))

    @extend_schema(operation_id="keys_create", request=KeyRequest, responses={201: NewKeyShape})
    def post(self, request: Request, site_id: UUID) -> Response:
        """Make a key; it is shown this once."""
        site = owned_site(request, site_id)
        wish = asked(KeyRequest, request)
        try:
            made = made_key(site, wish, actor_of(request))
        except InvalidSite as error:
            raise ValidationError({error.field: str(error)}) from error
        return Response(key_body(made.row) | {"key": made.text}, status=201)


def made_key(site: Site, wish: dict[str, Any], actor: Actor) -> NewKey:
    if wish.pop("kind") == SiteKey.Kind.PLUGIN:
        return add_plugin_key(site, name=wish["name"], actor=actor)
    return add_key(site, **wish, actor=actor)


class KeyView(APIView):
    """One key."""

    @extend_schema(operation_id="keys_revoke", responses={204: None})
    def delete(self, request: Request, site_id: UUID, key_id: UUID) -> Response:
        """Revoke a key at once; it stays in the list."""
        key = get_object_or_404(owned_site(request, site_id).keys.all(), pk=key_id)
        revoke_key(key, actor=actor_of(request))
        return Response(status=204)


def key_body(key: SiteKey) -> dict[str, Any]:
    return {
        "id": str(key.pk),
        "kind": key.kind,
        "name": key.name,
        "scopes": key.scopes,
        "prefix": key.prefix,
        "limit_per_minute": key.limit_per_minute,
        "expires_at": time(key.expires_at),
        "created_at": time(key.created_at),
        "last_used_at": time(key.last_used_at),
        "revoked_at": time(key.revoked_at),
    }
