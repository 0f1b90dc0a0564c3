"""The review queue: pages and counts."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.http import urlencode
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of
from moderation.api.fields import checked
from moderation.api.shapes import CommentShape, ErrorShape, comment_body
from moderation.models import Comment
from moderation.models.actor import Actor
from moderation.models.pages import ORDERS, BadCursor, Page, page_of
from moderation.models.queue import QueueFilter, queue_counts, queue_of
from moderation.status import Status

STATUSES = [status.value for status in Status]
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class FilterRequest(serializers.Serializer):
    site = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(STATUSES, default="pending")
    q = serializers.CharField(required=False, max_length=200, allow_blank=True)
    article = serializers.UUIDField(required=False)
    author = serializers.CharField(required=False, max_length=100, allow_blank=True)
    reason = serializers.RegexField(r"^[a-z_]+$", required=False, max_length=50, allow_blank=True)
    min_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    max_score = serializers.FloatField(required=False, min_value=0, max_value=1)
    before = serializers.DateTimeField(required=False)
    after = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse names that we do not know: a misspelt filter must not widen what is decided."""
        if unknown := set(self.initial_data) - set(self.fields):
            raise ValidationError(dict.fromkeys(sorted(unknown), "is not a filter"))
        return attrs


class QueueRequest(FilterRequest):
    order = serializers.ChoiceField([*ORDERS], default="newest")
    limit = serializers.IntegerField(default=PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE)
    cursor = serializers.CharField(required=False, max_length=300)


class QueuePageShape(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = CommentShape(many=True)


class CountsShape(serializers.Serializer):
    pending = serializers.IntegerField()
    approved = serializers.IntegerField()
    rejected = serializers.IntegerField()
    spam = serializers.IntegerField()
    unscored = serializers.IntegerField()


class SiteRequest(serializers.Serializer):
    site = serializers.UUIDField(required=False)


class QueueView(APIView):
    """List comments for review, newest first unless another order is asked for."""

    @extend_schema(parameters=[QueueRequest], responses={200: QueuePageShape, 400: ErrorShape})
    def get(self, request: Request) -> Response:
        wish = checked(QueueRequest, request.query_params.dict())
        order, limit, cursor = wish.pop("order"), wish.pop("limit"), wish.pop("cursor", None)
        rows = queue_of(actor_of(request).site_ids, filter_of(wish, actor_of(request)))
        rows = rows.select_related("article", "site")
        try:
            page = page_of(rows, order=ORDERS[order], cursor=cursor, limit=limit)
        except BadCursor as error:
            raise ValidationError({"cursor": str(error)}) from error
        return Response(page_body(page, request))


class CountsView(APIView):
    """Count comments by status, and those that no worker has looked at."""

    @extend_schema(parameters=[SiteRequest], responses={200: CountsShape})
    def get(self, request: Request) -> Response:
        site = checked(SiteRequest, request.query_params.dict()).get("site")
        return Response(
            queue_counts(
                [own_site(site, actor_of(request))] if site else actor_of(request).site_ids
            )
        )


def filter_of(wish: dict[str, Any], actor: Actor) -> QueueFilter:
    if wish.get("site"):
        own_site(wish["site"], actor)
    return QueueFilter(**{**wish, "status": Status(wish["status"])})


def own_site(site: UUID, actor: Actor) -> UUID:
    """Return the site if the actor may see it; a stranger's does not exist."""
    if site not in actor.site_ids:
        raise Http404
    return site


def page_body(page: Page[Comment], request: Request) -> dict[str, Any]:
    return {
        "next": page_url(request, page.next),
        "previous": page_url(request, page.previous),
        "results": [comment_body(comment, actor_of(request)) for comment in page.rows],
    }


def page_url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{request.build_absolute_uri(request.path)}?{query}"
