"""Comments: what a visitor wrote, what the machine saw in it, and where it stands."""

import logging
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation import privacy
from moderation.scoring.doubt import UNSCORED
from moderation.status import Status
from moderation.submission import Source

from .article import Article
from .campaign import Campaign
from .site import Site

logger = logging.getLogger(__name__)

EMAIL_SEAL = "email-enc"
EMAIL_INDEX = "email-index"

# A comment that no worker has looked at after this long is shown to moderators.
OVERDUE_AFTER = timedelta(minutes=1)
ALONE = Q(campaign=None, erased_at=None)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, site_ids: Collection[UUID]) -> "CommentQuerySet":
        """Only comments of these sites: everything else does not exist for the asker."""
        if len(site_ids) == 1:
            return self.filter(site_id=next(iter(site_ids)))
        return self.filter(site_id__in=site_ids)

    def waiting(self) -> "CommentQuerySet":
        """Not yet looked at by a worker."""
        return self.filter(scored_at=None, erased_at=None)

    def in_queue(self, status: Status) -> "CommentQuerySet":
        """What a moderator sees under a status.

        A comment that is about to be scored is not shown yet: it would move under the hand.
        """
        queue = self.filter(status=status, erased_at=None)
        if status == Status.PENDING:
            overdue = timezone.now() - OVERDUE_AFTER
            queue = queue.filter(Q(scored_at__isnull=False) | Q(created_at__lt=overdue))
        return queue

    def alone(self) -> "CommentQuerySet":
        """Those of no campaign, to be listed.

        PostgreSQL would rather walk the primary key than believe that a flood stands at its end.
        An order that begins with the campaign only the indexes made for this can give it.
        """
        return self.filter(campaign=None).order_by("campaign")

    def published(self) -> "CommentQuerySet":
        """What readers may see here; what a blog asked about, the blog publishes itself."""
        return self.filter(status=Status.APPROVED, erased_at=None).exclude(source=Source.AKISMET)


