"""The words of a comment that its reasons point at, as pieces that a template can escape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.scoring.rules import RULE

# A body that is longer is folded: its beginning is shown, the rest on demand.
FOLD_CHARACTERS = 800
FOLD_LINES = 12
# Less than this is not worth a click.
LEAST_HIDDEN_CHARACTERS = 120
WORD_CHARACTERS = 40

SPAM = "spam"
WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a comment's own characters; `leaning` says what a marked one speaks for."""

    text: str
    leaning: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    leaning: str


def marked(body: str, reasons: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Cut a body into plain and marked pieces; joined, they are the body again.

    Where spans overlap, the one that begins first wins.
    """
    pieces: list[Piece] = []
    done = 0
    for span in spans_of(reasons, len(body)):
        start = max(span.start, done)
        if start >= span.end:
            continue
        if start > done:
            pieces.append(Piece(body[done:start]))
        pieces.append(Piece(body[start : span.end], span.leaning))
        done = span.end
    if done < len(body):
        pieces.append(Piece(body[done:]))
    return pieces


def spans_of(reasons: Iterable[Mapping[str, Any]], length: int) -> list[Span]:
    """Return the spans that lie within the body, in reading order."""
    spans = []
    for reason in reasons:
        match reason.get("span"):
            # An edit may have shortened the body since it was scored.
            case [int(start), int(end)] if 0 <= start < end <= length:
                spans.append(Span(start, end, leaning_of(reason)))
    return sorted(spans, key=lambda span: (span.start, -span.end))


def leaning_of(reason: Mapping[str, Any]) -> str:
    """Return what marked words speak for; those that a rule decided about, for nothing."""
    weight = reason.get("weight", 0)
    if reason.get("feature") == RULE and not weight:
        return RULE
    return SPAM if weight > 0 else WELCOME


def fold_at(body: str) -> int:
    """Return where to fold a body: its length if it is short enough to show whole."""
    lines = body.split("\n", FOLD_LINES)
    ends_of_lines = len(body) - len(lines[-1]) if len(lines) > FOLD_LINES else len(body)
    fold = min(FOLD_CHARACTERS, ends_of_lines)
    if len(body) - fold < LEAST_HIDDEN_CHARACTERS:
        return len(body)
    between_words = body.rfind(" ", fold - WORD_CHARACTERS, fold)
    return between_words + 1 if between_words > 0 else fold


def parted(pieces: Sequence[Piece], at: int) -> tuple[list[Piece], list[Piece]]:
    """Part pieces at a character of the whole; a marked piece may be cut in two."""
    head: list[Piece] = []
    tail: list[Piece] = []
    for piece in pieces:
        before, after = piece.text[: max(at, 0)], piece.text[max(at, 0) :]
        at -= len(piece.text)
        head += [Piece(before, piece.leaning)] if before else []
        tail += [Piece(after, piece.leaning)] if after else []
    return head, tail
