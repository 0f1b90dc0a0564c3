"""Artalk: its portable list of comments, Artrans."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from moderation.importers.base import (
    BadFile,
    Found,
    Imported,
    Importer,
    Notes,
    external_id,
    words,
)
from moderation.importers.json_pieces import keys_in, pieces
from moderation.status import Status

# Everything is written as text, yet some programs write the values themselves.
PENDING = {"false": Status.APPROVED, "": Status.APPROVED, "true": Status.PENDING}


def read(path: Path) -> Iterator[Found]:
    for line, key, said in pieces(path):
        if key or not isinstance(said, dict):
            raise BadFile(line, "holds something else than a list of comments")
        yield comment_of(said, line)


def comment_of(said: dict[str, Any], line: int) -> Imported:
    notes = Notes()
    site, parent = words(said.get("site_name")), words(said.get("rid"))
    base = words(said.get("site_urls")).partition(",")[0].strip()
    pending = said.get("is_pending")
    return Imported(
        line=line,
        external_id=external_id("artalk", site, said.get("id")),
        parent=external_id("artalk", site, parent) if parent not in ("", "0") else "",
        article_url=urljoin(base, words(said.get("page_key"))),
        article_title=words(said.get("page_title")),
        author_name=notes.name(said.get("nick")),
        author_email=words(said.get("email")),
        author_url=words(said.get("link")),
        body=words(said.get("content")),
        posted_at=notes.moment(said.get("created_at")),
        status=notes.status("" if pending is None else pending, PENDING),
        ip=words(said.get("ip")),
        user_agent=words(said.get("ua")),
        oddities=tuple(notes.texts),
    )


ARTALK = Importer("artalk", lambda head: keys_in(head, "rid", "page_key"), read)
