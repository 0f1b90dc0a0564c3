"""Akismet's fields in Winnow's words."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from moderation.limits import readable_ip
from moderation.models import Blog
from moderation.scoring.policy import Verdict
from moderation.services.blogs import page_of
from moderation.status import Status
from moderation.submission import Client, Source, Submission

SPAM_AUTHORS = {"viagra-test-123", "akismet-guaranteed-spam"}
SPAM_EMAIL = "akismet-guaranteed-spam@example.com"
HIDDEN_TEXTAREA = "POST_ak_hp_textarea"
# When the form was shown, in milliseconds, as the plugin's script wrote it down.
SHOWN_AT = "POST_ak_js"
LONGEST_SECONDS = 86_400.0
EARLIEST_YEAR = 1990


def submission_of(fields: Mapping[str, str], blog: Blog) -> Submission:
    """Translate a check; of the visitor's own headers and form fields nothing is kept."""
    return Submission(
        article_url=page_of(blog, fields.get("permalink", "")),
        author_name=fields.get("comment_author", ""),
        author_email=fields.get("comment_author_email", ""),
        author_url=fields.get("comment_author_url", ""),
        body=fields.get("comment_content", ""),
        source=Source.AKISMET,
        posted_at=posted_at(fields),
        client=Client(
            ip=readable_ip(fields.get("user_ip", "")),
            user_agent=fields.get("user_agent", ""),
            referrer=fields.get("referrer", ""),
            seconds_on_page=seconds_on_page(fields),
            trap_filled=trap_filled(fields),
        ),
    )


def ruling_of(fields: Mapping[str, str]) -> Verdict | None:
    """Return the verdict that the protocol itself prescribes, if it does."""
    if (
        fields.get("comment_author", "").strip() in SPAM_AUTHORS
        or fields.get("comment_author_email", "").strip() == SPAM_EMAIL
    ):
        return Verdict(Status.SPAM, "the value by which plugins try out spam")
    roles = {role.strip() for role in fields.get("user_role", "").split(",")}
    if "administrator" in roles:
        return Verdict(Status.APPROVED, "written by an administrator of the blog")
    return None


def posted_at(fields: Mapping[str, str]) -> datetime | None:
    """Return when the comment was written; a time that cannot be is none."""
    try:
        written = parse_datetime(fields.get("comment_date_gmt", "").strip())
    except ValueError:
        return None
    if written is None or written.year < EARLIEST_YEAR:
        return None
    aware = written if written.tzinfo else written.replace(tzinfo=UTC)
    return aware if aware <= timezone.now() else None


def seconds_on_page(fields: Mapping[str, str]) -> float | None:
    """Return how long the form was open; a check that comes late knows nothing of it."""
    shown = fields.get(SHOWN_AT, "").strip()
    if fields.get("recheck_reason") or not shown.isdecimal() or len(shown) > 15:
        return None
    seconds = timezone.now().timestamp() - int(shown) / 1000
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None


def trap_filled(fields: Mapping[str, str]) -> bool:
    """Tell whether a field came back filled that people cannot see."""
    trap = fields.get("honeypot_field_name", "").strip()
    return any(fields.get(name, "").strip() for name in (trap, HIDDEN_TEXTAREA) if name)
