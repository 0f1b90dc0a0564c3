"""What a comment can teach its site, and what a site's lessons say about the next comment.

A lesson is a set of slots: the words, word pairs, author, hosts and habits of one comment, in a
hash space of their own. A site keeps whole counts of lessons by slot, so that taking a lesson back
leaves what never having had it would have left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.habits import HABITS, habits_of
from moderation.scoring.tokens import Field, Integers, Segments, Tokens, code_of, cut
from moderation.scoring.words import locate

Hashes = NDArray[np.uint64]

PAIR_STEP = np.uint64(0xC2B2AE3D27D4EB4F)
SPREAD = np.uint64(0xD6E8FEB86659FD93)
STEP = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
SLOT_SHIFT = np.uint64(64 - 31)  # slots fit the database's integer
# Without the flag for letter case, the first letter alone skips most of a text.
LINK = r"[hHwW](?:[tT]{2}[pP][sS]?://|[wW]{2}\.)"
HOST = re.compile(LINK + r"(?:[^\s/?#@<>\"']*@)?([\w-]+(?:\.[\w-]+)+)")
SITE = re.compile(r"\s*(?:[a-zA-Z]+://)?(?:[^\s/?#@]*@)?([\w-]+(?:\.[\w-]+)+)")
BODY, WEBSITE = int(Field.BODY), int(Field.WEBSITE)


class Kind(IntEnum):
    """What a slot stands for; each has a salt of its own."""

    WORD = 1
    PAIR = 2
    AUTHOR = 3
    AUTHOR_WORD = 4
    HOST = 5
    HABIT = 6


SALTS = np.arange(len(Kind) + 1, dtype=np.uint64) * np.uint64(0xA0761D6478BD642F)


@dataclass(frozen=True, slots=True)
class Clues:
    """What a batch can teach or be judged by: each slot once a comment, in order.

    `starts` and `ends` say where a clue stands first in its segment: in words, or in
    characters if it is a host. A habit stands nowhere, and is put to the first segment.
    """

    tokens: Tokens
    texts: list[str]  # of the segments, as written
    owners: Integers
    slots: Integers
    kinds: Integers
    places: Integers  # the segment of each clue
    starts: Integers
    ends: Integers

    def span(self, number: int) -> tuple[int, int]:
        """Return [start, end) of a clue in its segment as written; looked for when asked."""
        place, start, end = (
            int(column[number]) for column in (self.places, self.starts, self.ends)
        )
        if self.kinds[number] == Kind.HOST:
            return start, end
        text, folded = self.tokens.segments.texts[place], self.tokens.folded[place]
        return locate(text, folded, self.tokens.words[place], [(start, end)])[0]

    def quote(self, number: int) -> tuple[str, tuple[int, int] | None]:
        """Return a clue in words, and its [start, end) if it stands in the body."""
        if self.kinds[number] == Kind.HABIT:
            return HABIT_OF_SLOT[int(self.slots[number])], None
        segment, span = int(self.places[number]), self.span(number)
        in_body = self.tokens.segments.fields[segment] == Field.BODY
        return self.texts[segment][slice(*span)], span if in_body else None

    def of(self, number: int) -> slice:
        """Return where the clues of one comment stand."""
        first, last = np.searchsorted(self.owners, (number, number + 1)).tolist()
        return slice(first, last)


@dataclass(frozen=True, slots=True)
class Found:
    """Clues of one kind as they were met."""

    kind: Kind
    hashes: Hashes
    places: Integers
    starts: Integers
    ends: Integers


def find_clues(batch: Sequence[Evidence]) -> Clues:
    """Cut what can be taught out of a batch into the classifier's words; of links, the hosts."""
    tokens = cut(batch)
    segments = tokens.segments
    texts = as_written(segments, batch)
    found = [
        *find_in_words(tokens),
        find_hosts(texts, segments.fields.tolist()),
        find_habits(segments, batch),
    ]
    slots = np.concatenate([slots_of(one.hashes, one.kind) for one in found])
    places = np.concatenate([one.places for one in found])
    owners = segments.comments[places]
    _keys, first = np.unique((owners << 31) | slots, return_index=True)
    return Clues(
        tokens,
        texts,
        owners[first],
        slots[first],
        np.repeat([one.kind for one in found], [one.places.size for one in found])[first],
        places[first],
        np.concatenate([one.starts for one in found])[first],
        np.concatenate([one.ends for one in found])[first],
    )


