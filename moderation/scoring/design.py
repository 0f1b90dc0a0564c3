"""The sums that training works on: which slots and features a comment touches, and how much."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats, find_gains, measure_features
from moderation.scoring.tokens import VOCABULARY_OF, Field, Integers, cut, slots_of

Weighted = NDArray[np.float32]
Places = NDArray[np.int32]

TRAINABLE = np.array([feature.weight is None for feature in FEATURES], np.float64)


class Wordlist:
    """All words that training has met, numbered, with their slots one behind the other."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Field, bool], dict[str, int]] = defaultdict(dict)
        self._slots: list[int] = []
        self._shares: list[float] = []  # what each slot counts in its word
        self._ends: list[int] = [0]
        self._halves: list[tuple[int, int]] = []

    def number(self, words: Sequence[str], vocabulary: Field, *, leading: bool) -> list[int]:
        known = self._numbers[vocabulary, leading]
        for word in words:
            if word not in known:
                known[word] = self._add(word, vocabulary, leading=leading)
        return [known[word] for word in words]

    def _add(self, word: str, vocabulary: Field, *, leading: bool) -> int:
        found = slots_of(word, vocabulary)
        whole = [found.alone, found.leading] if leading else [found.alone]
        self._slots += [*whole, *found.pieces]
        self._shares += [1.0 for _ in whole]
        self._shares += [1.0 / sqrt(len(found.pieces)) for _ in found.pieces]
        self._ends.append(len(self._slots))
        self._halves.append((found.left, found.right))
        return len(self._halves) - 1

    def table(self) -> "Table":
        halves = np.array(self._halves, np.int32).reshape(-1, 2)
        return Table(
            np.array(self._slots, np.int32),
            np.array(self._shares, np.float32),
            np.array(self._ends, np.int64),
            halves[:, 0],
            halves[:, 1],
        )


@dataclass(frozen=True)
class Table:
    """A finished word list, as arrays."""

    slots: Places
    shares: Weighted
    ends: Integers
    left: Places
    right: Places


@dataclass
class Texts:
    """Many comments as numbers of words; word i of a segment pairs with word i + 1."""

    words: list[Places] = field(default_factory=list)  # by comment
    values: list[Weighted] = field(default_factory=list)  # what each word counts
    pairs: list[NDArray[np.bool_]] = field(default_factory=list)  # whether a partner follows
    features: list[Floats] = field(default_factory=list)


def read_texts(batch: Sequence[Evidence], wordlist: Wordlist, texts: Texts) -> None:
    """Add the comments of a batch to the texts, and their words to the word list."""
    tokens = cut(batch)
    gains, segments = find_gains(tokens), tokens.segments
    numbers: list[list[int]] = [[] for _ in batch]
    values: list[list[float]] = [[] for _ in batch]
    pairs: list[list[bool]] = [[] for _ in batch]
    for comment, name, leading, words, gain in zip(
        segments.comments.tolist(),
        segments.fields.tolist(),
        segments.leading,
        tokens.words,
        gains.tolist(),
        strict=True,
    ):
        numbers[comment] += wordlist.number(words, VOCABULARY_OF[name], leading=leading)
        values[comment] += [gain] * len(words)
        pairs[comment] += [True] * (len(words) - 1) + [False] * bool(words)
    texts.words += [np.array(one, np.int32) for one in numbers]
    texts.values += [np.array(one, np.float32) for one in values]
    texts.pairs += [np.array(one, np.bool_) for one in pairs]
    texts.features += list(measure_features(FEATURES, batch) * TRAINABLE)


class Design:
    """A batch of comments as slots and features with what each counts."""

    def __init__(self, table: Table, texts: Texts, chosen: Sequence[int]) -> None:
        words = np.concatenate([texts.words[number] for number in chosen])
        values = np.concatenate([texts.values[number] for number in chosen])
        paired = np.flatnonzero(np.concatenate([texts.pairs[number] for number in chosen]))
        sizes = [texts.words[number].size for number in chosen]
        owners = np.repeat(np.arange(len(sizes)), sizes)

        starts = table.ends[words]
        counts = table.ends[words + 1] - starts
        # The places starts[i], starts[i] + 1, … of each word, one behind the other.
        steps = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(starts, counts) + steps
        pairs = (
            table.left[words[paired]] ^ table.right[words[paired + 1]] if paired.size else words[:0]
        )
        self.slots = np.concatenate((table.slots[places], pairs))
        self.values = np.concatenate(
            (np.repeat(values, counts) * table.shares[places], values[paired])
        )
        self.owners = np.concatenate((np.repeat(owners, counts), owners[paired]))
        numbers = np.arange(words.size)
        self._words = np.concatenate((np.repeat(numbers, counts), numbers[paired]))
        self._count = words.size
        self.dense = np.ones((len(sizes), len(FEATURES) + 1))
        self.dense[:, :-1] = np.array([texts.features[number] for number in chosen])

    def drop_words(self, share: float, generator: np.random.Generator) -> None:
        """Hide words by chance, with their pieces and the pairs that they begin."""
        shown = generator.random(self._count) >= share
        self.values *= shown[self._words]

    def logits(self, slots: Weighted, dense: Floats) -> Floats:
        sums = np.bincount(self.owners, slots[self.slots] * self.values, len(self.dense))
        logits: Floats = sums + self.dense @ dense
        return logits
