"""Lists: what may be asked of one, and the contract's {"next", "previous", "results"}."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.http import urlencode
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from moderation.api.fields import Query
from moderation.models.pages import BadCursor, Order, Page, page_of

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
CURSOR_LENGTH = 300

Row = TypeVar("Row", bound=Model)


class PageQuery(Query):
    """Every list takes these two."""

    limit = serializers.IntegerField(default=PAGE_SIZE, min_value=1, max_value=MAX_PAGE_SIZE)
    cursor = serializers.CharField(required=False, max_length=CURSOR_LENGTH)


def paged(
    request: Request,
    rows: QuerySet[Row],
    wish: dict[str, Any],
    *,
    order: Order,
    body_of: Callable[[Row], dict[str, Any]],
) -> dict[str, Any]:
    """Return one page of a list as JSON; raise ValidationError for a cursor that is none."""
    page = page_asked_for(rows, wish, order=order)
    return page_body(request, page, [body_of(row) for row in page.rows])


def page_asked_for(rows: QuerySet[Row], wish: dict[str, Any], *, order: Order) -> Page[Row]:
    """Return one page; raise ValidationError for a cursor that is none."""
    try:
        return page_of(rows, order=order, cursor=wish.get("cursor"), limit=wish["limit"])
    except BadCursor as error:
        raise ValidationError({"cursor": str(error)}) from error


def page_body(request: Request, page: Page[Row], results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "next": page_url(request, page.next),
        "previous": page_url(request, page.previous),
        "results": results,
    }


def page_url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return f"{absolute(request, request.path)}?{query}"


def absolute(request: Request, path: str) -> str:
    """Return the whole address of a path, by the configured name of this service if it has one."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def page_shape(of: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """Describe a page of these for the schema."""
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": of(many=True),
    }
    return type(f"{of.__name__.removesuffix('Shape')}PageShape", (serializers.Serializer,), fields)
