"""Imports: take over the comments of a file, in batches that each stand or do not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, OperationalError

from moderation.importers import importer_of
from moderation.importers.base import Found, Importer, Oddity
from moderation.importers.tables import Shelf
from moderation.models import Site
from moderation.services.import_report import Report
from moderation.services.import_rows import (
    Ready,
    Stored,
    Unfit,
    Written,
    fits,
    link_replies,
    ready,
    standing,
    stored_of,
    write,
)
from moderation.services.nudge import SCORE_WAITING, nudge
from moderation.status import Status

BATCH_ROWS = 500
TRIES = 5
LOST_PARENT = "what it replies to is not there, or younger, or on another page; it stands alone"
SAME_ID = "the id is known with other words; what stands was left as it is"

Progress = Callable[[int], object]


def check(
    path: Path, name: str = "auto", progress: Progress = lambda _done: None
) -> tuple[Importer, int]:
    """Read a whole file and store nothing; return its importer and how many rows it has.

    Raises BadFile, before anything is half done.
    """
    importer = importer_of(path, name)
    rows = 0
    for rows, _found in enumerate(importer.read(path), 1):
        if rows % BATCH_ROWS == 0:
            progress(rows)
    return importer, rows


def take_over(
    site: Site,
    path: Path,
    importer: Importer,
    report: Report,
    *,
    mapping: Mapping[str, str],
    skip: int = 0,
    progress: Callable[[int], bool] = lambda _done: True,
) -> bool:
    """Store what is new, from row `skip` on; False if `progress` wished to stop before the end.

    Rows that are known are left alone, so a run that was interrupted can be run again, and
    two at the same time end like one. Nobody is notified of imported comments.
    """
    done = skip
    for batch in batches(islice(importer.read(path), skip, None)):
        items = prepared(site, batch, done, mapping, report)
        written = store(site, items)
        count(report, items, written.added, written.known)
        report.articles += written.articles
        report.unlinked += written.unlinked
        done += len(batch)
        if not progress(done):
            return False
    if report.unlinked:
        for batch in batches(importer.read(path)):
            silent = Report()
            for item in link_replies(site, prepared(site, batch, 0, mapping, silent)):
                report.note(item.row.line, LOST_PARENT)
                report.replies -= 1
            progress(done)
    if report.added[Status.PENDING]:
        nudge(SCORE_WAITING)
    return True


def batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    remaining = iter(found)
    while batch := list(islice(remaining, BATCH_ROWS)):
        yield batch


def prepared(
    site: Site, batch: Sequence[Found], done: int, mapping: Mapping[str, str], report: Report
) -> list[Ready]:
    """Return the rows that can be taken over; note what is odd about the others."""
    items = []
    for number, found in enumerate(batch, done):
        if isinstance(found, Oddity):
            report.note(found.line, found.text)
            continue
        report.read += 1
        try:
            item, left_out = ready(site, found, number, mapping)
        except Unfit as error:
            report.refused += 1
            report.note(found.line, f"left out: {error}")
        else:
            items.append(item)
            for text in (*found.oddities, *left_out):
                report.note(found.line, text)
    return items


def store(site: Site, items: Sequence[Ready]) -> Written:
    """Write a batch; begin again when another run was quicker with the same rows."""
    for _attempt in range(TRIES - 1):
        try:
            return write(site, items)
        except (IntegrityError, OperationalError):
            continue
    return write(site, items)


def count(
    report: Report,
    items: Sequence[Ready],
    added: Sequence[Ready],
    known: Mapping[str, Stored],
) -> None:
    """Count what is new and what was known; an id that stands for other words is noted."""
    fresh = {id(item) for item in added}
    for item in items:
        report.replies += bool(item.row.parent)
        if id(item) in fresh:
            report.added[item.row.status] += 1
            continue
        report.known += 1
        if known[item.row.external_id].digest != item.digest:
            report.note(item.row.line, SAME_ID)


def rehearse(
    site: Site,
    path: Path,
    importer: Importer,
    report: Report,
    *,
    mapping: Mapping[str, str],
    progress: Progress = lambda _done: None,
) -> None:
    """Report what `take_over` would do, and change nothing."""
    with closing(Shelf()) as shelf:
        done = 0
        for batch in batches(importer.read(path)):
            items = prepared(site, batch, done, mapping, report)
            known = known_so_far(site, shelf, [item.row.external_id for item in items])
            added = []
            for item in items:
                if item.row.external_id not in known:
                    known[item.row.external_id] = stored_of(item)
                    shelve(shelf, item)
                    added.append(item)
            count(report, items, added, known)
            report.articles += new_articles(site, shelf, added)
            done += len(batch)
            progress(done)
        for batch in batches(importer.read(path)):
            rehearse_links(site, shelf, prepared(site, batch, 0, mapping, Report()), report)
            progress(done)


def shelve(shelf: Shelf, item: Ready) -> None:
    stood = stored_of(item)
    row = [stood.article_url, stood.posted_at.isoformat(), stood.digest.hex()]
    shelf.put(f"comment {item.row.external_id}", row)


def known_so_far(site: Site, shelf: Shelf, ids: Iterable[str]) -> dict[str, Stored]:
    """Return what stands, or would stand by now, under these ids."""
    found = {}
    wanted = set(ids)
    for name in wanted:
        if row := shelf.get(f"comment {name}"):
            found[name] = Stored(row[0], datetime.fromisoformat(row[1]), bytes.fromhex(row[2]))
    return found | standing(site, wanted - found.keys())


def new_articles(site: Site, shelf: Shelf, added: Sequence[Ready]) -> int:
    urls = {item.submission.article_url for item in added}
    fresh = {url for url in urls if not shelf.get(f"article {url}")}
    fresh -= set(site.articles.filter(url__in=fresh).values_list("url", flat=True))
    for url in fresh:
        shelf.put(f"article {url}", True)
    return len(fresh)


def rehearse_links(site: Site, shelf: Shelf, items: Sequence[Ready], report: Report) -> None:
    replies = [item for item in items if item.row.parent]
    known = known_so_far(site, shelf, {item.row.parent for item in replies})
    for item in replies:
        parent = known.get(item.row.parent)
        if parent is None or not fits(parent, stored_of(item)):
            report.note(item.row.line, LOST_PARENT)
            report.replies -= 1
