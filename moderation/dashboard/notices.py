"""What the next page tells a moderator, with the button that takes it back."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

SHOWN_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence; `undo` is where its Undo button posts to, `see` where it leads."""

    text: str
    tone: str = "good"
    undo: str = ""
    see: str = ""


def tell(request: HttpRequest, notice: Notice) -> None:
    """Keep a notice for the next page."""
    beside = json.dumps({"tone": notice.tone, "undo": notice.undo, "see": notice.see})
    messages.info(request, notice.text, extra_tags=beside)


def told(request: HttpRequest) -> list[Notice]:
    """Return the notices that wait, and forget them."""
    waiting = [
        Notice(str(message.message), **json.loads(message.extra_tags or "{}"))
        for message in messages.get_messages(request)
    ]
    return waiting[-SHOWN_AT_ONCE:]
