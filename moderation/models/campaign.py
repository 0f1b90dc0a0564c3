"""Campaigns: near-duplicates that are decided once, and what later ones are recognised by."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.status import Status

from .site import Site


class Campaign(models.Model):
    """Comments that are variations of one text, whatever sites they were sent to.

    Its row is also the lock: whoever decides a campaign, takes that back, or settles
    comments that arrive for it, waits for the others.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


class Likeness(models.Model):
    """The signature of a comment's text; the text cannot be read from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comment = models.ForeignKey("Comment", models.CASCADE, related_name="likenesses")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="likenesses")
    signature = models.CharField(max_length=128)  # 64 bytes, as hexadecimal digits
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # Upkeep: what nothing was like for a long time.
            models.Index(fields=["seen_at"], name="likeness_seen"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Band(models.Model):
    """A part of a signature, to look up what a text may be like.

    It belongs to the first text that had it, so that a look-up never finds more rows than
    a signature has bands. Across sites, because campaigns are.
    """

    hash = models.BigIntegerField(primary_key=True)
    # Written with its likeness and by nobody else, so the database need not look each time.
    likeness = models.ForeignKey(
        Likeness, models.CASCADE, related_name="bands", db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.hash)


class Among(Func):
    """A column = any of many values: one parameter, where __in would take thousands."""

    output_field = BooleanField()

    def __init__(self, column: str, values: Iterable[int] | Iterable[UUID]) -> None:
        super().__init__(F(column))
        self.values = [v.hex if isinstance(v, UUID) else v for v in values]

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        column, _params = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            kind = self.source_expressions[0].output_field.db_type(connection)
            return f"{column} = ANY(%s::{kind}[])", [f"{{{','.join(map(str, self.values))}}}"]
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(self.values)]


class RulingQuerySet(models.QuerySet["Ruling"]):
    def standing(self) -> "RulingQuerySet":
        """Those that still hold for what arrives."""
        return self.filter(ended_at=None)


class Ruling(models.Model):
    """What somebody decided about a campaign, for one site that they moderate."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rulings", db_index=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    batch = models.ForeignKey("Batch", models.PROTECT, related_name="rulings")
    status = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Status])
    # Taken back, or somebody decided otherwise.
    ended_at = models.DateTimeField(null=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the look-up of what stands, by triage.
            models.UniqueConstraint(
                fields=["campaign", "site"],
                name="ruling_stands_once",
                condition=Q(ended_at=None),
            ),
        ]
        indexes = [
            # Which batches decided a campaign, and the foreign key's own check.
            models.Index(fields=["campaign", "site", "batch"], name="ruling_of_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} is {self.status}"
