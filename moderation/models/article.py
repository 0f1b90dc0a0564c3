"""Articles: the pages that comments stand under."""

from django.db import models
from uuid_utils.compat import uuid7

from .site import Site


class Article(models.Model):
    """One page of a site, known by its canonical URL."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    site = models.ForeignKey(Site, models.CASCADE, related_name="articles", db_index=False)
    url = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "url"], name="article_once"),
        ]
        indexes = [
            # The API's list of a site's articles.
            models.Index(fields=["site", "id"], name="article_list"),
        ]

    def __str__(self) -> str:
        return self.title or self.url
