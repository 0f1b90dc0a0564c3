"""What each word weighs, worked out once and remembered.

A word's own weight and those of its pieces are one number for the classifier,
so most words cost one look into a dictionary.
"""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.tokens import (
    SLOT_BITS,
    SLOTS,
    VOCABULARIES,
    VOCABULARY_OF,
    Field,
    Integers,
    slots_of,
)
from moderation.scoring.words import LONGEST_WORD

FINE = 16  # weights are whole sixteenths of a step, so that sums are exact in any order
MOST_WORDS = 30_000  # remembered in each vocabulary: some megabytes
LOWEST_BITS = SLOTS - 1


class Memo(dict[str, int]):
    """Words of one vocabulary, each with weight, left and right half of a pair in one number."""

    def __init__(self, slots: memoryview, vocabulary: Field, *, leading: bool = False) -> None:
        self._slots = slots
        self._vocabulary = vocabulary
        self._leading = leading

    def __missing__(self, word: str) -> int:
        found = slots_of(word, self._vocabulary)
        weights = self._slots
        weight = float(weights[found.alone])
        if self._leading:
            weight += weights[found.leading]
        if found.pieces:
            weight += sum([weights[slot] for slot in found.pieces]) / sqrt(len(found.pieces))
        packed = round(weight * FINE) << 2 * SLOT_BITS | found.left << SLOT_BITS | found.right
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = packed
        return packed


class Lexicon:
    """The look-up of words and pairs, in the weights of one classifier."""

    def __init__(self, slots: NDArray[np.int8]) -> None:
        self._slots = slots
        self.view = slots.data
        memos = {vocabulary: Memo(self.view, vocabulary) for vocabulary in VOCABULARIES}
        self._look_up = [memos[VOCABULARY_OF[field]].__getitem__ for field in Field]
        self._leading = Memo(self.view, Field.BODY, leading=True).__getitem__

    def look_up(self, field: int, *, leading: bool) -> Callable[[str], int]:
        """Return what looks up the words of a field, in a body that leads somewhere or not."""
        return self._leading if leading else self._look_up[field]

    def weigh(self, packed: Integers, owners: Integers) -> tuple[Integers, Integers]:
        """Return each word's weight, and that of its pair with the next one of its segment."""
        pairs = np.zeros(packed.size, np.int64)
        if packed.size > 1:
            places = (packed[:-1] >> SLOT_BITS ^ packed[1:]) & LOWEST_BITS
            same = owners[1:] == owners[:-1]
            np.multiply(self._slots[places], same, out=pairs[:-1], dtype=np.int64)
            pairs *= FINE
        return packed >> 2 * SLOT_BITS, pairs

    def weigh_one(self, packed: list[int]) -> tuple[list[int], list[int]]:
        """Return the same for one segment, without the cost of arrays."""
        view = self.view
        pairs = [
            view[(left >> SLOT_BITS ^ right) & LOWEST_BITS] * FINE
            for left, right in pairwise(packed)
        ]
        pairs.append(0)
        return [word >> 2 * SLOT_BITS for word in packed], pairs
