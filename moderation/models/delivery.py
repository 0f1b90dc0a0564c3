"""Webhooks, and the outbox: what somebody is still to be told."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation import privacy

from .comment import Comment
from .site import Site

SECRET_SEAL = "webhook-secret"
WAITING = Q(sent_at=None, dead_at=None)


class Event(models.TextChoices):
    """What a webhook can be told about. The challenge is sent to every one, first of all."""

    CREATED = "comment.created"
    SCORED = "comment.scored"
    APPROVED = "comment.approved"
    REJECTED = "comment.rejected"
    SPAM = "comment.spam"
    ERASED = "comment.erased"


class Webhook(models.Model):
    """An address that wants to be told what happens to a site's comments."""

    class State(models.TextChoices):
        UNVERIFIED = "unverified"  # the challenge has not come back yet
        ACTIVE = "active"
        DISABLED = "disabled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="webhooks", db_index=False)
    url = models.CharField(max_length=2000)
    events = models.JSONField(default=list)
    secret_sealed = models.BinaryField()
    # The secret before it, which signs too until its time is over.
    previous_sealed = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNVERIFIED)
    reason = models.CharField(max_length=200, blank=True)  # why it is disabled
    failing_since = models.DateTimeField(null=True)  # nothing has been taken since then
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # A site's list, and whom to tell about its comments.
            models.Index(fields=["site", "id"], name="webhook_of_site"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_place(self) -> str:
        """Where its secrets stand sealed; they open nowhere else."""
        return f"{self.site_id}|webhook|secret|{self.pk}"

    def seal(self, secret: str) -> bytes:
        return privacy.seal(self.site.subkey(SECRET_SEAL), secret, place=self.sealed_place)

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets to sign with; raise privacy.Unreadable."""
        sealed = [self.secret_sealed]
        if self.previous_sealed and self.previous_until and self.previous_until > timezone.now():
            sealed.append(self.previous_sealed)
        key, place = self.site.subkey(SECRET_SEAL), self.sealed_place
        return tuple(privacy.open_sealed(key, bytes(one), place=place) for one in sealed)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def to(self, webhook: Webhook) -> "DeliveryQuerySet":
        """What a webhook was told, or will be."""
        return self.filter(site=webhook.site_id, channel="webhook", target=webhook.pk)

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(WAITING)

    def done(self) -> "DeliveryQuerySet":
        """Sent, or given up."""
        return self.filter(~WAITING)

    def due(self) -> "DeliveryQuerySet":
        """Whose time has come, at targets to which nobody is sending right now."""
        now = timezone.now()
        leased = Delivery.objects.waiting().filter(target=OuterRef("target"), lease_until__gt=now)
        return self.waiting().filter(~Exists(leased), next_at__lte=now)


class Delivery(models.Model):
    """One line of the outbox: one message to one target, kept for a while once it is sent.

    It holds no words, names or addresses: only what happened to which comment.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=16, default="webhook")  # a key of channels.CHANNELS
    # The row of the channel that says where to: a Webhook, or for Akismet a Blog.
    target = models.UUIDField()
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, related_name="+", db_index=False
    )
    event = models.CharField(max_length=32)
    sequence = models.PositiveIntegerField(default=0)
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    next_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_words = models.CharField(max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            # A target's deliveries, the newest first; its waiting ones when it goes.
            models.Index(fields=["site", "target", "id"], name="delivery_of_target"),
            # What is due, and who holds a lease. Across sites, for workers serve them all.
            models.Index(fields=["target", "next_at"], name="delivery_waiting", condition=WAITING),
            # Retention, across sites: what was done with long ago.
            models.Index(fields=["created_at"], name="delivery_done", condition=~WAITING),
            # The foreign key's own check when a site goes.
            models.Index(fields=["comment"], name="delivery_of_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @property
    def state(self) -> str:
        if self.sent_at:
            return "sent"
        return "dead" if self.dead_at else "waiting"
