"""Imports by the owner's pages, and who took addresses out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from .site import Site


class ImportRun(models.Model):
    """A file that somebody uploaded, worked off by a worker; this table is its queue."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="import_runs", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    user_name = models.CharField(max_length=150)
    file_name = models.CharField(max_length=200)  # as its owner calls it; never used as a path
    mapping = models.JSONField(default=dict)  # beginnings of addresses: {old: new}
    is_rehearsal = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    cause = models.CharField(max_length=300, blank=True)  # why it failed, for its owner
    total = models.PositiveIntegerField(null=True)  # rows of the file, once it was read through
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)  # since it last moved on
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The page of a site's imports.
            models.Index(fields=["site", "id"], name="import_run_of_site"),
            # Workers: what is not finished. Across sites, for they serve them all.
            models.Index(
                fields=["id"], name="import_run_waiting", condition=Q(finished_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"


class Disclosure(models.Model):
    """The addresses of a site left it with an export: written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="disclosures", db_index=False)
    actor_name = models.CharField(max_length=150)
    disclosed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # The page that shows them to the owner.
            models.Index(fields=["site", "id"], name="disclosure_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}, {self.disclosed_at}"
