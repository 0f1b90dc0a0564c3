"""What every channel takes and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

WORDS_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that happened; the id stays the same however often it is sent."""

    id: UUID
    event: str
    happened_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took it: its status, and the beginning of what it said."""

    status: int | None = None
    words: str = ""


class DeliveryFailed(Exception):
    """The other side did not take it.

    `permanent`: it never will, and nothing more should be sent there. `retry_after`: the
    seconds that it asked us to wait.
    """

    def __init__(
        self,
        words: str,
        *,
        status: int | None = None,
        permanent: bool = False,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(words)
        self.words, self.status = words, status
        self.permanent, self.retry_after = permanent, retry_after


class NotTaken(DeliveryFailed):
    """The other side is well but will not have this message; others may still go there."""


def one_line(text: str) -> str:
    """Return the beginning of a text, on one line of printable characters."""
    return "".join(char if char.isprintable() else " " for char in text)[:WORDS_LENGTH].strip()


# What a target is, each channel says itself.
Channel = Callable[[Message, Any], Receipt]
