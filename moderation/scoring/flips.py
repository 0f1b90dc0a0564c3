"""Flips: the nearest change to a comment that would change what becomes of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.policy import Verdict
from moderation.status import Status

# How often the loudest contributions that are left are taken away, and how many at a time.
MOST_ROUNDS = 12
AT_A_TIME = 3
UNHURRIED_SECONDS = 60

Judge = Callable[[Evidence], tuple[Score, Verdict]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that could be different: a field of the evidence with another value.

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

    First every single change is tried, then the loudest contributions are taken away one
    round after the other, and what was not needed is put back. Each flip was judged with
    the change made, so it is no guess; that no smaller one exists is not proved.
    """
    _score, verdict = judge(evidence)

    def flipped(changes: Sequence[Change]) -> Flip | None:
        score, changed = judge(applied(evidence, changes))
        if changed.status == verdict.status:
            return None
        return Flip(changes=tuple(changes), score=score, verdict=changed)

    single = ([change] for change in [*facts(evidence), *changes_of(evidence, reasons)])
    for chosen in [*single, *growing(evidence, verdict.status, judge)]:
        if flip := flipped(chosen):
            return thinned(flip, flipped)
    return None


def facts(evidence: Evidence) -> list[Change]:
    """List circumstances that alone decide some comments, whatever their words are."""
    return [] if evidence.approved_before else [Change(field="approved_before", text="0", to=1)]


def changes_of(evidence: Evidence, reasons: Iterable[Reason]) -> list[Change]:
    """Return what would take these contributions away, the loudest first, each once."""
    found: list[Change] = []
    for reason in sorted(reasons, key=lambda reason: -abs(reason.weight)):
        change = change_of(evidence, reason)
        if change and not any(overlap(change, other) for other in found):
            found.append(change)
    return found


def change_of(evidence: Evidence, reason: Reason) -> Change | None:
    """Return what would take a contribution away, if a single thing would."""
    if reason.span and 0 <= reason.span[0] < reason.span[1] <= len(evidence.body):
        return Change(field="body", text=evidence.body[slice(*reason.span)], span=reason.span)
    if reason.feature in ("author_name", "name_habits") and evidence.author_name:
        return Change(field="author_name", text=evidence.author_name, to="")
    if reason.feature.startswith("website") and evidence.author_url:
        return Change(field="author_url", text=evidence.author_url, to="")
    if reason.feature == "time_on_page":
        seconds = f"{evidence.seconds_on_page or 0:.0f}"
        return Change(field="seconds_on_page", text=seconds, to=UNHURRIED_SECONDS)
    if reason.feature == "trap":
        return Change(field="trap_filled", text="1", to=0)
    return None


def overlap(one: Change, other: Change) -> bool:
    """Tell whether two changes are about the same words or the same field."""
    if one.span and other.span:
        return one.span[0] < other.span[1] and other.span[0] < one.span[1]
    return one.field == other.field and not (one.span or other.span)


def growing(evidence: Evidence, status: Status, judge: Judge) -> Iterator[list[Change]]:
    """Yield more and more changes that all push away from a status.

    Words are blanked out meanwhile, so that what is left keeps its places.
    """
    against = -1 if status == Status.APPROVED else 1
    chosen: list[Change] = []
    for _round in range(MOST_ROUNDS):
        score, _verdict = judge(applied(evidence, chosen, blank=True))
        left = [reason for reason in score.reasons if reason.weight * against > 0]
        fresh = [
            change
            for change in changes_of(evidence, left)
            if not any(overlap(change, other) for other in chosen)
        ]
        if not fresh:
            return
        chosen = [*chosen, *fresh[:AT_A_TIME]]
        yield chosen


def thinned(flip: Flip, flipped: Callable[[Sequence[Change]], Flip | None]) -> Flip:
    """Put back, the quietest first, what is not needed for the flip."""
    for change in reversed(flip.changes):
        if len(flip.changes) > 1:
            rest = [other for other in flip.changes if other is not change]
            flip = flipped(rest) or flip
    return flip


def applied(evidence: Evidence, changes: Sequence[Change], *, blank: bool = False) -> Evidence:
    """Return the evidence with these changes made; words are taken out, or blanked."""
    body = evidence.body
    for start, end in sorted((c.span for c in changes if c.span), reverse=True):
        body = body[:start] + " " * (blank and end - start) + body[end:]
    values: dict[str, object] = {
        c.field: bool(c.to) if c.field == "trap_filled" else c.to for c in changes if not c.span
    }
    return replace(evidence, body=body, **values)  # type: ignore[arg-type]
