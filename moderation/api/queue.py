"""The review queue: pages and counts."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from moderation.api.auth import actor_of
from moderation.api.conditional import revalidated
from moderation.api.fields import Query, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import CommentShape, comment_body
from moderation.models.actor import Actor
from moderation.models.gathered import with_campaign
from moderation.models.pages import ORDERS
from moderation.models.queue import QueueFilter, queue_counts, queue_of
from moderation.status import Status

STATUSES = [status.value for status in Status]


class FilterRequest(Query):
    site = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(STATUSES, default="pending")
    q = serializers.CharField(required=False, max_length=200, allow_blank=True)
    article = serializers.UUIDField(required=False)
    campaign = serializers.UUIDField(required=False)
    author = serializers.CharField(required=False, max_length=100, allow_blank=True)
    reason = serializers.RegexField(r"^[a-z_]+$", required=False, max_length=50, allow_blank=True)
    min_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    max_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    before = serializers.DateTimeField(required=False)
    after = serializers.DateTimeField(required=False)


class QueueRequest(PageQuery, FilterRequest):
    order = serializers.ChoiceField(
        [*ORDERS],
        default="newest",
        help_text="`score`: most likely spam first. `uncertain`: most worth deciding first, by how "
        "open the score is, how little the site's lessons say, and how new the comment is. "
        "Comments without a score come last in both.",
    )


class CountsShape(serializers.Serializer):
    pending = serializers.IntegerField()
    approved = serializers.IntegerField()
    rejected = serializers.IntegerField()
    spam = serializers.IntegerField()
    unscored = serializers.IntegerField()


class SiteRequest(Query):
    site = serializers.UUIDField(required=False)


class QueueView(APIView):
    """List comments for review, newest first unless another order is asked for."""

    @extend_schema(
        operation_id="queue_list",
        parameters=[QueueRequest],
        responses={200: page_shape(CommentShape), 304: None},
    )
    def get(self, request: Request) -> HttpResponseBase:
        wish, actor = asked_query(QueueRequest, request), actor_of(request)
        page = {"limit": wish.pop("limit"), "cursor": wish.pop("cursor", None)}
        order = ORDERS[wish.pop("order")]
        rows = queue_of(actor.site_ids, filter_of(wish, actor)).select_related("article", "site")
        rows = with_campaign(rows, actor.site_ids)
        body_of = partial(comment_body, actor=actor)
        return revalidated(request, paged(request, rows, page, order=order, body_of=body_of))


class CountsView(APIView):
    """Count comments by status, and those that no worker has looked at."""

    @extend_schema(
        operation_id="queue_counts",
        parameters=[SiteRequest],
        responses={200: CountsShape, 304: None},
    )
    def get(self, request: Request) -> HttpResponseBase:
        site, actor = asked_query(SiteRequest, request).get("site"), actor_of(request)
        sites = [own_site(site, actor)] if site else actor.site_ids
        return revalidated(request, queue_counts(sites))


def filter_of(wish: dict[str, Any], actor: Actor) -> QueueFilter:
    if wish.get("site"):
        own_site(wish["site"], actor)
    return QueueFilter(**{**wish, "status": Status(wish["status"])})


def own_site(site: UUID, actor: Actor) -> UUID:
    """Return the site if the actor may see it; a stranger's does not exist."""
    if site not in actor.site_ids:
        raise Http404
    return site
