"""Remark42: its native backup, a line about the site and then one comment a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moderation.importers.base import Found, Imported, Importer, Notes, Oddity, external_id, words
from moderation.importers.json_pieces import json_lines, keys_in
from moderation.importers.markup import plain_text
from moderation.status import Status


def recognises(head: bytes) -> bool:
    first = head.lstrip().partition(b"\n")[0]
    return keys_in(first, "version", "users", "posts") or keys_in(first, "locator", "pid")


def read(path: Path) -> Iterator[Found]:
    for line, said in json_lines(path):
        if "locator" in said:
            yield comment_of(said, line)
        elif line > 1:
            yield Oddity(line, "something that is no comment; left out")


def comment_of(said: dict[str, Any], line: int) -> Found:
    if said.get("delete") or said.get("deleted"):
        return Oddity(line, "was deleted there, and is left out")
    notes = Notes()
    user, locator = of(said, "user"), of(said, "locator")
    # `orig` is what was typed, `text` the HTML that became of it.
    body, lost = words(said.get("orig")), ""
    if not body:
        body, lost = plain_text(words(said.get("text")))
    if lost:
        notes.add(lost)
    site, parent = words(locator.get("site")), words(said.get("pid"))
    return Imported(
        line=line,
        external_id=external_id("remark42", site, said.get("id")),
        parent=external_id("remark42", site, parent) if parent else "",
        article_url=words(locator.get("url")),
        article_title=words(said.get("title")),
        author_name=notes.name(user.get("name")),
        author_email=words(user.get("email")),
        body=body,
        posted_at=notes.moment(said.get("time")),
        status=Status.APPROVED,
        oddities=tuple(notes.texts),
    )


def of(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


REMARK42 = Importer("remark42", recognises, read)