def as_written(segments: Segments, batch: Sequence[Evidence]) -> list[str]:
    """Return the texts with whole bodies: no links and tags blanked out."""
    return [
        batch[comment].body if field == BODY else text
        for text, comment, field in zip(
            segments.texts, segments.comments.tolist(), segments.fields.tolist(), strict=True
        )
    ]


def find_in_words(tokens: Tokens) -> Iterator[Found]:
    """Yield the body's words and pairs, and the author's words and whole name."""
    owners, counts, hashes = tokens.owners, tokens.counts, tokens.codes().astype(np.uint64)
    starts = np.arange(owners.size) - np.repeat(np.cumsum(counts) - counts, counts)
    ends = starts + 1
    fields = tokens.segments.fields[owners]
    body, author = np.flatnonzero(fields == Field.BODY), np.flatnonzero(fields == Field.AUTHOR)
    yield Found(Kind.WORD, hashes[body], owners[body], starts[body], ends[body])
    first = body[:-1][(np.diff(body) == 1) & (owners[body[:-1]] == owners[body[1:]])]
    pairs = hashes[first] * PAIR_STEP + hashes[first + 1]
    yield Found(Kind.PAIR, pairs, owners[first], starts[first], ends[first + 1])
    yield Found(Kind.AUTHOR_WORD, hashes[author], owners[author], starts[author], ends[author])
    if author.size:
        opens = np.flatnonzero(np.diff(owners[author], prepend=-1))
        depth = np.arange(author.size) - np.repeat(opens, np.diff(np.append(opens, author.size)))
        names = np.add.reduceat(hashes[author] * powers(depth), opens)
        last = author[np.append(opens[1:], author.size) - 1]
        chosen = author[opens]
        yield Found(Kind.AUTHOR, names, owners[chosen], starts[chosen], ends[last])


def powers(depth: Integers) -> Hashes:
    """Return a factor for each place in a name, so that the order of its words counts."""
    return (2 * depth + 1).astype(np.uint64) * PAIR_STEP


def find_hosts(texts: Sequence[str], fields: Sequence[int]) -> Found:
    """Find the hosts that the body links to, and the website's."""
    hashes: list[int] = []
    places: list[tuple[int, int, int]] = []
    for number, (text, field) in enumerate(zip(texts, fields, strict=True)):
        for start, end in hosts_in(text, field):
            hashes.append(crc32(text[start:end].lower().encode("utf-8", "replace")))
            places.append((number, start, end))
    placed = np.array(places, np.int64).reshape(-1, 3)
    return Found(Kind.HOST, np.array(hashes, np.uint64), placed[:, 0], placed[:, 1], placed[:, 2])


def find_habits(segments: Segments, batch: Sequence[Evidence]) -> Found:
    """Find the habits of every comment that says anything."""
    comments, first = np.unique(segments.comments, return_index=True)
    habits = [list(habits_of(batch[comment])) for comment in comments.tolist()]
    places = np.repeat(first, [len(of_one) for of_one in habits])
    hashes = [code_of(habit) for of_one in habits for habit in of_one]
    nowhere = np.zeros(places.size, np.int64)
    return Found(Kind.HABIT, np.array(hashes, np.uint64), places, nowhere, nowhere)


def hosts_in(text: str, field: int) -> Iterator[tuple[int, int]]:
    """Yield where hosts stand in a text, without a leading "www."."""
    if field not in (BODY, WEBSITE) or "." not in text:
        return
    matches = [SITE.match(text)] if field == WEBSITE else HOST.finditer(text)
    for match in matches:
        if match:
            start, end = match.span(1)
            www = text[start : start + 4].lower() == "www." and "." in text[start + 4 : end]
            yield start + 4 * www, end


def slots_of(hashes: Hashes, kind: Kind) -> Integers:
    mixed = (hashes + SALTS[kind]) * SPREAD
    mixed ^= mixed >> HALF
    mixed *= STEP
    slots: NDArray[np.int64] = (mixed >> SLOT_SHIFT).astype(np.int64)
    return slots


def pack_slots(slots: Integers) -> bytes:
    """Return slots as they are stored: four bytes each, the lowest first."""
    return slots.astype("<u4").tobytes()


def read_slots(packed: bytes) -> Integers:
    return np.frombuffer(packed, "<u4").astype(np.int64)


HABIT_OF_SLOT = {
    int(slots_of(np.array([code_of(habit)], np.uint64), Kind.HABIT)[0]): habit for habit in HABITS
}
