"""Upkeep: forget what has had its time, and show that workers work."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from redis.exceptions import RedisError

from moderation.models import AddressSalt, Campaign, Comment, Delivery, Likeness, Site
from moderation.services.erasure import ERASED
from moderation.services.nudge import flags
from moderation.submission import Source

CANARY = "winnow:canary"
CANARY_SECONDS = 60
# How long it is shown what was sent, and what could not be.
DELIVERIES_KEPT = timedelta(days=30)
LIKENESS_LIFE = timedelta(days=30)


def sing() -> None:
    """Show that a worker ran: the key stands for a minute."""
    flags().set(CANARY, 1, ex=CANARY_SECONDS)


def broker_answers() -> bool:
    """Tell whether the broker is there."""
    try:
        return bool(flags().ping())
    except RedisError:
        return False


def canary_sang() -> bool:
    """Tell whether a worker ran within the last minute; False too when the broker is away."""
    try:
        return bool(flags().exists(CANARY))
    except RedisError:
        return False


def purge_expired() -> int:
    """Remove network addresses after each site's retention; return from how many comments.

    The salts of their hashes go sooner, when their day is over; so do old deliveries and the
    likenesses of texts. What blogs asked about loses its words at the end of the retention,
    and leaves the queue undecided.
    """
    now = timezone.now()
    AddressSalt.objects.filter(day__lt=now.date()).delete()
    Delivery.objects.done().filter(created_at__lt=now - DELIVERIES_KEPT).delete()
    forget_likenesses(now)
    return sum(
        forget_checked(site, now - timedelta(days=site.retention_days))
        + forget_addresses(site, now - timedelta(days=site.retention_days))
        for site in Site.objects.only("id", "retention_days")
    )


def forget_likenesses(now: datetime) -> None:
    """Let texts go that nothing was like for a while, and at once those that were erased."""
    old = Q(seen_at__lt=now - LIKENESS_LIFE) | Q(comment__erased_at__isnull=False)
    Likeness.objects.filter(old).delete()
    gone = Campaign.objects.filter(~Exists(Comment.objects.filter(campaign=OuterRef("pk"))))
    gone.filter(created_at__lt=now - LIKENESS_LIFE).delete()


def forget_checked(site: Site, before: datetime) -> int:
    """Remove words and addresses of what blogs asked about; what was learnt from it stays.

    The rows stay for the record and the statistics, and nobody decided anything. The same
    words are another comment from then on.
    """
    checked = Comment.objects.filter(
        site=site, source=Source.AKISMET, created_at__lt=before, erased_at=None
    )
    return checked.update(**ERASED, nonce=None, erased_at=timezone.now(), version=F("version") + 1)


def forget_addresses(site: Site, before: datetime) -> int:
    return (
        Comment.objects.filter(site=site, created_at__lt=before)
        .exclude(ip_prefix="")
        .update(ip_prefix="", ip_hash=None, user_agent="", referrer="", seconds_on_page=None)
    )