class Comment(models.Model):
    """One comment. Its status is set by services/review.py alone."""

    # --- what was sent
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="comments", db_index=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="comments", db_index=False)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="replies", db_index=False
    )
    author_name = models.CharField(max_length=100)
    email_sealed = models.BinaryField(null=True)
    email_fingerprint = models.BinaryField(max_length=16, null=True)
    author_url = models.CharField(max_length=2000, blank=True)
    body = models.TextField()
    source = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Source])
    external_id = models.CharField(max_length=255, null=True)  # noqa: DJ001  null: none, unlike ""
    # What makes a repeated request the same comment; see services/repeats.py.
    nonce = models.BinaryField(max_length=17, null=True)
    request_digest = models.BinaryField(max_length=16)
    posted_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    # --- who was at the other end, until the site's retention ends
    ip_prefix = models.CharField(max_length=43, blank=True)
    ip_hash = models.BinaryField(max_length=16, null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    referrer = models.CharField(max_length=200, blank=True)
    seconds_on_page = models.FloatField(null=True)
    trap_filled = models.BooleanField(default=False)

    # --- where it stands
    status = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in Status], default=Status.PENDING
    )
    version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True)

    # --- what the machine saw
    scored_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True)
    # The score as the queue sorts it: null would need a case of its own in every page's cursor.
    rank = models.GeneratedField(
        expression=Coalesce(F("score"), -1.0), output_field=models.FloatField(), db_persist=True
    )
    # How soon people should look at it: scoring/doubt.py. Written together with the score.
    doubt = models.FloatField(default=UNSCORED)
    reasons = models.JSONField(default=list)
    classifier = models.CharField(max_length=16, blank=True)
    rule_set = models.CharField(max_length=12, blank=True)  # version of the rules that were tried
    language = models.CharField(max_length=8, null=True)  # noqa: DJ001  null: nobody can say
    # The near-duplicates that it belongs to; see services/campaigns.py.
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, related_name="comments", db_index=False
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            # The form's nonce, the Idempotency-Key, or the same words from the same client.
            models.UniqueConstraint(fields=["site", "nonce"], name="comment_nonce_once"),
            # The caller's own id.
            models.UniqueConstraint(fields=["site", "external_id"], name="comment_external_once"),
            models.CheckConstraint(name="comment_status_known", condition=Q(status__in=[*Status])),
            models.CheckConstraint(
                name="comment_score_is_probability",
                condition=Q(score=None) | Q(score__gte=0, score__lte=1),
            ),
        ]
        indexes = [
            # The queue, newest or oldest first; counts by status, from the index alone.
            models.Index(fields=["site", "status", "id"], name="comment_queue"),
            # The queue by score.
            models.Index(fields=["site", "status", "rank", "id"], name="comment_queue_by_score"),
            # The queue by doubt: only what is pending is in doubt.
            models.Index(
                fields=["site", "doubt", "id"],
                name="comment_queue_by_doubt",
                condition=Q(status=Status.PENDING),
            ),
            # The same three without campaigns, so that a page never walks a flood. The campaign,
            # null in all of them, stands in the order too: see `CommentQuerySet.alone`. The first
            # also tells which campaigns stand under a status, the newest of each, and how many.
            models.Index(
                fields=["site", "status", "campaign", "id"],
                name="comment_collapsed",
                condition=Q(erased_at=None),
            ),
            models.Index(
                fields=["site", "status", "campaign", "rank", "id"],
                name="comment_alone_by_score",
                condition=ALONE,
            ),
            models.Index(
                fields=["site", "campaign", "doubt", "id"],
                name="comment_alone_by_doubt",
                condition=ALONE & Q(status=Status.PENDING),
            ),
            # The thread: published comments of an article in order.
            models.Index(
                fields=["site", "article", "id"],
                name="comment_thread",
                condition=Q(status=Status.APPROVED, erased_at=None),
            ),
            # Evidence: what was decided about the same address before.
            models.Index(
                fields=["site", "email_fingerprint", "status"],
                name="comment_author",
                condition=Q(email_fingerprint__isnull=False),
            ),
            # Triage: what no worker has looked at. Across sites, for workers serve them all.
            models.Index(
                fields=["id"],
                name="comment_waiting",
                condition=Q(scored_at=None, erased_at=None),
            ),
            # Retention: whose network address is still kept.
            models.Index(
                fields=["site", "created_at"], name="comment_traced", condition=~Q(ip_prefix="")
            ),
            # Statistics: what arrived within some days.
            models.Index(fields=["site", "created_at"], name="comment_by_day"),
            # Campaigns: whether one sees enough of it; its members, on all sites.
            models.Index(
                fields=["campaign", "site", "status", "id"],
                name="comment_campaign",
                condition=Q(campaign__isnull=False),
            ),
            # Evidence: what people decided about the same network, as long as it is kept.
            models.Index(
                fields=["site", "ip_prefix"], name="comment_network", condition=~Q(ip_prefix="")
            ),
            # Retention: what blogs asked about and whose words are still kept.
            models.Index(
                fields=["site", "created_at"],
                name="comment_checked",
                condition=Q(source=Source.AKISMET, erased_at=None),
            ),
            # The foreign key's own check when a site goes; few comments are replies.
            models.Index(
                fields=["parent"], name="comment_replies", condition=Q(parent__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_place(self) -> str:
        """Where the sealed address stands; it opens nowhere else."""
        return f"{self.site_id}|comment|email_sealed|{self.pk}"

    def open_email(self) -> str:
        """Return the address, or "" if none was given; raise privacy.Unreadable."""
        if self.email_sealed is None:
            return ""
        key = self.site.subkey(EMAIL_SEAL)
        return privacy.open_sealed(key, bytes(self.email_sealed), place=self.sealed_place)

    @property
    def masked_email(self) -> str:
        """The address as moderators see it: "a…@e…", or "unreadable" if it does not open."""
        try:
            return masked(self.open_email())
        except privacy.Unreadable:
            logger.error("a sealed address does not open", extra={"comment": str(self.pk)})
            return "unreadable"


def masked(address: str) -> str:
    """Keep the first letters on both sides of the @."""
    if not address:
        return ""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain[:1]}…"
