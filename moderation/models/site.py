"""Sites, their policy, their keys and the people who moderate them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from moderation import privacy
from moderation.scoring.policy import Policy

DEFAULTS = Policy()
PLUGIN_KEY_SEAL = "plugin-key-enc"


class WhenUnsure(models.TextChoices):
    """What the Akismet-compatible door answers about a comment that waits for people."""

    PUBLISH = "publish"
    SPAM = "spam"


class Site(models.Model):
    """A web site whose comments are moderated here, with its policy."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    url = models.URLField(max_length=2000)
    # Where its articles may lie: ["https://example.org", …]; scheme, host and port.
    origins = models.JSONField(default=list)
    # The site's own key, sealed by the master key. Dropping it forgets every address.
    wrapped_key = models.BinaryField()

    approve_below = models.FloatField(default=DEFAULTS.approve_below)
    spam_above = models.FloatField(default=DEFAULTS.spam_above)
    hold_all = models.BooleanField(default=DEFAULTS.hold_all)
    hold_first_time = models.BooleanField(default=DEFAULTS.hold_first_time)
    hold_links_over = models.PositiveSmallIntegerField(
        null=True, blank=True, default=DEFAULTS.hold_links_over
    )
    languages = models.JSONField(default=list)  # those that the site speaks; none: any
    # How many spams seen cost as much as one lost real comment. None: thresholds by hand.
    lost_cost = models.PositiveSmallIntegerField(null=True, blank=True)
    when_unsure = models.CharField(max_length=7, choices=WhenUnsure, default=WhenUnsure.PUBLISH)
    policy_version = models.PositiveIntegerField(default=1)
    close_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    retention_days = models.PositiveSmallIntegerField(default=30)
    # The events that its active webhooks want: intake reads it with the site, for nothing.
    wanted_events = models.JSONField(default=list)
    # Of its block list, "" without one: triage reads it with the site, for nothing.
    block_list_version = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="site_thresholds_in_order",
                condition=Q(approve_below__gte=0)
                & Q(spam_above__lte=1)
                & Q(approve_below__lte=models.F("spam_above")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def policy(self) -> Policy:
        return Policy(
            approve_below=self.approve_below,
            spam_above=self.spam_above,
            hold_all=self.hold_all,
            hold_first_time=self.hold_first_time,
            hold_links_over=self.hold_links_over,
            languages=tuple(self.languages),
        )

    def subkey(self, purpose: str) -> bytes:
        """Return the site's key for one purpose; raise privacy.Unreadable without the master."""
        return privacy.site_subkey(bytes(self.wrapped_key), str(self.pk), purpose)


class Scope(models.TextChoices):
    """What a key may do: each includes the ones before it."""

    SUBMIT = "submit"
    REVIEW = "review"
    ADMIN = "admin"  # what an owner may: policy, rules, keys, members


class SiteKey(models.Model):
    """A key by which a program speaks for a site. The key itself is shown once and not kept."""

    class Kind(models.TextChoices):
        API = "api"
        PLUGIN = "plugin"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="keys", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.API)
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    prefix = models.CharField(max_length=12)  # enough to recognise it in a list
    # SHA-256 of a long random key; a keyed hash of the short plugin key.
    digest = models.BinaryField(max_length=32)
    # Plugin keys only: Akismet's callback has to carry the key itself.
    sealed = models.BinaryField(null=True)
    # Requests that the owner grants it, below what the operator grants every key.
    limit_per_minute = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # For programs alone: a plugin whose key ended would publish whatever comes.
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "digest"], name="site_key_once"),
        ]
        indexes = [
            # Authentication: a key arrives before anybody knows its site.
            models.Index(fields=["digest"], name="site_key_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def sealed_place(self) -> str:
        """Where a plugin key stands sealed; it opens nowhere else."""
        return f"{self.site_id}|sitekey|sealed|{self.pk}"

    def seal(self, key: str) -> bytes:
        return privacy.seal(self.site.subkey(PLUGIN_KEY_SEAL), key, place=self.sealed_place)

    def open_sealed(self) -> str:
        """Return the plugin key itself; raise privacy.Unreadable."""
        sealing = self.site.subkey(PLUGIN_KEY_SEAL)
        return privacy.open_sealed(sealing, bytes(self.sealed or b""), place=self.sealed_place)


class Role(models.TextChoices):
    OWNER = "owner"
    MODERATOR = "moderator"


class Membership(models.Model):
    """Somebody moderates, or owns, a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role, default=Role.MODERATOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "user"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.site_id}"
