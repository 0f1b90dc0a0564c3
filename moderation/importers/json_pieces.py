"""Read a large JSON document piece by piece, with the line on which each piece begins."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from moderation.importers.base import BadFile

CHUNK = 64 * 1024
PIECE_LIMIT = 16 * 1024 * 1024  # characters of one element
LINE_LIMIT = 1024 * 1024  # bytes of one line of JSON lines
BLANK = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Pieces:
    """A window on the text that moves on; it never holds more than one piece."""

    def __init__(self, file: IO[bytes]) -> None:
        encoding = "utf-16" if file.read(2) in UTF16_MARKS else "utf-8-sig"
        file.seek(0)
        self.source = codecs.getreader(encoding)(file)
        self.text, self.place, self.line, self.at_end = "", 0, 1, False

    def more(self) -> bool:
        """Read on; drop what lies behind. Return False at the end of the file."""
        try:
            # Twice as much each time: a long piece is not tried again for every chunk.
            fresh = self.source.read(max(CHUNK, len(self.text) - self.place))
        except UnicodeError as error:
            raise self.refuse("is neither UTF-8 nor UTF-16") from error
        self.text, self.place = self.text[self.place :] + fresh, 0
        self.at_end = not fresh
        return not self.at_end

    def step(self, place: int) -> None:
        self.line += self.text.count("\n", self.place, place)
        self.place = place

    def peek(self) -> str:
        """Return the next character that is not blank, or "" at the end."""
        while True:
            match = BLANK.match(self.text, self.place)
            self.step(match.end() if match else self.place)
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.more():
                return ""

    def take(self, expected: str) -> str:
        found = self.peek()
        if not found or found not in expected:
            raise self.refuse("is not valid JSON")
        self.step(self.place + 1)
        return found

    def value(self) -> Any:
        """Return the next whole value."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.place)
                if end < len(self.text) or self.at_end:  # else a number might go on
                    self.step(end)
                    return value
            except RecursionError as error:
                raise self.refuse("is nested too deeply") from error
            except ValueError as error:
                if self.at_end:
                    raise self.refuse("is not valid JSON") from error
            if len(self.text) - self.place > PIECE_LIMIT:
                raise self.refuse("holds an element that is too large")
            self.more()

    def elements(self) -> Iterator[tuple[int, Any]]:
        """Yield the elements of the list that begins here."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            self.peek()
            line = self.line
            yield line, self.value()
            if self.take(",]") == "]":
                return

    def refuse(self, cause: str) -> BadFile:
        return BadFile(self.line, cause)


def pieces(path: Path) -> Iterator[tuple[int, str, Any]]:
    """Yield line, key and value of what the document holds; a list comes element by element.

    The key of a document that is a list itself is "". Raises BadFile.
    """
    with path.open("rb") as file:
        reader = Pieces(file)
        if reader.peek() == "[":
            yield from ((line, "", element) for line, element in reader.elements())
        else:
            yield from members(reader)
        if reader.peek():
            raise reader.refuse("goes on after the end of the JSON document")


def members(reader: Pieces) -> Iterator[tuple[int, str, Any]]:
    reader.take("{")
    if reader.peek() == "}":
        reader.take("}")
        return
    while True:
        if reader.peek() != '"':
            raise reader.refuse("is not valid JSON")
        key = reader.value()
        reader.take(":")
        if reader.peek() == "[":
            yield from ((line, key, element) for line, element in reader.elements())
        else:
            line = reader.line
            yield line, key, reader.value()
        if reader.take(",}") == "}":
            return


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number and object of every line that is not blank; raises BadFile."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_LIMIT + 1):
            number += 1
            if len(line) > LINE_LIMIT:
                raise BadFile(number, "the line is too long")
            if line.strip():
                yield number, one_object(line.removeprefix(codecs.BOM_UTF8), number)


def one_object(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadFile(number, "is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadFile(number, "is not valid JSON") from error
    if not isinstance(value, dict):
        raise BadFile(number, "is not a JSON object")
    return value


def keys_in(head: bytes, *names: str) -> bool:
    """Tell whether the beginning of a JSON file names all of these keys."""
    text = head.lstrip(codecs.BOM_UTF8).decode("utf-8", "replace")
    return text.lstrip()[:1] in ("{", "[") and all(
        re.search(rf'"{name}"\s*:', text) for name in names
    )
