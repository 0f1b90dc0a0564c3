"""Claims: workers share out the waiting comments by leases.

None waits for another, and a dead worker's rows come back by themselves.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from moderation.models import Article, Comment, CommentQuerySet, Site
from moderation.models.campaign import Among

LEASE = timedelta(seconds=60)  # above the task's time limit: its holder is surely gone then
MAX_ATTEMPTS = 3
# How many comments are claimed together, by how often they were tried. One that kills its
# worker takes fewer others with it each time, and is alone in the end.
BATCH_SIZES = (500, 20, 1)
# What judging looks at; most traces of the client are left where they are.
NEEDED = (
    "site",
    "article",
    "author_name",
    "author_url",
    "body",
    "created_at",
    "email_sealed",
    "email_fingerprint",
    "ip_prefix",
    "seconds_on_page",
    "trap_filled",
    "language",
    "status",
    "version",
    "lease_token",
)


def claim() -> list[Comment]:
    """Take a batch of waiting comments that no other worker holds, and count the attempt."""
    for attempts, size in enumerate(BATCH_SIZES):
        if comments := claim_batch(attempts, size):
            return comments
    return []


@transaction.atomic
def claim_batch(attempts: int, size: int) -> list[Comment]:
    free = unheld().filter(attempts=attempts).select_for_update(skip_locked=True)
    claimed = list(free.only(*NEEDED).order_by("id")[:size])
    if not claimed:
        return []
    lease_until, token = timezone.now() + LEASE, uuid4()
    rows = Comment.objects.filter(Among("id", [comment.pk for comment in claimed]))
    rows.update(lease_until=lease_until, lease_token=token, attempts=attempts + 1)
    # Fetched once each, not once a comment: a batch has few sites and few articles.
    sites = Site.objects.in_bulk({comment.site_id for comment in claimed})
    articles = Article.objects.in_bulk({comment.article_id for comment in claimed})
    for comment in claimed:
        comment.lease_token = token
        comment.site, comment.article = sites[comment.site_id], articles[comment.article_id]
    return claimed


def hold(comment: Comment) -> None:
    """Give a row that is about to be stored to its maker, who judges it at once."""
    comment.lease_until, comment.lease_token = timezone.now() + LEASE, uuid4()
    comment.attempts = 1


def claim_one(comment_id: UUID) -> Comment | None:
    """Take one waiting comment, if nobody else holds it and it deserves another attempt."""
    free = unheld().filter(pk=comment_id, attempts__lt=MAX_ATTEMPTS)
    token = uuid4()
    if not free.update(
        lease_until=timezone.now() + LEASE, lease_token=token, attempts=F("attempts") + 1
    ):
        return None
    return Comment.objects.select_related("site", "article").get(pk=comment_id)


def release(ids: Sequence[UUID]) -> None:
    """Give comments that could not be scored back to the queue."""
    if ids:
        Comment.objects.filter(pk__in=ids).update(lease_until=None, lease_token=None)


def unheld() -> CommentQuerySet:
    """Return the waiting comments whose lease is over, or that never had one."""
    return Comment.objects.waiting().filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))


def hopeless(token: UUID) -> list[Comment]:
    """Take what could not be scored in three attempts; call it inside a transaction."""
    rows = unheld().filter(attempts__gte=MAX_ATTEMPTS).select_for_update(skip_locked=True)
    found = list(rows.order_by("id")[: BATCH_SIZES[0]])
    Comment.objects.filter(pk__in=[comment.pk for comment in found]).update(lease_token=token)
    return found
