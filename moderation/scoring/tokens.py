"""Cut comments into hashed words, word pairs and character n-grams, a batch at a time.

Everything happens on arrays of code points: a batch is one long array, and
each field of each comment is a segment of it. Numbers are unsigned 64 bits and
wrap, so the same text gives the same slots on every machine and in every process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.folding import DROPPED, SPACE, FoldTable, Kind

SLOT_BITS = 22
SLOTS = 1 << SLOT_BITS
GRAM_LENGTHS = (4, 6)
LONGEST_WORD = 64  # letters that a word's hash takes into account

STEP = np.uint64(0x9E3779B97F4A7C15)
SPREAD = np.uint64(0xD6E8FEB86659FD93)
PAIR_STEP = np.uint64(0xC2B2AE3D27D4EB4F)
SHIFT = np.uint64(64 - SLOT_BITS)
FOLD = np.uint64(32)

Integers = NDArray[np.int64]
Hashes = NDArray[np.uint64]

TABLE = FoldTable()


class Field(IntEnum):
    """The parts of a comment that hold words."""

    BODY = 0
    AUTHOR = 1
    WEBSITE = 2


class Family(IntEnum):
    """What was hashed; each has slots of its own."""

    WORD = 1
    PAIR = 2
    GRAM = 3


# The same word means something else in another field: a salt for each.
SALTS = np.array(
    [[(7919 * (family + 1) + 104729 * (field + 1)) for field in range(3)] for family in range(4)],
    np.uint64,
) * np.uint64(0xA0761D6478BD642F)
POWERS = np.cumprod(np.full(LONGEST_WORD, STEP, np.uint64))


@dataclass(frozen=True, slots=True)
class Segments:
    """The fields that were sent, of every comment in the batch, in order."""

    texts: list[str]
    comments: Integers  # which comment of the batch
    fields: Integers  # which Field of it

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Letters:
    """Folded characters of all segments, invisible ones left out."""

    codes: Hashes
    kinds: NDArray[np.uint8]
    segments: Integers
    places: Integers  # where the character stands in its segment as written


@dataclass(frozen=True, slots=True)
class Words:
    slots: Integers
    segments: Integers
    starts: Integers  # [start, end) in the segment as written
    ends: Integers


@dataclass(frozen=True, slots=True)
class Tokens:
    """A batch, cut up. `words.slots[i]` is the slot of the i-th word.

    Pairs are of one word (`pair_words`) and the next; n-grams belong to the
    word that their middle stands in (-1: to none).
    """

    segments: Segments
    words: Words
    pair_slots: Integers
    pair_words: Integers
    gram_slots: Integers
    gram_segments: Integers
    gram_words: Integers


def cut(batch: Sequence[Evidence]) -> Tokens:
    """Cut the body, the author's name and the website of each comment."""
    segments = segment(batch)
    letters = fold_letters(segments)
    words, word_of_letter, hashes = find_words(letters, segments)
    pair_slots, pair_words = find_pairs(words, hashes, segments)
    grams = find_grams(letters, segments, words, word_of_letter)
    return Tokens(segments, words, pair_slots, pair_words, *grams)


def segment(batch: Sequence[Evidence]) -> Segments:
    """List the fields that were sent; what was not sent leaves nothing behind."""
    texts: list[str] = []
    places: list[int] = []
    for number, evidence in enumerate(batch):
        fields = (evidence.body, evidence.author_name, evidence.author_url)
        for field, text in enumerate(fields):
            if text:
                texts.append(text)
                places.append(number * len(Field) + field)
    placed = np.array(places, np.int64)
    return Segments(texts, placed // len(Field), placed % len(Field))


def fold_letters(segments: Segments) -> Letters:
    """Fold all segments at once; every segment is led and closed by one space."""
    joined = "  ".join(segments.texts)
    raw = f" {joined} ".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, np.uint32) if segments.texts else np.empty(0, np.uint32)
    lengths = np.fromiter(map(len, segments.texts), np.int64, len(segments)) + 2
    owners = np.repeat(np.arange(len(segments)), lengths)
    places = np.arange(codes.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) - 1

    folded = TABLE.fold(codes)
    space = folded == SPACE
    kept = folded != DROPPED
    if kept.all():
        before = space[:-1]
    else:
        index = np.flatnonzero(kept)
        folded, owners, places, space = folded[index], owners[index], places[index], space[index]
        before = space[:-1]
    single = np.ones(folded.size, bool)
    single[1:] = ~(space[1:] & before & (owners[1:] == owners[:-1]))
    folded, owners, places = folded[single], owners[single], places[single]
    return Letters(folded.astype(np.uint64), TABLE.kinds(folded), owners, places)


