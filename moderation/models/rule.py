"""The owner's rules, and the trail of changes to a site's policy."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.scoring import rules

from .decision import ActorKind
from .site import Site


class Rule(models.Model):
    """One rule of a site: what it looks for, what it asks for, and how it has fared."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="rules", db_index=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in rules.Kind]
    )
    # In the normal spelling of its kind. Of one address: masked, for people to recognise.
    pattern = models.CharField(max_length=500)
    # What recognises that address among the site's; it is not stored itself.
    fingerprint = models.BinaryField(max_length=16, null=True)
    action = models.CharField(
        max_length=10, choices=[(action.value, action.value) for action in rules.Action]
    )
    weight = models.FloatField(default=0.0)  # log-odds, of add_weight alone
    must_match = models.JSONField(default=list)
    must_not_match = models.JSONField(default=list)
    position = models.PositiveIntegerField()  # smaller ones speak first
    is_trial = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=150)

    hits = models.PositiveBigIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Verdicts name the rule that spoke.
            models.UniqueConstraint(fields=["site", "name"], name="rule_name_once"),
        ]
        indexes = [
            # Triage and the list: the rules of a site in the order in which they speak.
            models.Index(fields=["site", "position", "id"], name="rule_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def as_scored(self) -> rules.Rule:
        """The rule as the scoring knows it."""
        return rules.Rule(
            id=self.pk,
            name=self.name,
            kind=rules.Kind(self.kind),
            action=rules.Action(self.action),
            pattern=self.pattern,
            weight=self.weight,
            fingerprint=bytes(self.fingerprint) if self.fingerprint is not None else None,
            is_trial=self.is_trial,
        )


class PolicyChange(models.Model):
    """One change of a site's policy: written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="policy_changes", db_index=False)
    version = models.PositiveIntegerField()  # of the policy, once this was changed
    actor_kind = models.CharField(max_length=9, choices=ActorKind)
    actor_name = models.CharField(max_length=150)
    changes = models.JSONField()  # {field: [from, to]}
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="policy_change_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
