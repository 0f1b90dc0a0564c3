"""Statistics: per blog and month, as JSON or CSV."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase

from moderation.api.akismet_protocol import INVALID, Call, akismet, said, told
from moderation.models import Blog
from moderation.services.usage import (
    ORDERS,
    PERIODS,
    Month,
    blogs_in,
    calls_in,
    month_named,
    months_of,
    this_month,
)

READ = ("GET", "POST")
MAX_LIMIT = 500
TALLIES = ("api_calls", "spam", "ham", "missed_spam", "false_positives")
CSV_HEADER = (
    "Site",
    "Total API Calls",
    "Spam",
    "Ham",
    "Missed Spam",
    "False Positives",
    "Is Revoked",
)
# How long a person looks at one piece of spam before it is gone.
SECONDS_PER_SPAM = 5


@akismet(methods=READ)
def key_sites(call: Call) -> HttpResponseBase:
    """Tell how much each blog of a key asked in a month."""
    month = month_named(call.fields["month"]) if call.fields.get("month") else this_month()
    order = call.fields.get("order") or "total"
    if not call.key or month is None or order not in ORDERS:
        return said(INVALID)
    blogs = blogs_in(month, call.key, part=call.fields.get("filter", ""), order=order)
    limit, offset = number(call, "limit", MAX_LIMIT) or MAX_LIMIT, number(call, "offset", 0)
    page = {"limit": limit, "offset": offset, "total": len(blogs)}
    rows = [blog_line(blog) for blog in blogs[offset : offset + limit]]
    if call.fields.get("format") == "csv":
        return as_csv(call.key.prefix, month, rows, page)
    return told({month.name: rows, **page})


def number(call: Call, name: str, default: int) -> int:
    """Return a whole number that is not absurd; anything else is the default."""
    sent = call.fields.get(name, "").strip()
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else default


def blog_line(blog: Blog) -> dict[str, Any]:
    counts = {name: getattr(blog, name) for name in TALLIES}
    return {"site": blog.url, **counts, "is_revoked": False}


def as_csv(
    prefix: str, month: Month, rows: Iterable[Mapping[str, Any]], page: Mapping[str, int]
) -> HttpResponse:
    """Write the table with its title line; the key in it is shortened."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    table.write(
        f"Active sites for {prefix}… during {month.name}"
        f" (limit:{page['limit']}, offset: {page['offset']}, total: {page['total']})\n"
    )
    writer.writerow(CSV_HEADER)
    writer.writerows([str(value).lower() for value in row.values()] for row in rows)
    return HttpResponse(
        table.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@akismet(methods=READ)
def usage_limit(call: Call) -> HttpResponseBase:
    """Tell that there is no limit, and how much was asked this month."""
    if not call.key:
        return said(INVALID)
    usage: dict[str, Any] = {
        "limit": "none",
        "usage": calls_in(this_month(), call.key),
        "percentage": "0",
        "throttled": False,
    }
    if call.flag("extended"):
        usage |= {"notice_level": "NOTICE_NONE", "upgrade": False}
    return told(usage)


@akismet(methods=READ)
def get_stats(call: Call) -> HttpResponseBase:
    """Tell the totals of a period, month by month."""
    period = call.fields.get("from") or "6-months"
    if not call.key or period not in {*PERIODS, "all"}:
        return said(INVALID)
    return told(totals(months_of(call.key, period)))


def totals(months: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    months = list(months)
    sums = {name: sum(month[name] for month in months) for name in TALLIES[1:]}
    judged = sums["spam"] + sums["ham"]
    wrong = sums["missed_spam"] + sums["false_positives"]
    return {
        **sums,
        "accuracy": round(100 * (judged - wrong) / judged, 2) if judged else 100.0,
        "time_saved": sums["spam"] * SECONDS_PER_SPAM,
        "breakdown": {f"{month['month']:%Y-%m}": month_line(month) for month in months},
    }


def month_line(month: Mapping[str, Any]) -> dict[str, str]:
    """Return the counts of a month, as text like the original's."""
    counts = {name: str(month[name]) for name in TALLIES[1:]}
    return {**counts, "blogs": str(month["blogs"]), "da": f"{month['month']:%Y-%m-%d}"}


@akismet(methods=READ)
def compatible_plugins(call: Call) -> HttpResponseBase:
    """Name no plugins: none is known to need anything here."""
    return told([])
