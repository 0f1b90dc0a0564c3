"""Lists of deliveries on owners' pages: what somebody was told, and how it went."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy

from moderation.models import Delivery
from moderation.models.pages import ORDERS, BadCursor, page_of

ROWS_SHOWN = 50

NAMES = {
    "waiting": gettext_lazy("waiting"),
    "sent": gettext_lazy("sent"),
    "dead": gettext_lazy("given up"),
}
CHIPS = {"waiting": "pending", "sent": "approved", "dead": "rejected"}


def listed(
    request: HttpRequest, rows: QuerySet[Delivery], again: Callable[[Delivery], str]
) -> dict[str, Any]:
    """Return a page of deliveries for deliveries.html; `again` says where one is sent again."""
    cursor = request.GET.get("cursor")
    try:
        page = page_of(rows, order=ORDERS["newest"], cursor=cursor, limit=ROWS_SHOWN)
    except BadCursor as error:
        raise Http404 from error
    return {"deliveries": [line(row, again) for row in page.rows], "page": page}


def line(row: Delivery, again: Callable[[Delivery], str]) -> dict[str, Any]:
    can_be_resent = row.state != "waiting" and row.comment_id is not None
    return {"row": row, **state_of(row), "again": again(row) if can_be_resent else ""}


def state_of(row: Delivery) -> dict[str, Any]:
    """Return how a delivery stands, in words and as a colour."""
    return {"state": NAMES[row.state], "chip": CHIPS[row.state]}
