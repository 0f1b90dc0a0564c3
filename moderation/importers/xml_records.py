"""Read XML as a stream of records: bounded, without entities, lenient about namespaces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from moderation.importers.base import BadFile

CHUNK_BYTES = 64 * 1024
DEPTH_LIMIT = 100
TEXT_LIMIT = 256 * 1024  # characters of one field; the validator refuses far shorter ones
# A tag that expat has to hold whole. It reads an unfinished one again with every chunk.
TOKEN_LIMIT = 1024 * 1024
STRAY_LIMIT = 16
ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii"})
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
UTF8_MARK = b"\xef\xbb\xbf"
# No XML may hold them, yet WordPress and others write them into texts.
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


@dataclass(slots=True)
class Record:
    """One element that was asked for: the texts inside it by their path."""

    tag: str
    line: int
    depth: int
    fields: dict[str, str] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)  # the fields so far of the one around it


class Reader:
    """Expat's handlers. Prefixes are part of a name here, so that unbound ones do no harm."""

    def __init__(self, records: frozenset[str], kept: frozenset[str]) -> None:
        self.records, self.kept = records, kept
        self.path: list[str] = []
        self.open: list[Record] = []
        self.done: list[Record] = []
        self.text: list[str] | None = None
        self.length = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.EntityDeclHandler = self.refuse_doctype

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Record]:
        try:
            self.parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise BadFile(error.lineno, f"is not well-formed XML: {error_words(error)}") from error
        done, self.done = self.done, []
        return done

    def refuse(self, cause: str) -> BadFile:
        return BadFile(self.parser.CurrentLineNumber, cause)

    def refuse_doctype(self, *_declared: object) -> None:
        raise self.refuse("declares a document type or entities, which is refused")

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            raise self.refuse("must be in UTF-8 or UTF-16")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= DEPTH_LIMIT:
            raise self.refuse(f"is nested deeper than {DEPTH_LIMIT} elements")
        self.path.append(tag)
        if tag in self.records:
            outer = self.open[-1].fields if self.open else {}
            record = Record(tag, self.parser.CurrentLineNumber, len(self.path), outer=outer)
            self.open.append(record)
        if not self.open:
            return
        name = self.name()
        for attribute, value in attributes.items():
            if f"{name}@{attribute}" in self.kept:
                self.open[-1].fields[f"{name}@{attribute}"] = value[:TEXT_LIMIT]
        self.text, self.length = ([], 0) if name in self.kept else (None, 0)

    def end(self, _tag: str) -> None:
        if self.open:
            if self.text is not None:
                self.open[-1].fields[self.name()] = "".join(self.text)
                self.text = None
            if self.open[-1].depth == len(self.path):
                self.done.append(self.open.pop())
        self.path.pop()

    def name(self) -> str:
        """Return the path of the current element inside its record."""
        return "/".join(self.path[self.open[-1].depth :])

    def characters(self, text: str) -> None:
        if self.text is not None and self.length <= TEXT_LIMIT:
            self.text.append(text)
            self.length += len(text)


def error_words(error: expat.ExpatError) -> str:
    return f"{expat.ErrorString(error.code)}, column {error.offset + 1}"


def records(
    path: Path, wanted: frozenset[str], kept: frozenset[str], odd: list[tuple[int, str]]
) -> Iterator[Record]:
    """Yield the records of a file as they end; `odd` gathers what was repaired. Raises BadFile."""
    reader = Reader(wanted, kept)
    with path.open("rb") as file:
        lines = skip_strays(file, odd)
        fed, line = 0, 1
        is_utf16 = peek(file, 2).startswith(UTF16_MARKS)
        while chunk := file.read(CHUNK_BYTES):
            clean = chunk if is_utf16 else without_controls(chunk, line + lines, odd)
            line += chunk.count(b"\n")
            fed += len(clean)
            yield from reader.feed(clean)
            if fed - reader.parser.CurrentByteIndex > TOKEN_LIMIT:
                raise reader.refuse("holds a tag that is too large")
        yield from reader.feed(b"", is_last=True)


def begins_as_xml(head: bytes) -> bool:
    """Tell whether a file is XML, but for a few stray characters, rather than text about XML."""
    strays, tag, _rest = head.replace(b"\0", b"").partition(b"<")
    return bool(tag) and len(strays.strip()) <= STRAY_LIMIT


def peek(file: IO[bytes], size: int) -> bytes:
    head = file.read(size)
    file.seek(-len(head), 1)
    return head


def skip_strays(file: IO[bytes], odd: list[tuple[int, str]]) -> int:
    """Stand at the first "<": a few stray characters before it are left out. Return their lines."""
    head = file.read(1024)
    file.seek(0)
    if head.startswith(UTF16_MARKS):
        return 0
    strays, tag, _rest = head.removeprefix(UTF8_MARK).partition(b"<")
    if not tag or len(strays.strip()) > STRAY_LIMIT:
        raise BadFile(1, "does not begin with an XML tag")
    file.seek(head.index(b"<"))
    if strays.strip():
        odd.append((1, "stray characters before the first tag were left out"))
    return strays.count(b"\n")


def without_controls(chunk: bytes, line: int, odd: list[tuple[int, str]]) -> bytes:
    clean = chunk.translate(None, CONTROLS)
    if len(clean) != len(chunk):
        first = re.search(b"[%s]" % re.escape(CONTROLS), chunk)
        at = line + chunk.count(b"\n", 0, first.start()) if first else line
        odd.append((at, "control characters that no text may hold were left out"))
    return clean
