"""The review queue as moderators ask for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from moderation.status import Status

from .comment import Comment, CommentQuerySet


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """What to show; None and "" mean no wish. Times are bounds on when a comment arrived."""

    status: Status = Status.PENDING
    site: UUID | None = None
    article: UUID | None = None
    campaign: UUID | None = None
    q: str = ""
    author: str = ""
    reason: str = ""
    min_score: float | None = None
    max_score: float | None = None
    before: datetime | None = None
    after: datetime | None = None


def queue_of(site_ids: Collection[UUID], wish: QueueFilter) -> CommentQuerySet:
    """Return the comments of these sites that match, in no order yet."""
    sites = {wish.site} & set(site_ids) if wish.site else site_ids
    rows = Comment.objects.visible_to(sites).in_queue(wish.status).filter(conditions(wish))
    if wish.reason:
        # Reasons are a list of objects; their feature is a word of its own in the text.
        rows = rows.alias(reasons_text=Cast("reasons", TextField())).filter(
            reasons_text__icontains=f'"{wish.reason}"'
        )
    return rows


def conditions(wish: QueueFilter) -> Q:
    """Return what the plain columns must fulfil."""
    exact = {
        "article": wish.article,
        "campaign": wish.campaign,
        "score__gte": wish.min_score,
        "score__lte": wish.max_score,
        "created_at__lt": wish.before,
        "created_at__gte": wish.after,
        "author_name__icontains": wish.author or None,
    }
    wanted = Q(**{name: value for name, value in exact.items() if value is not None})
    if wish.q:
        wanted &= Q(body__icontains=wish.q) | Q(author_name__icontains=wish.q)
    return wanted


def queue_counts(site_ids: Collection[UUID]) -> dict[str, int]:
    """Return how many comments stand where, and how many no worker has looked at."""
    rows = Comment.objects.visible_to(site_ids)
    counts: dict[str, int] = {status.value: 0 for status in Status}
    by_status = rows.filter(erased_at=None).values_list("status").annotate(count=Count("id"))
    counts |= dict(by_status)
    counts["unscored"] = rows.waiting().count()
    return counts


def oldest_unscored_seconds() -> float:
    """Return how long the comment that has waited longest for a worker has been waiting."""
    first = Comment.objects.waiting().order_by("id").values_list("created_at", flat=True).first()
    return (timezone.now() - first).total_seconds() if first else 0.0
