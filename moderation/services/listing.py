"""Listing: what of each comment stands on the block list of its site, as evidence.

A list is compiled once for each version in each process; sites without one cost nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from uuid import UUID

from moderation import models
from moderation.models import Comment
from moderation.scoring.block_list import BlockList
from moderation.scoring.evidence import Evidence

MOST_KEPT = 300_000  # entries in each process: some 30 MB
AT_A_TIME = 4  # lists on their way from the database


class Kept:
    """Compiled lists by site and version; where they grow too many, the oldest go."""

    def __init__(self) -> None:
        self._lists: dict[tuple[UUID, str], BlockList] = {}
        self._lock = Lock()

    def get(self, site_id: UUID, version: str) -> BlockList | None:
        return self._lists.get((site_id, version))

    def add(self, site_id: UUID, version: str, compiled: BlockList) -> None:
        with self._lock:
            self._lists[site_id, version] = compiled
            while len(self._lists) > 1 and sum(map(len, self._lists.values())) > MOST_KEPT:
                del self._lists[next(iter(self._lists))]


KEPT = Kept()


def add_listed(comments: Sequence[Comment], evidence: dict[UUID, Evidence]) -> dict[UUID, Evidence]:
    """Return the evidence about each comment with what of it its site's block list holds.

    At most one statement, and none once the lists are known; the sites must be loaded.
    """
    versions, own = dict[UUID, str](), defaultdict[UUID, list[UUID]](list)
    for comment in comments:
        if comment.site.block_list_version:
            versions[comment.site_id] = comment.site.block_list_version
            own[comment.site_id].append(comment.pk)
    fuller = dict(evidence)
    for site_id, compiled in lists_of(versions):
        for pk in own[site_id]:
            fuller[pk] = replace(evidence[pk], listed=compiled.find(evidence[pk]))
    return fuller


def lists_of(versions: Mapping[UUID, str]) -> Iterator[tuple[UUID, BlockList]]:
    """Yield the lists of sites one by one, so that a batch never holds all of its sites'."""
    missing = []
    for site_id, version in versions.items():
        known = KEPT.get(site_id, version)
        if known is None:
            missing.append(site_id)
        else:
            yield site_id, known
    if missing:
        rows = models.BlockList.objects.filter(site__in=missing)
        for row in rows.iterator(chunk_size=AT_A_TIME):
            compiled = compile_list(row)
            KEPT.add(row.site_id, row.version, compiled)
            yield row.site_id, compiled


def compile_list(row: models.BlockList) -> BlockList:
    entries = row.entries
    return BlockList(
        phrases=entries["phrases"],
        hosts=frozenset(entries["hosts"]),
        mail_domains=frozenset(entries["mail_domains"]),
        addresses=frozenset(map(bytes.fromhex, entries["addresses"])),
    )
