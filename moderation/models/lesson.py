"""Lessons: what a comment taught its site, and the counts that they add up to."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from .comment import Comment
from .decision import ActorKind, Decision
from .site import Site

# Counts how many lessons there are; slots of words begin at 0.
TOTALS_SLOT = -1


class Lesson(models.Model):
    """Exactly what one comment added to the counts of its site, so that it can be taken back."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="lessons", db_index=False)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+", db_index=False)
    # The decision that teaches it.
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="+", db_index=False)
    is_spam = models.BooleanField()
    # Sorted, four bytes each, the lowest first.
    slots = models.BinaryField()
    taught_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A comment teaches once; also finds the lessons of some comments.
            models.UniqueConstraint(fields=["site", "comment"], name="lesson_once"),
        ]
        indexes = [
            # The owner's page: the latest lessons, and how many each month.
            models.Index(fields=["site", "taught_at"], name="lesson_latest"),
        ]

    def __str__(self) -> str:
        return f"{'spam' if self.is_spam else 'ham'} of {self.comment_id}"


class WordCount(models.Model):
    """In how many lessons of spam and of ham a site met a slot; none with two noughts."""

    # Triage: the counts of the slots that a batch touches.
    pk = models.CompositePrimaryKey("site_id", "slot")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    slot = models.IntegerField()
    spam = models.IntegerField()
    ham = models.IntegerField()

    # No index on the counts: without one, a change of them tells no index.

    def __str__(self) -> str:
        return f"{self.slot}: {self.spam} spam, {self.ham} ham"


class LearningReset(models.Model):
    """An owner let a site forget everything: no decision from before teaches again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    actor_kind = models.CharField(max_length=9, choices=ActorKind)
    actor_name = models.CharField(max_length=150)
    lessons = models.PositiveIntegerField()  # how many were forgotten
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # Learning, and the owner's page: when a site was reset last.
            models.Index(fields=["site", "id"], name="learning_reset_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.lessons} lessons forgotten"
