"""Commento's export (version 1), and that of its successor Comentario (version 3)."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from moderation.importers.base import (
    BadFile,
    Found,
    Imported,
    Importer,
    Notes,
    Oddity,
    external_id,
    words,
)
from moderation.importers.json_pieces import keys_in, pieces
from moderation.importers.markup import plain_text
from moderation.importers.tables import Shelf
from moderation.status import Status

STATES = {
    "approved": Status.APPROVED,
    "unapproved": Status.PENDING,
    "flagged": Status.PENDING,  # held there as perhaps spam
}
NO_PARENT = ("", "root", "00000000-0000-0000-0000-000000000000")
DELETED = "was deleted there, and is left out"


def reader(comment_of: Callable[[dict[str, Any], int, Shelf], Found]) -> Any:
    """Return the reader of a format: people and pages first, wherever in the file they stand."""

    def read(path: Path) -> Iterator[Found]:
        with closing(Shelf()) as shelf:
            for _line, key, value in pieces(path):
                if key in ("commenters", "pages") and isinstance(value, dict):
                    named = words(value.get("commenterHex") or value.get("id"))
                    shelf.put(f"{key} {named}", value)
            for line, key, value in pieces(path):
                if key != "comments":
                    continue
                if not isinstance(value, dict):
                    raise BadFile(line, "holds something else than comments")
                yield comment_of(value, line, shelf)

    return read


def commento_comment(said: dict[str, Any], line: int, shelf: Shelf) -> Found:
    if said.get("deleted"):
        return Oddity(line, DELETED)
    notes = Notes()
    author = shelf.get(f"commenters {words(said.get('commenterHex'))}") or {}
    host, path = words(said.get("domain")), words(said.get("url"))
    parent = words(said.get("parentHex"))
    return Imported(
        line=line,
        external_id=external_id("commento", said.get("commentHex")),
        parent=external_id("commento", parent) if parent not in NO_PARENT else "",
        article_url=f"https://{host}{path}" if host and path.startswith("/") else path,
        author_name=notes.name(author.get("name")),
        author_email=words(author.get("email")),
        author_url=link(author.get("link")),
        body=body_of(said, notes),
        posted_at=notes.moment(said.get("creationDate")),
        status=notes.status(said.get("state"), STATES),
        oddities=tuple(notes.texts),
    )


def comentario_comment(said: dict[str, Any], line: int, shelf: Shelf) -> Found:
    if said.get("isDeleted"):
        return Oddity(line, DELETED)
    notes = Notes()
    author = shelf.get(f"commenters {words(said.get('userCreated'))}") or {}
    page = shelf.get(f"pages {words(said.get('pageId'))}") or {}
    parent = words(said.get("parentId"))
    return Imported(
        line=line,
        external_id=external_id("comentario", said.get("id")),
        parent=external_id("comentario", parent) if parent not in NO_PARENT else "",
        article_url=words(page.get("path")),
        article_title=words(page.get("title")),
        author_name=notes.name(said.get("authorName") or author.get("name")),
        author_email=words(author.get("email")),
        author_url=link(author.get("websiteUrl")),
        body=body_of(said, notes),
        posted_at=notes.moment(said.get("createdTime")),
        status=comentario_status(said),
        ip=words(said.get("authorIp")),
        oddities=tuple(notes.texts),
    )


def comentario_status(said: dict[str, Any]) -> Status:
    if said.get("isPending"):
        return Status.PENDING
    return Status.APPROVED if said.get("isApproved") else Status.REJECTED


def body_of(said: dict[str, Any], notes: Notes) -> str:
    """Return what was typed; the HTML that became of it where nothing else is there."""
    if typed := words(said.get("markdown")):
        return typed
    body, lost = plain_text(words(said.get("html")))
    if lost:
        notes.add(lost)
    return body


def link(value: object) -> str:
    """Return an author's address; "undefined" is how these programs say that there is none."""
    return "" if (text := words(value)) == "undefined" else text


COMMENTO = Importer(
    "commento", lambda head: keys_in(head, "commentHex", "version"), reader(commento_comment)
)
COMENTARIO = Importer(
    "comentario",
    lambda head: keys_in(head, "version") and (keys_in(head, "pages") or keys_in(head, "pageId")),
    reader(comentario_comment),
)
