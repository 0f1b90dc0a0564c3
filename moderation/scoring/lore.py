"""What a site's lessons say about its next comments.

A site that was taught on one side only knows no difference yet, and says nothing. The more
it was taught on both sides, the more it may say; never so much that a few slips could turn
round what is certain otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from moderation.scoring.evidence import Reason
from moderation.scoring.learning import Clues, Kind
from moderation.scoring.measures import Floats
from moderation.scoring.reasons import quote
from moderation.scoring.tokens import Field, Integers

# Chosen by replaying decisions on sources that the classifier had not seen: docs/learning.md.
# By Kind: lessons of either side that every clue is given, and lessons on top of the real ones,
# for a single one is no proof. Habits are few and met by everybody, so they need more of both.
SMOOTHING = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
CAUTION = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0])
HALF_TRUST = 1.0  # lessons on the rarer side at which half of it is believed
HALF_LIMIT = 5.0  # … at which the shift may be half of
MOST_SHIFT = 5.0  # in log-odds
# What one clue counts. Words and pairs share their say: it goes by the root of their number.
GAINS = np.array([0.0, 0.85, 0.85, 0.4, 0.4, 1.0, 0.5])
GRID = 1024  # clues weigh whole parts of this, so that sums are exact in any order

FEATURES = ("site_words", "site_author", "site_hosts", "site_habits")
GROUPS = len(FEATURES)
GROUP_OF = np.array([0, 0, 0, 1, 1, 2, 3])  # by Kind
BODY, HOST, HABIT = int(Field.BODY), int(Kind.HOST), int(Kind.HABIT)


@dataclass(frozen=True, slots=True)
class Lore:
    """How many lessons a site has had, and its counts of some slots, the lowest first."""

    spam: int
    ham: int
    slots: Integers
    spams: Integers
    hams: Integers

    @property
    def trust(self) -> float:
        """How much of what the counts say is believed, 0 to 1."""
        rarer = min(self.spam, self.ham)
        return rarer / (rarer + HALF_TRUST)

    @property
    def limit(self) -> float:
        """How far a score may be moved, in log-odds."""
        rarer = min(self.spam, self.ham)
        return MOST_SHIFT * rarer / (rarer + HALF_LIMIT)


@dataclass(frozen=True, slots=True)
class Marks:
    """The clues of a batch that their sites have met before, with counts and weights."""

    places: Integers  # in the Clues
    owners: Integers
    kinds: Integers
    spams: Integers
    hams: Integers
    weights: Integers  # in parts of the grid


def recall(clues: Clues, lores: Sequence[Lore | None]) -> list[tuple[Reason, ...]]:
    """Return what each comment's site has learnt about it; None: nothing.

    The weights of the reasons add up to all that it has to say.
    """
    marks = find_marks(clues, lores)
    shared = np.bincount(clues.owners[GROUP_OF[clues.kinds] == 0], minlength=len(lores)).tolist()
    told: list[tuple[Reason, ...]] = [()] * len(lores)
    for owner, groups in groups_of(marks).items():
        lore = lores[owner]
        assert lore  # else there were no marks
        roots = (sqrt(max(1, shared[owner])), 1.0, 1.0, 1.0)
        shares = [lore.trust / GRID / root for root in roots]
        weights = [total * shares[group] for group, total, _mark in groups]
        whole = abs(sum(weights))
        kept = lore.limit / whole if whole > lore.limit else 1.0
        told[owner] = tuple(
            [
                reason_of(clues, marks, mark, weight * kept)
                for (_group, _total, mark), weight in zip(groups, weights, strict=True)
            ]
        )
    return told


def find_marks(clues: Clues, lores: Sequence[Lore | None]) -> Marks:
    """Look up and weigh the clues, site by site."""
    found: list[tuple[Integers, Integers, Integers, Integers]] = []
    for lore in {id(lore): lore for lore in lores if lore and lore.trust}.values():
        own = np.array([other is lore for other in lores])
        places = np.flatnonzero(own[clues.owners])
        spams, hams = look_up(clues.slots[places], lore)
        met = np.flatnonzero(spams + hams)
        kinds = clues.kinds[places[met]]
        weights = weigh(spams[met], hams[met], kinds, lore) * GAINS[kinds]
        whole = np.rint(weights * GRID).astype(np.int64)
        found.append((places[met], spams[met], hams[met], whole))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    places, spams, hams, weights = columns or [np.empty(0, np.int64)] * 4
    return Marks(places, clues.owners[places], clues.kinds[places], spams, hams, weights)


def look_up(slots: Integers, lore: Lore) -> tuple[Integers, Integers]:
    """Return in how many lessons of spam and of ham each slot was met."""
    places = np.searchsorted(lore.slots, slots)
    places[places == lore.slots.size] = 0
    known = lore.slots[places] == slots
    return lore.spams[places] * known, lore.hams[places] * known


def weigh(spams: Integers, hams: Integers, kinds: Integers, lore: Lore) -> Floats:
    """Return log-odds: how much more often spam has it than ham, shrunk where it is rare."""
    given = SMOOTHING[kinds]
    in_spam = (spams + given) / (lore.spam + 2 * given)
    in_ham = (hams + given) / (lore.ham + 2 * given)
    seen = spams + hams
    weights: Floats = np.log(in_spam / in_ham) * (seen / (seen + CAUTION[kinds]))
    return weights


def groups_of(marks: Marks) -> dict[int, list[tuple[int, int, int]]]:
    """Sum up each comment's marks by group and sign: group, sum and the loudest mark of it."""
    groups = GROUP_OF[marks.kinds]
    keys = (marks.owners * GROUPS + groups) * 2 + (marks.weights > 0)
    order = np.lexsort((marks.kinds, -np.abs(marks.weights), keys))
    first = np.flatnonzero(np.diff(keys[order], prepend=-1))
    totals = np.add.reduceat(marks.weights[order], first) if first.size else first
    loudest = order[first]
    found: dict[int, list[tuple[int, int, int]]] = {}
    for owner, group, total, mark in zip(
        marks.owners[loudest].tolist(),
        groups[loudest].tolist(),
        totals.tolist(),
        loudest.tolist(),
        strict=True,
    ):
        if total:
            found.setdefault(owner, []).append((group, total, mark))
    return found


def reason_of(clues: Clues, marks: Marks, mark: int, weight: float) -> Reason:
    place = int(marks.places[mark])
    spam, ham, kind = int(marks.spams[mark]), int(marks.hams[mark]), int(marks.kinds[mark])
    text, span = clues.quote(place)
    return Reason(
        feature=FEATURES[GROUP_OF[kind]],
        text=words_for(text, kind, spam, ham, is_spam=weight > 0),
        weight=weight,
        span=span,
    )


def words_for(text: str, kind: int, spam: int, ham: int, *, is_spam: bool) -> str:
    """Say what people decided here when they met a clue."""
    of, told = spam + ham, spam if is_spam else ham
    if kind in (HOST, HABIT):
        what = text.lower() if kind == HOST else f"comments with {text}"
        return f"{what}: {told} {'spam' if is_spam else 'approved'} of {of} here"
    times = f"{told} {'time' if told == 1 else 'times'} of {of}"
    if is_spam:
        return f"this site called {quote(text)} spam {times}"
    return f"this site approved {quote(text)} {times}"
