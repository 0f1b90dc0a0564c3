"""What happened on a site, counted: a constant number of statements for any range."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from moderation.status import Status

from .comment import Comment, CommentQuerySet
from .decision import Action, ActorKind, Decision

SPAM_FROM = 0.5  # where a score becomes the machine's word
PEOPLE = (ActorKind.USER, ActorKind.KEY)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, UTC, both ends included."""

    since: date
    until: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after."""
        first, last = (datetime.combine(day, time(), UTC) for day in (self.since, self.until))
        return first, last + timedelta(days=1)

    def __iter__(self) -> Any:
        return (self.since + timedelta(n) for n in range((self.until - self.since).days + 1))


def arrived(site_id: UUID, days: Days) -> CommentQuerySet:
    first, after = days.bounds
    return Comment.objects.filter(site=site_id, created_at__gte=first, created_at__lt=after)


def counts_by_day(site_id: UUID, days: Days) -> list[dict[str, Any]]:
    """Return for each day how many comments came, and where those stand now."""
    rows = arrived(site_id, days).filter(erased_at=None)
    counted = rows.annotate(day=TruncDate("created_at", tzinfo=UTC)).values_list("day", "status")
    found = {(day, status): n for day, status, n in counted.annotate(n=Count("id")).order_by()}
    return [
        {"day": day.isoformat()} | {status.value: found.get((day, status), 0) for status in Status}
        for day in days
    ]


def agreement(site_id: UUID, days: Days) -> dict[str, Any]:
    """Return how often people and the machine said the same of what came in these days.

    Only what people decided counts, and only spam or ham: a rejected comment is neither.
    """
    by_people = Decision.objects.filter(
        site=site_id, comment=OuterRef("pk"), action=Action.DECIDE, actor_kind__in=PEOPLE
    )
    rows = arrived(site_id, days).filter(Exists(by_people), erased_at=None, score__isnull=False)
    is_spam, said_spam = Q(status=Status.SPAM), Q(score__gte=SPAM_FROM)
    is_ham, said_ham = Q(status=Status.APPROVED), Q(score__lt=SPAM_FROM)
    counts = rows.aggregate(
        spam_agreed=Count("pk", filter=is_spam & said_spam),
        ham_agreed=Count("pk", filter=is_ham & said_ham),
        spam_missed=Count("pk", filter=is_spam & said_ham),
        ham_accused=Count("pk", filter=is_ham & said_spam),
    )
    agreed, judged = counts["spam_agreed"] + counts["ham_agreed"], sum(counts.values())
    return {**counts, "judged": judged, "rate": agreed / judged if judged else None}


def queue_age(site_id: UUID) -> dict[str, Any]:
    """Return how many comments wait for people, and how long the oldest one has."""
    waiting = Comment.objects.filter(site=site_id).in_queue(Status.PENDING)
    counted = waiting.aggregate(waiting=Count("pk"), first=Min("created_at"))
    first = counted.pop("first")
    seconds = (timezone.now() - first).total_seconds() if first else None
    return {**counted, "oldest_seconds": seconds}
