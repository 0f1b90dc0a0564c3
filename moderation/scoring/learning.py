"""What a comment can teach its site, and what a site's lessons say about the next comment.

A lesson is a set of slots: the words, word pairs, author and hosts of one comment, in a hash
space of their own. A site keeps whole counts of lessons by slot, so that taking a lesson back
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
from moderation.scoring.tokens import (
    FOLD,
    PAIR_STEP,
    SPREAD,
    STEP,
    Field,
    Hashes,
    Integers,
    Segments,
    Words,
    find_words,
    fold_letters,
    segment,
)

SLOT_SHIFT = np.uint64(64 - 31)  # slots fit the database's integer
HOST = re.compile(r"(?:https?://|www\.)(?:[^\s/?#@<>\"']*@)?([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
WEBSITE = re.compile(r"\s*(?:[a-z]+://)?(?:[^\s/?#@]*@)?([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)


class Kind(IntEnum):
    """What a slot stands for; each has a salt of its own."""

    WORD = 1
    PAIR = 2
    AUTHOR = 3
    AUTHOR_WORD = 4
    HOST = 5


SALTS = np.arange(len(Kind) + 1, dtype=np.uint64) * np.uint64(0xA0761D6478BD642F)


@dataclass(frozen=True, slots=True)
class Clues:
    """What a batch can teach or be judged by: each slot once a comment, in order.

    `starts` and `ends` are the first place of a clue in its segment as written.
    """

    segments: Segments
    owners: Integers
    slots: Integers
    kinds: Integers
    places: Integers
    starts: Integers
    ends: Integers

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
    """Cut what can be taught out of a batch; folded as the classifier folds."""
    segments = segment(batch)
    words, _word_of_letter, hashes = find_words(fold_letters(segments), segments)
    found = [*find_in_words(words, hashes, segments), find_hosts(segments)]
    slots = np.concatenate([slots_of(one.hashes, one.kind) for one in found])
    places = np.concatenate([one.places for one in found])
    owners = segments.comments[places]
    _keys, first = np.unique((owners << 31) | slots, return_index=True)
    return Clues(
        segments,
        owners[first],
        slots[first],
        np.repeat([one.kind for one in found], [one.places.size for one in found])[first],
        places[first],
        np.concatenate([one.starts for one in found])[first],
        np.concatenate([one.ends for one in found])[first],
    )


def find_in_words(words: Words, hashes: Hashes, segments: Segments) -> Iterator[Found]:
    """Yield the body's words and pairs, and the author's words and whole name."""
    owners, starts, ends = words.segments, words.starts, words.ends
    fields = segments.fields[owners]
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


def find_hosts(segments: Segments) -> Found:
    """Find the hosts that the body links to, and the website's."""
    hashes: list[int] = []
    places: list[tuple[int, int, int]] = []
    for number, (text, field) in enumerate(
        zip(segments.texts, segments.fields.tolist(), strict=True)
    ):
        for start, end in hosts_in(text, Field(field)):
            hashes.append(crc32(text[start:end].lower().encode("utf-8", "replace")))
            places.append((number, start, end))
    placed = np.array(places, np.int64).reshape(-1, 3)
    return Found(Kind.HOST, np.array(hashes, np.uint64), placed[:, 0], placed[:, 1], placed[:, 2])


def hosts_in(text: str, field: Field) -> Iterator[tuple[int, int]]:
    """Yield where hosts stand in a text, without a leading "www."."""
    if field == Field.AUTHOR or "." not in text:
        return
    matches = [WEBSITE.match(text)] if field == Field.WEBSITE else HOST.finditer(text)
    for match in matches:
        if match:
            start, end = match.span(1)
            www = text[start : start + 4].lower() == "www." and "." in text[start + 4 : end]
            yield start + 4 * www, end


def slots_of(hashes: Hashes, kind: Kind) -> Integers:
    mixed = (hashes + SALTS[kind]) * SPREAD
    mixed ^= mixed >> FOLD
    mixed *= STEP
    slots: NDArray[np.int64] = (mixed >> SLOT_SHIFT).astype(np.int64)
    return slots


def pack_slots(slots: Integers) -> bytes:
    """Return slots as they are stored: four bytes each, the lowest first."""
    return slots.astype("<u4").tobytes()


def read_slots(packed: bytes) -> Integers:
    return np.frombuffer(packed, "<u4").astype(np.int64)
