"""Lore: what people taught each site, as evidence about the comments of a batch.

A handful of statements for any number of comments; a single one where nobody taught anything.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from django.db.models import Count

from moderation.models import Comment, Lesson, WordCount
from moderation.models.counts import read_counts
from moderation.models.lesson import TOTALS_SLOT
from moderation.scoring.evidence import Evidence
from moderation.scoring.learning import Clues, find_clues
from moderation.scoring.lore import Lore, recall

Totals = dict[UUID, tuple[int, int]]
# Spam (True) and ham (False) by site and by what the comments have in common.
Record = dict[tuple[UUID, bytes | str], Counter[bool]]


def add_lore(comments: Sequence[Comment], evidence: dict[UUID, Evidence]) -> dict[UUID, Evidence]:
    """Return the evidence about each comment with what its site was taught by people."""
    totals = lessons_had({comment.site_id for comment in comments})
    taught = [comment for comment in comments if comment.site_id in totals]
    if not taught:
        return evidence
    clues = find_clues([evidence[comment.pk] for comment in taught])
    learnt = recall(clues, read_lores(taught, clues, totals))
    addresses = read_record(taught, "email_fingerprint", address_of)
    networks = read_record(taught, "ip_prefix", network_of)
    fuller = dict(evidence)
    for comment, reasons in zip(taught, learnt, strict=True):
        address = addresses[comment.site_id, address_of(comment)]
        network = networks[comment.site_id, network_of(comment)]
        fuller[comment.pk] = replace(
            evidence[comment.pk],
            address_spam=address[True],
            address_ham=address[False],
            network_spam=network[True],
            network_ham=network[False],
            learnt=reasons,
        )
    return fuller


def lessons_had(site_ids: set[UUID]) -> Totals:
    """Return how many lessons of spam and of ham each site has had, if any."""
    rows = WordCount.objects.filter(site__in=site_ids, slot=TOTALS_SLOT)
    return {site: (spam, ham) for site, spam, ham in rows.values_list("site_id", "spam", "ham")}


def read_lores(comments: Sequence[Comment], clues: Clues, totals: Totals) -> list[Lore]:
    """Return each comment's lore: all counts that the batch touches, in one statement."""
    sites = np.array([comment.site_id.int for comment in comments], object)
    of_clue = sites[clues.owners]
    wanted = {
        site: np.unique(clues.slots[of_clue == site.int]).tolist()
        for site in {comment.site_id for comment in comments}
        if min(totals[site])  # a site that was taught on one side only knows no difference
    }
    rows: dict[UUID, list[tuple[int, int, int]]] = defaultdict(list)
    for site_hex, slot, spam, ham in read_counts(wanted) if wanted else ():
        rows[UUID(site_hex)].append((slot, spam, ham))
    lores = {site: lore_of(totals[site], rows[site]) for site in set(totals)}
    return [lores[comment.site_id] for comment in comments]


def lore_of(totals: tuple[int, int], rows: list[tuple[int, int, int]]) -> Lore:
    # A slot that nobody asks for, so that there is always one to compare with.
    columns = np.array(sorted([(TOTALS_SLOT, 0, 0), *rows]), np.int64).T
    return Lore(*totals, *columns)


def address_of(comment: Comment) -> bytes:
    return bytes(comment.email_fingerprint or b"")


def network_of(comment: Comment) -> str:
    return comment.ip_prefix


def read_record(
    comments: Sequence[Comment], column: str, value_of: Callable[[Comment], bytes | str]
) -> Record:
    """Count the lessons of comments that have the same value in a column, per site."""
    record: Record = defaultdict(Counter)
    if known := {value for comment in comments if (value := value_of(comment))}:
        sites = {comment.site_id for comment in comments}
        rows = (
            Lesson.objects.filter(
                **{"site__in": sites, "comment__site__in": sites, f"comment__{column}__in": known}
            )
            .values_list("site_id", f"comment__{column}", "is_spam")
            .annotate(count=Count("pk"))
        )
        for site_id, value, is_spam, count in rows:
            key = value if isinstance(value, str) else bytes(value)
            record[site_id, key][is_spam] = count
    return record
