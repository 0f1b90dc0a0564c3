"""Decisions: the append-only audit log, and the batches that group them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.status import Status

from .comment import Comment
from .site import Site, SiteKey


class ActorKind(models.TextChoices):
    """Who can decide."""

    USER = "user"
    KEY = "key"
    POLICY = "policy"
    COMMENTER = "commenter"
    IMPORT = "import"
    CAMPAIGN = "campaign"


class Action(models.TextChoices):
    """What a line of the audit log tells."""

    DECIDE = "decide"  # a status was given, confirmed or taken back
    REVEAL = "reveal"  # somebody read the e-mail address
    REDACT = "redact"  # an owner changed the words
    ERASE = "erase"  # words and addresses are gone for good


class Batch(models.Model):
    """Decisions taken with one call, which can be undone with one call."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_kind = models.CharField(max_length=9, choices=ActorKind)
    actor_name = models.CharField(max_length=150)
    # None: an undo, which gives every comment back the status that it had.
    status = models.CharField(  # noqa: DJ001
        max_length=8, null=True, choices=[(s.value, s.value) for s in Status]
    )
    asked = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # [{"id", "status", "version", "decision"}] of the comments where somebody was quicker.
    conflicts = models.JSONField(default=list)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.changed} of {self.asked} to {self.status or 'what they were'}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def unlearned(self) -> "DecisionQuerySet":
        """Decisions that may change what their site has learnt, and have not been looked at."""
        return self.filter(learned_at=None, action=Action.DECIDE).exclude(
            actor_kind=ActorKind.POLICY
        )


class Decision(models.Model):
    """One line of the audit log: written once, and never changed but to mark it as learnt.

    Undoing a decision is another decision, pointing at the one it undoes. It outlives the
    comment's words: an erased comment leaves a row without them, and its decisions.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions", db_index=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, related_name="decisions", db_index=False
    )
    action = models.CharField(max_length=6, choices=Action, default=Action.DECIDE)
    actor_kind = models.CharField(max_length=9, choices=ActorKind)
    actor_name = models.CharField(max_length=150)
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor_key = models.ForeignKey(
        SiteKey, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    from_status = models.CharField(max_length=8)
    to_status = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, blank=True)
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="undone_by", db_index=False
    )
    version = models.PositiveIntegerField()  # of the comment, once this was decided
    decided_at = models.DateTimeField(default=timezone.now)
    # When the site's classifier took note of it; null: it waits, or is the machine's own.
    learned_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        get_latest_by = "id"
        constraints = [
            # A decision can be undone once.
            models.UniqueConstraint(fields=["site", "undoes"], name="decision_undone_once"),
        ]
        indexes = [
            # A comment's history, and the decision that stands.
            models.Index(fields=["site", "comment", "id"], name="decision_history"),
            # The foreign key's own check, and undoing a batch.
            models.Index(
                fields=["batch"],
                name="decision_of_batch",
                condition=models.Q(batch__isnull=False),
            ),
            # Learning: what no worker has looked at. Across sites, for workers serve them all.
            models.Index(
                fields=["id"],
                name="decision_unlearned",
                condition=models.Q(learned_at=None, action=Action.DECIDE)
                & ~models.Q(actor_kind=ActorKind.POLICY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
