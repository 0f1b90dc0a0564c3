"""Usage: how much each blog asked, and how often people disagreed with the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from moderation.models import Blog, Check, SiteKey
from moderation.services.validation import storable
from moderation.status import Status

HIDDEN = (Status.SPAM, Status.REJECTED)
PERIODS = {"60-days": timedelta(days=60), "6-months": timedelta(days=183)}
ORDERS = {
    "total": "api_calls",
    "spam": "spam",
    "ham": "ham",
    "missed_spam": "missed_spam",
    "false_positives": "false_positives",
}


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in UTC."""

    first: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return when it begins and when the next one does."""
        begin = datetime(self.first.year, self.first.month, 1, tzinfo=UTC)
        return begin, (begin + timedelta(days=32)).replace(day=1)


def this_month() -> Month:
    return Month(timezone.now().date())


def month_named(name: str) -> Month | None:
    """Return the month of a name such as "2026-11", or None if it is none."""
    try:
        return Month(datetime.strptime(name, "%Y-%m").date())
    except ValueError:
        return None


def tallies(path: str = "") -> dict[str, Count]:
    """Return the counts that all statistics share; `path` leads from the row to its checks.

    The machine never changes what it answered: where a comment stands elsewhere now, people
    have decided so.
    """
    spam, ham = Q(**{f"{path}answered_spam": True}), Q(**{f"{path}answered_spam": False})
    hidden = Q(**{f"{path}comment__status__in": HIDDEN})
    shown = Q(**{f"{path}comment__status": Status.APPROVED})
    counted = f"{path}comment"
    return {
        "api_calls": Count(counted),
        "spam": Count(counted, filter=spam),
        "ham": Count(counted, filter=ham),
        "missed_spam": Count(counted, filter=ham & hidden),
        "false_positives": Count(counted, filter=spam & shown),
    }


def blogs_in(month: Month, key: SiteKey, *, part: str = "", order: str = "total") -> list[Blog]:
    """Return the blogs that asked in a month with their tallies, the largest first.

    `part` is a piece of the address that they must have.
    """
    begin, end = month.bounds
    rows = Blog.objects.filter(
        site=key.site_id, key=key, checks__asked_at__gte=begin, checks__asked_at__lt=end
    )
    if part:
        rows = rows.filter(url__icontains=storable(part))
    return list(rows.annotate(**tallies("checks__")).order_by(f"-{ORDERS[order]}", "url"))


def calls_in(month: Month, key: SiteKey) -> int:
    """Return how many comments a key asked about in a month."""
    begin, end = month.bounds
    checks = Check.objects.filter(site=key.site_id, blog__key=key)
    return checks.filter(asked_at__gte=begin, asked_at__lt=end).count()


def months_of(key: SiteKey, period: str) -> Sequence[Mapping[str, Any]]:
    """Return the tallies of each month of a period ("60-days", "6-months", "all")."""
    checks = Check.objects.filter(site=key.site_id, blog__key=key)
    if period in PERIODS:
        checks = checks.filter(asked_at__gte=timezone.now() - PERIODS[period])
    return list(
        checks.annotate(month=TruncMonth("asked_at", tzinfo=UTC))
        .values("month")
        .annotate(blogs=Count("blog", distinct=True), **tallies())
        .order_by("month")
    )