def slots_of(hashes: Hashes, salts: Hashes) -> Integers:
    """Spread hashes over the slots of the table."""
    mixed = (hashes + salts) * SPREAD
    mixed ^= mixed >> FOLD
    mixed *= STEP
    return (mixed >> SHIFT).astype(np.int64)


def find_words(letters: Letters, segments: Segments) -> tuple[Words, Integers, Hashes]:
    """Find runs of letters, and signs that are words by themselves.

    Returns the words, for each letter the number of the word it stands in or
    behind, and the words' hashes.
    """
    kinds = letters.kinds
    in_word = kinds != Kind.SEPARATOR
    opens = in_word.copy()
    opens[1:] &= (kinds[1:] == Kind.SIGN) | (kinds[:-1] != Kind.LETTER)
    word_of_letter = np.cumsum(opens) - 1

    inside = np.flatnonzero(in_word)
    starts = np.flatnonzero(opens)
    rank = np.searchsorted(inside, starts) if starts.size else starts
    sizes = np.diff(np.append(rank, inside.size))
    depth = np.arange(inside.size) - np.repeat(rank, sizes)
    terms = letters.codes[inside] * POWERS[np.minimum(depth, LONGEST_WORD - 1)]
    hashes = np.add.reduceat(terms, rank) if rank.size else np.empty(0, np.uint64)

    owners = letters.segments[starts]
    last = inside[rank + sizes - 1] if rank.size else rank
    salts = SALTS[Family.WORD][segments.fields[owners]]
    words = Words(slots_of(hashes, salts), owners, letters.places[starts], letters.places[last] + 1)
    return words, word_of_letter, hashes


def find_pairs(words: Words, hashes: Hashes, segments: Segments) -> tuple[Integers, Integers]:
    """Hash each word with the next one of the same segment."""
    first = np.flatnonzero(words.segments[1:] == words.segments[:-1])
    salts = SALTS[Family.PAIR][segments.fields[words.segments[first]]]
    return slots_of(hashes[first] * PAIR_STEP + hashes[first + 1], salts), first


def find_grams(
    letters: Letters, segments: Segments, words: Words, word_of_letter: Integers
) -> tuple[Integers, Integers, Integers]:
    """Hash every run of 4 and of 6 characters inside one segment."""
    codes, owners = letters.codes, letters.segments
    salts = SALTS[Family.GRAM][segments.fields[owners]]
    slots, places = [], []
    rolling = codes.copy()
    for length in range(2, max(GRAM_LENGTHS) + 1):
        if codes.size < length:
            break
        rolling = rolling[:-1] * STEP + codes[length - 1 :]
        if length in GRAM_LENGTHS:
            whole = np.flatnonzero(owners[: 1 - length] == owners[length - 1 :])
            slots.append(slots_of(rolling[whole], salts[whole]))
            places.append(whole + length // 2)
    if not slots:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    middles = np.concatenate(places)
    belongs = word_of_letter[middles]
    if len(words.segments):
        foreign = words.segments[belongs] != owners[middles]
        belongs = np.where(foreign, -1, belongs)
    return np.concatenate(slots), owners[middles], belongs
