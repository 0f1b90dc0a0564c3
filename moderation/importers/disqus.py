"""Disqus: its XML export. Threads are read first, for posts name them by id."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from moderation.importers.base import (
    Found,
    Imported,
    Importer,
    Notes,
    Oddity,
    external_id,
    short_hash,
)
from moderation.importers.markup import plain_text
from moderation.importers.tables import Shelf
from moderation.importers.xml_records import Record, begins_as_xml, records
from moderation.status import Status

THREADS, POSTS = frozenset({"thread"}), frozenset({"post"})
# "@…" is an attribute of the record itself.
THREAD_FIELDS = frozenset({"@dsq:id", "link", "title"})
POST_FIELDS = frozenset(
    [
        "@dsq:id",
        "id",
        "message",
        "createdAt",
        "isDeleted",
        "isSpam",
        "author/email",
        "author/name",
        "ipAddress",
        "thread@dsq:id",
        "parent@dsq:id",
    ]
)
SPAM = {"false": Status.APPROVED, "": Status.APPROVED, "true": Status.SPAM}


def recognises(head: bytes) -> bool:
    return begins_as_xml(head) and b"<disqus" in head.replace(b"\0", b"")


def read(path: Path) -> Iterator[Found]:
    with closing(Shelf()) as threads:
        for thread in records(path, THREADS, THREAD_FIELDS, []):
            # A <thread> inside a post has no link; it names the one outside.
            if (named := thread.fields.get("@dsq:id")) and (link := thread.fields.get("link")):
                threads.put(named, [link.strip(), thread.fields.get("title", "").strip()])
        odd: list[tuple[int, str]] = []
        for post in records(path, POSTS, POST_FIELDS, odd):
            while odd:
                yield Oddity(*odd.pop(0))
            yield comment_of(post, threads)
        for line, text in odd:
            yield Oddity(line, text)


def comment_of(record: Record, threads: Shelf) -> Found:
    said = {name: text.strip() for name, text in record.fields.items()}
    if said.get("isDeleted", "").lower() == "true":
        return Oddity(record.line, "was deleted there, and is left out")
    article = threads.get(said.get("thread@dsq:id", ""))
    if article is None:
        return Oddity(record.line, "belongs to a thread that is not in the file; left out")
    notes = Notes()
    body, lost = plain_text(said.get("message", ""))
    if lost:
        notes.add(lost)
    parent = said.get("parent@dsq:id", "")
    return Imported(
        line=record.line,
        external_id=external_id("disqus", own_id(said, notes)),
        parent=external_id("disqus", parent) if parent else "",
        article_url=article[0],
        article_title=article[1],
        author_name=notes.name(said.get("author/name")),
        author_email=said.get("author/email", ""),
        body=body,
        posted_at=notes.moment(said.get("createdAt")),
        status=notes.status(said.get("isSpam", ""), SPAM),
        ip=said.get("ipAddress", ""),
        oddities=tuple(notes.texts),
    )


def own_id(said: dict[str, str], notes: Notes) -> str:
    if found := said.get("@dsq:id") or said.get("id"):
        return found
    notes.add("the comment has no id; one was made from its words")
    return short_hash(*(said.get(name, "") for name in ("author/name", "createdAt", "message")))


DISQUS = Importer("disqus", recognises, read)
