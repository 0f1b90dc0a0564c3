"""Checks: which blog asked about which comment with a plugin key, and what it was told."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.status import Status

from .comment import Comment
from .site import Site, SiteKey, WhenUnsure


def is_spam_for(site: Site, status: str) -> bool:
    """Map the four statuses to the two that a blog knows."""
    if status == Status.PENDING:
        return site.when_unsure == WhenUnsure.SPAM
    return status != Status.APPROVED


class Blog(models.Model):
    """A blog that asks with a plugin key. Several may share one key, and so one queue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="blogs", db_index=False)
    key = models.ForeignKey(SiteKey, models.CASCADE, related_name="blogs", db_index=False)
    url = models.CharField(max_length=2000)
    # Where its plugin wants to hear of later decisions; on the blog's own host, or nowhere.
    callback = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A blog that asks; and those of a key, for its statistics.
            models.UniqueConstraint(fields=["site", "key", "url"], name="blog_once"),
        ]

    def __str__(self) -> str:
        return self.url


class Check(models.Model):
    """One comment that a blog asked about."""

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="asked")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    blog = models.ForeignKey(Blog, models.CASCADE, related_name="checks", db_index=False)
    # What the machine said in the request; null where it had not looked in time.
    answered_spam = models.BooleanField(null=True)
    # What the blog holds it for: our answer, or what somebody there said since.
    held_as_spam = models.BooleanField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # Statistics of a key's blogs, month by month.
            models.Index(fields=["site", "blog", "asked_at"], name="check_of_blog"),
        ]

    def __str__(self) -> str:
        return str(self.comment_id)
