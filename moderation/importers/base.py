"""What every importer yields, and how it says that something is odd."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from moderation.status import Status

NOBODY = "Anonymous"
EXTERNAL_ID_LENGTH = 255


class BadFile(Exception):
    """A file cannot be read on; the message says why, in words for its owner."""

    def __init__(self, line: int, cause: str) -> None:
        super().__init__(cause)
        self.line = line


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that was not taken over as it stands; never an address or words of a visitor."""

    line: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """One comment as a foreign file holds it; ids are prefixed with their format."""

    line: int
    external_id: str
    article_url: str  # may be a path of the site
    body: str
    author_name: str = ""
    author_email: str = ""
    author_url: str = ""
    article_title: str = ""
    article_closed_at: datetime | None = None
    parent: str = ""
    posted_at: datetime | None = None
    status: Status = Status.PENDING
    ip: str = ""
    user_agent: str = ""
    # Of the decision that gave the status, where the file tells: when, why, and was it a person?
    decided_at: datetime | None = None
    reason: str = ""
    by_person: bool = True
    oddities: tuple[str, ...] = ()


Found = Imported | Oddity


@dataclass(frozen=True, slots=True)
class Importer:
    """One format: how it is called, recognised by the first bytes, and read."""

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Path], Iterator[Found]]


class Notes:
    """Collects what is odd about one row while it is read."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        if text not in self.texts:
            self.texts.append(text)

    def moment(self, value: object) -> datetime | None:
        """Return a time as UTC; an unusable one is noted, and the time of the import stands."""
        try:
            return moment(value)
        except (ValueError, OverflowError, OSError):
            self.add("the date cannot be read; the time of the import stands for it")
            return None

    def status(self, value: object, known: dict[str, Status]) -> Status:
        """Return the status that a word of the format means; an unknown one stays pending."""
        word = str(value).strip().lower()
        if word not in known:
            self.add("the status is unknown; the comment is pending")
        return known.get(word, Status.PENDING)

    def name(self, value: object) -> str:
        """Return the author's name; nobody is called something."""
        if not (name := words(value).strip()):
            self.add(f"the author has no name; called {NOBODY}")
        return name or NOBODY


def moment(value: object) -> datetime:
    """Read an ISO time or a Unix time; without a zone it is UTC. Raises ValueError."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    text = str(value or "").strip()
    # Go writes any number of digits; Python reads three or six.
    text = re.sub(r"\.(\d+)", lambda digits: "." + digits[1][:6].ljust(6, "0"), text)
    # Artalk writes "2021-10-28 20:50:15 +0800".
    text = re.sub(r"\s+([+-]\d\d):?(\d\d)\b.*$", r"\1:\2", text)
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def words(value: object) -> str:
    """Return a value as text, nothing for nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def external_id(*parts: object) -> str:
    """Return "format:thread/id", its parts hashed where they are too long to be an id."""
    prefix, *rest = (words(part) for part in parts)
    own = "/".join(part if len(part) <= 80 else short_hash(part) for part in rest)
    return f"{prefix}:{own}"[:EXTERNAL_ID_LENGTH]


def short_hash(*parts: str) -> str:
    """Return what stands for a text where its format gives it no id."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
