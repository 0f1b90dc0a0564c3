"""Winnow's own export: a line that says so, and then one comment a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moderation.importers.base import BadFile, Found, Imported, Importer, Notes, Oddity, words
from moderation.importers.json_pieces import json_lines, keys_in
from moderation.status import Status

FORMAT, VERSION = "winnow", 1
PERSON = "person"
STATUSES = {status.value: status for status in Status}


def header(*, with_emails: bool) -> dict[str, Any]:
    """Return the first line of an export."""
    return {"format": FORMAT, "version": VERSION, "emails": with_emails}


def recognises(head: bytes) -> bool:
    first = head.lstrip().partition(b"\n")[0]
    return keys_in(first, "format", "version") and b'"winnow"' in first


def read(path: Path) -> Iterator[Found]:
    for line, said in json_lines(path):
        if said.get("format") == FORMAT:
            if said.get("version") != VERSION:
                raise BadFile(line, "was written by a newer Winnow than this one")
        elif isinstance(said.get("id"), str):
            yield comment_of(said, line)
        else:
            yield Oddity(line, "something that is no comment; left out")


def comment_of(said: dict[str, Any], line: int) -> Imported:
    notes = Notes()
    article, author, decision = of(said, "article"), of(said, "author"), of(said, "decision")
    closed, decided = article.get("closed_at"), decision.get("decided_at")
    return Imported(
        line=line,
        external_id=said["id"],
        parent=words(said.get("parent")),
        article_url=words(article.get("url")),
        article_title=words(article.get("title")),
        article_closed_at=notes.moment(closed) if closed else None,
        author_name=notes.name(author.get("name")),
        author_email=words(author.get("email")),
        author_url=words(author.get("url")),
        body=words(said.get("body")),
        posted_at=notes.moment(said.get("posted_at")),
        status=notes.status(said.get("status"), STATUSES),
        decided_at=notes.moment(decided) if decided else None,
        reason=words(decision.get("reason")),
        by_person=decision.get("by", PERSON) == PERSON,
        oddities=tuple(notes.texts),
    )


def of(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


NATIVE = Importer("native", recognises, read)
