"""Sites: those of the caller, made by operators, configured by owners."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, moderated_site, owned_site
from moderation.api.fields import Query, Strict, Text, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import time
from moderation.models import Role, Site
from moderation.models.actor import Actor
from moderation.models.pages import ORDERS
from moderation.services.sites import (
    MOST_ORIGINS,
    NAME_LENGTH,
    URL_LENGTH,
    InvalidSite,
    configure_site,
    create_site,
)


class SiteShape(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    origins = serializers.ListField(
        child=serializers.CharField(), help_text="Where its pages may lie: scheme, host, port."
    )
    role = serializers.ChoiceField([*Role], help_text="What the caller is on this site.")
    created_at = serializers.DateTimeField()


class NewSiteShape(SiteShape):
    key = serializers.CharField(help_text="Submits. Shown once, like the others.")
    plugin_key = serializers.CharField(help_text="For Akismet's clients.")
    review_key = serializers.CharField(help_text="Submits and reviews.")


class CreateSiteRequest(Strict):
    name = Text(min_length=1, max_length=NAME_LENGTH)
    url = Text(max_length=URL_LENGTH)


class ChangeSiteRequest(Strict):
    name = Text(required=False, min_length=1, max_length=NAME_LENGTH)
    url = Text(required=False, max_length=URL_LENGTH)
    origins = serializers.ListField(
        child=Text(max_length=URL_LENGTH), required=False, min_length=1, max_length=MOST_ORIGINS
    )


class SitesView(APIView):
    """The sites that the caller moderates."""

    @extend_schema(
        operation_id="sites_list",
        parameters=[PageQuery],
        responses={200: page_shape(SiteShape)},
    )
    def get(self, request: Request) -> Response:
        """List the caller's sites: of a person those they moderate, of a key its own."""
        wish, actor = asked_query(PageQuery, request), actor_of(request)
        rows = Site.objects.filter(pk__in=actor.site_ids)
        return Response(
            paged(
                request,
                rows,
                wish,
                order=ORDERS["newest"],
                body_of=lambda site: site_body(site, actor),
            )
        )

    @extend_schema(
        operation_id="sites_create", request=CreateSiteRequest, responses={201: NewSiteShape}
    )
    def post(self, request: Request) -> Response:
        """Make a site with its first keys, which are shown this once. Operators only."""
        if not actor_of(request).is_operator:
            raise PermissionDenied("Only an operator may make sites.")
        wish = asked(CreateSiteRequest, request)
        try:
            made = create_site(**wish)
        except InvalidSite as error:
            raise ValidationError({error.field: str(error)}) from error
        keys = {"key": made.key, "plugin_key": made.plugin_key, "review_key": made.review_key}
        return Response(site_body(made.site, actor_of(request), Role.OWNER) | keys, status=201)


class SiteView(APIView):
    """One site: its name, its address, and where its pages may lie."""

    @extend_schema(operation_id="sites_retrieve", responses={200: SiteShape})
    def get(self, request: Request, site_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(site_body(moderated_site(request, site_id), actor_of(request)))

    @extend_schema(
        operation_id="sites_update", request=ChangeSiteRequest, responses={200: SiteShape}
    )
    def patch(self, request: Request, site_id: UUID) -> Response:
        """Change what is sent. Owners only."""
        site = owned_site(request, site_id)
        try:
            changed = configure_site(site, **asked(ChangeSiteRequest, request))
        except InvalidSite as error:
            raise ValidationError({error.field: str(error)}) from error
        return Response(site_body(changed, actor_of(request)))


def site_body(site: Site, actor: Actor, role: Role | None = None) -> dict[str, Any]:
    owned = Role.OWNER if site.pk in actor.owned_site_ids else Role.MODERATOR
    return {
        "id": str(site.pk),
        "name": site.name,
        "url": site.url,
        "origins": site.origins,
        "role": role or owned,
        "created_at": time(site.created_at),
    }
