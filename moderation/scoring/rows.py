"""Labelled and unlabelled comments as JSON lines, one object a line."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, cast

from moderation.scoring.evidence import Evidence

TEXT_KEYS = ("author", "email", "url", "title", "source", "kind", "family", "lang")
LABELS = ("spam", "ham")


class BadRow(Exception):
    """One line cannot be used; the message says why, in words for its author."""


class BadFile(Exception):
    """A file cannot be used; the message names file, line and cause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a file of comments."""

    evidence: Evidence
    email: str = field(default="", repr=False)  # of which the evidence has the domain
    id: str | int | None = None
    is_spam: bool | None = None
    source: str = ""
    kind: str = ""
    family: str = ""
    lang: str = "und"


def parse_row(line: bytes) -> Row:
    """Read one line; raises BadRow."""
    fields = parse_object(line)
    text = fields.get("text")
    if not isinstance(text, str):
        raise BadRow("text is required and must be a string")
    words = {key: parse_text(fields, key) for key in TEXT_KEYS}
    evidence = Evidence(
        body=text,
        author_name=words["author"],
        author_url=words["url"],
        article_title=words["title"],
        email_domain=words["email"].rpartition("@")[2],
    )
    return Row(
        evidence=evidence,
        email=words["email"],
        id=parse_id(fields),
        is_spam={"spam": True, "ham": False}.get(str(fields.get("label"))),
        source=words["source"],
        kind=words["kind"],
        family=words["family"],
        lang=words["lang"] or "und",
    )


def parse_object(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise BadRow("empty line")
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadRow("not valid UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadRow("not valid JSON") from error
    if not isinstance(fields, dict):
        raise BadRow("not a JSON object")
    return fields


def parse_text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRow(f"{key} must be a string")
    return value


def parse_id(fields: dict[str, Any]) -> str | int | None:
    value = fields.get("id")
    if value is None or (isinstance(value, (str, int)) and not isinstance(value, bool)):
        return value
    raise BadRow("id must be a string or a whole number")


def read_labelled(path: Path) -> list[Row]:
    """Read a file of labelled comments for measuring; raises BadFile.

    Rows named in NAME_suspect.txt beside it are left out: nobody can say what they are.
    """
    suspects = read_names(path, "suspect")
    return [row for row in labelled_rows(path) if row.id not in suspects]


def read_for_training(path: Path) -> list[Row]:
    """Read a file of labelled comments for training; raises BadFile.

    Rows named in NAME_flip.txt beside it get the other label, the other rows of
    NAME_suspect.txt are left out. So are comments on blogs that turn out to be spam:
    many of them are given away by the author's name alone, and their text is harmless.
    """
    flipped, suspects = read_names(path, "flip"), read_names(path, "suspect")
    return [
        replace(row, is_spam=not row.is_spam) if row.id in flipped else row
        for row in labelled_rows(path)
        if (not is_hidden_spam(row) if row.id in flipped else row.id not in suspects)
    ]


def is_hidden_spam(row: Row) -> bool:
    """Say whether a row with the wrong label is spam that moderators of a blog let pass."""
    return row.family == "blog" and not row.is_spam


def labelled_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file as they stand; raises BadFile."""
    with open_lines(path) as lines:
        for number, line in enumerate(lines_of(lines, path), 1):
            try:
                row = parse_row(line)
            except BadRow as error:
                raise BadFile(f"{path}, line {number}: {error}") from error
            if row.is_spam is None:
                raise BadFile(f"{path}, line {number}: label must be spam or ham")
            yield row


def lines_of(lines: IO[bytes], name: object) -> Iterator[bytes]:
    """Yield the lines of an open file; raises BadFile where it cannot be read on."""
    number = 0
    try:
        for line in lines:
            number += 1
            yield line
    except (OSError, EOFError, zlib.error) as error:
        cause = getattr(error, "strerror", None) or "not a whole gzip file"
        raise BadFile(f"{name}, line {number + 1}: {cause}") from error


def open_lines(path: Path) -> IO[bytes]:
    """Open a .jsonl or .jsonl.gz file for reading lines; raises BadFile."""
    try:
        # The cast: gzip's own type says less than it is.
        return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise BadFile(f"{path}, line 1: {error.strerror}") from error


def read_names(path: Path, what: str) -> frozenset[str]:
    """Return the row ids listed in NAME_suspect.txt or NAME_flip.txt beside NAME.jsonl[.gz]."""
    stem = path.name.removesuffix(".gz").removesuffix(".jsonl")
    beside = path.with_name(f"{stem}_{what}.txt")
    try:
        return frozenset(beside.read_text("utf-8").split())
    except FileNotFoundError:
        return frozenset()
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{beside}, line 1: cannot be read") from error
