"""Isso: its SQLite database, and the generic JSON that it reads itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from moderation.importers.base import (
    BadFile,
    Found,
    Imported,
    Importer,
    Notes,
    Oddity,
    external_id,
    short_hash,
    words,
)
from moderation.importers.json_pieces import keys_in, pieces
from moderation.importers.tables import MAGIC, rows_of
from moderation.status import Status

# 4: deleted, but kept because somebody replied.
STATUSES = {"1": Status.APPROVED, "2": Status.PENDING}
DELETED = 4
QUERY = """
    SELECT c.id, c.parent, c.created, c.mode, c.remote_addr, c.text, c.author, c.email, c.website,
           t.uri, t.title
    FROM comments AS c LEFT JOIN threads AS t ON t.id = c.tid ORDER BY c.id
"""


def is_database(head: bytes) -> bool:
    return head.startswith(MAGIC)


def read_database(path: Path) -> Iterator[Found]:
    """Yield the comments; the number of a row stands for its line."""
    for line, row in enumerate(rows_of(path, QUERY), 1):
        if row["mode"] == DELETED:
            yield Oddity(line, "was deleted there, and is left out")
        elif not row["uri"]:
            yield Oddity(line, "belongs to a thread that is not in the file; left out")
        else:
            notes = Notes()
            status = notes.status(row["mode"], STATUSES)
            named = external_id("isso", row["id"])
            parent = external_id("isso", row["parent"]) if row["parent"] else ""
            yield comment_of(row, row, notes, line, named, parent, status)


def is_json(head: bytes) -> bool:
    return keys_in(head, "comments") and keys_in(head, "remote_addr")


def read_json(path: Path) -> Iterator[Found]:
    """Yield the comments; their ids count within their thread."""
    for line, _key, thread in pieces(path):
        if not isinstance(thread, dict) or not isinstance(thread.get("comments"), list):
            raise BadFile(line, "holds something else than threads with their comments")
        article = {"uri": words(thread.get("id")), "title": unquoted(words(thread.get("title")))}
        for said in thread["comments"]:
            if not isinstance(said, dict):
                yield Oddity(line, "something that is no comment; left out")
                continue
            made = short_hash(*(words(said.get(key)) for key in ("author", "created", "text")))
            named = external_id("isso", article["uri"], said.get("id"), made)
            yield comment_of(said, article, Notes(), line, named, "", Status.APPROVED)


def unquoted(title: str) -> str:
    """Undo what the exporting programs of this format do to titles: "Nat+%26+Miguel"."""
    return unquote_plus(title) if " " not in title else title


def comment_of(
    said: Mapping[str, Any] | Any,
    article: Mapping[str, Any] | Any,
    notes: Notes,
    line: int,
    named: str,
    parent: str,
    status: Status,
) -> Imported:
    get = {key: said[key] for key in said.keys()}.get  # noqa: SIM118  a Row is no mapping
    return Imported(
        line=line,
        external_id=named,
        parent=parent,
        article_url=words(article["uri"]),
        article_title=words(article["title"]),
        author_name=notes.name(get("author")),
        author_email=words(get("email")),
        author_url=words(get("website")),
        body=words(get("text")),
        posted_at=notes.moment(get("created")),
        status=status,
        ip=words(get("remote_addr")),
        oddities=tuple(notes.texts),
    )


ISSO = Importer("isso", is_database, read_database)
ISSO_JSON = Importer("isso-json", is_json, read_json)
