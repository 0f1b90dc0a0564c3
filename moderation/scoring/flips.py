"""Flips: the nearest change to a comment that would change what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.policy import Verdict

# How many of the loudest contributions are tried, alone and then together.
MOST_CHANGES = 8

Judge = Callable[[Evidence], tuple[Score, Verdict]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that could be different: a field of the evidence without it, or with a value.

    `span` is [start, end) in the body as it stands, where the change takes words out.
    """

    field: str
    text: str = ""
    span: tuple[int, int] | None = None
    to: str | int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """Changes that together give another status, and what then comes of the comment."""

    changes: tuple[Change, ...]
    score: Score
    verdict: Verdict


def nearest_flip(evidence: Evidence, reasons: Sequence[Reason], judge: Judge) -> Flip | None:
    """Return the smallest change found that flips the verdict; None if none of those tried does.

    First every single change is tried, the loudest first, then more and more of them
    together, less what turns out not to be needed. Each flip was judged with the change
    made, so it is no guess; that no smaller one exists is not proved.
    """
    _score, verdict = judge(evidence)

    def flipped(changes: Sequence[Change]) -> Flip | None:
        score, changed = judge(applied(evidence, changes))
        if changed.status == verdict.status:
            return None
        return Flip(changes=tuple(changes), score=score, verdict=changed)

    changes = possible_changes(evidence, reasons)[:MOST_CHANGES]
    together = (changes[:size] for size in range(2, len(changes) + 1))
    for chosen in [*([change] for change in changes), *together]:
        if flip := flipped(chosen):
            return thinned(flip, flipped)
    return None


def thinned(flip: Flip, flipped: Callable[[Sequence[Change]], Flip | None]) -> Flip:
    """Leave out the changes without which it flips all the same."""
    for change in flip.changes[:-1]:  # without the last one it did not flip
        flip = flipped([other for other in flip.changes if other is not change]) or flip
    return flip


def possible_changes(evidence: Evidence, reasons: Sequence[Reason]) -> list[Change]:
    """List what could be otherwise, the most telling first: words, fields, then facts."""
    loudest = sorted(reasons, key=lambda reason: -abs(reason.weight))
    words = [
        Change(field="body", text=evidence.body[slice(*reason.span)], span=reason.span)
        for reason in loudest
        if reason.span and 0 <= reason.span[0] < reason.span[1] <= len(evidence.body)
    ]
    fields = [
        Change(field=name, text=getattr(evidence, name), to="")
        for name in ("author_url", "author_name")
        if getattr(evidence, name)
    ]
    return [*facts(evidence), *without_overlaps(words), *fields]


def facts(evidence: Evidence) -> list[Change]:
    """List circumstances that alone decide some comments, whatever their words are."""
    known = []
    if not evidence.approved_before:
        known.append(Change(field="approved_before", text="0", to=1))
    if evidence.trap_filled:
        known.append(Change(field="trap_filled", text="1", to=0))
    return known


def without_overlaps(changes: Sequence[Change]) -> list[Change]:
    """Leave out spans that lie over a louder one: words can be taken out once."""
    kept: list[Change] = []
    for change in changes:
        start, end = change.span or (0, 0)
        if all(end <= other.span[0] or start >= other.span[1] for other in kept if other.span):
            kept.append(change)
    return kept


def applied(evidence: Evidence, changes: Sequence[Change]) -> Evidence:
    """Return the evidence with these changes made."""
    body = evidence.body
    for start, end in sorted((c.span for c in changes if c.span), reverse=True):
        body = body[:start] + body[end:]
    values: dict[str, object] = {
        c.field: bool(c.to) if c.field == "trap_filled" else c.to for c in changes if not c.span
    }
    return replace(evidence, body=body, **values)  # type: ignore[arg-type]
