"""Block lists: keep what an owner brings, in normal spelling, or drop it."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation import privacy
from moderation.models import BlockList, Site
from moderation.models.actor import Actor
from moderation.models.comment import EMAIL_INDEX
from moderation.scoring.block_entries import (
    LONGEST_ENTRY,
    BadEntries,
    Entries,
    Fault,
    LeftOut,
    read_entries,
)

logger = logging.getLogger(__name__)

KINDS = ("phrases", "hosts", "mail_domains", "addresses")
MOST_ENTRIES = 100_000
MOST_FAULTS = 20
VERSION_LENGTH = 12


class InvalidBlockList(Exception):
    """A list cannot be kept; `why` tells it in sentences, of the first bad lines by number."""

    def __init__(self, *why: str) -> None:
        super().__init__(f"{len(why)} complaints")
        self.why = why


def block_list_of(site: Site) -> BlockList:
    """Return a site's list, or an empty one, unsaved, that has no version."""
    nothing = BlockList(
        site=site,
        entries={kind: [] for kind in KINDS},
        counts=dict.fromkeys(KINDS, 0),
        left_out={reason.value: 0 for reason in LeftOut},
    )
    return BlockList.objects.filter(site=site).defer("entries").first() or nothing


def keep_block_list(site: Site, lines: Sequence[str], *, actor: Actor) -> BlockList:
    """Put a list in the place of the one that stood; raise InvalidBlockList."""
    read = checked(lines)
    entries = spelled(site, read)
    kept = BlockList(
        site=site,
        entries=entries,
        version=version_of(entries),
        counts={kind: len(entries[kind]) for kind in KINDS},
        left_out={reason.value: read.left_out[reason] for reason in LeftOut},
        changed_at=timezone.now(),
        changed_by=actor.name,
    )
    with transaction.atomic():
        let_stand(site, kept.version)
        kept.save()
    log("kept", site, actor, version=kept.version)
    return kept


def drop_block_list(site: Site, *, actor: Actor) -> None:
    """Forget a site's list, if it has one."""
    with transaction.atomic():
        let_stand(site, "")
        BlockList.objects.filter(site=site).delete()
    log("dropped", site, actor)


def let_stand(site: Site, version: str) -> None:
    """Tell the site which list stands; its row is the lock between two owners."""
    Site.objects.filter(pk=site.pk).update(block_list_version=version)


def checked(lines: Sequence[str]) -> Entries:
    if len(lines) > MOST_ENTRIES:
        raise InvalidBlockList(_("must be at most %d entries") % MOST_ENTRIES)
    try:
        return read_entries(lines)
    except BadEntries as error:
        first = sorted(error.faults.items())[:MOST_FAULTS]
        raise InvalidBlockList(*[complaint(line, fault) for line, fault in first]) from error


def complaint(line: int, fault: Fault) -> str:
    """Say what is wrong with a line; what stands in it may be somebody's address."""
    if fault == Fault.ADDRESS:
        return _("line %d is no e-mail address: that has one @ and no blanks") % line
    words = _("line %(line)d has more than %(most)d characters")
    return words % {"line": line, "most": LONGEST_ENTRY}


def spelled(site: Site, read: Entries) -> dict[str, Any]:
    """Return a list as it may be stored: of an address no more than the site's fingerprint."""
    key = site.subkey(EMAIL_INDEX)
    fingerprints = {privacy.fingerprint(key, one.lower()).hex() for one in read.addresses}
    return {
        "phrases": read.phrases,
        "hosts": sorted(read.hosts),
        "mail_domains": sorted(read.mail_domains),
        "addresses": sorted(fingerprints),
    }


def version_of(entries: Mapping[str, Any]) -> str:
    text = json.dumps(entries, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]


def log(deed: str, site: Site, actor: Actor, **more: str) -> None:
    """Tell who did what. Entries may be somebody's name: none is told."""
    told = {"site": str(site.pk), "actor": actor.trace, **more}
    logger.info("block list %s", deed, extra=told)
