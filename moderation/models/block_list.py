"""The block list that a site's owner has brought."""

from django.db import models
from django.utils import timezone

from .site import Site


class BlockList(models.Model):
    """All that a site's block list holds, in normal spelling; `Site` has its version too."""

    site = models.OneToOneField(Site, models.CASCADE, primary_key=True, related_name="block_list")
    # {"phrases": {folded: as written, or ""}, "hosts", "mail_domains", "addresses": […]}; of
    # addresses the site's fingerprints only.
    entries = models.JSONField()
    # Names these very entries, so that what a process has made of them stays true.
    version = models.CharField(max_length=12)
    counts = models.JSONField()  # by kind
    left_out = models.JSONField()  # by the reason
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return self.version
