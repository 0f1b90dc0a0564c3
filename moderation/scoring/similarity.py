"""Signatures by which near-duplicates are found among very many texts (MinHash).

A text is the set of its word pairs, with disguises undone. Of 64 orders of all word pairs
that there are, a signature keeps each one's first pair: two texts agree in as many places as
their sets overlap. Bands of a few places are looked up; the whole signature then decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.folding import Kind, kind_of
from moderation.scoring.learning import HALF, PAIR_STEP, SPREAD, STEP, Hashes
from moderation.scoring.tokens import Integers, codes_of
from moderation.scoring.words import cut_words

PLACES = 64
# Twelve bands of three find 99.8 % of the pairs with a Jaccard index of .7 and more.
BAND_PLACES = 3
BANDS = 12
# From so many equal places on, two texts are variations of one: a Jaccard index of about .5.
ALIKE = 32
# What is closer to a text than that need not be remembered beside it.
SAME = 52
# Texts of fewer different pairs mean too little: "Great post, thanks for sharing" is nobody's
# campaign. A pair of ideographs says half of what a pair of words says.
LEAST_WORTH = 24
WORD_WORTH, SIGN_WORTH = 2, 1

Signature = NDArray[np.uint8]

_random = np.random.default_rng(20_260_101)
FACTORS = _random.integers(0, 2**31, PLACES, np.uint32) * np.uint32(2) + np.uint32(1)
OFFSETS = _random.integers(0, 2**32, PLACES, np.uint32)
MIXERS = _random.integers(0, 2**63, (BANDS, BAND_PLACES), np.uint64) * np.uint64(2) + np.uint64(1)
SALTS = _random.integers(0, 2**63, BANDS, np.uint64)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of one text: nobody can read it, and similar texts have similar ones."""

    signature: Signature
    bands: list[int]  # 64 bits each, signed


def sketch(texts: Sequence[str]) -> list[Sketch | None]:
    """Return the sketch of each text; None for one that is too short to mean something."""
    pairs, owners, worths = pairs_of(texts)
    telling = np.bincount(owners, worths, len(texts)) >= LEAST_WORTH
    kept = np.flatnonzero(telling)
    sketches: list[Sketch | None] = [None] * len(texts)
    if not kept.size:
        return sketches
    belongs = telling[owners]
    firsts = first_pairs(pairs[belongs], owners[belongs])
    for text, signature, bands in zip(
        kept.tolist(), firsts.astype(np.uint8), bands_of(firsts).tolist(), strict=True
    ):
        sketches[text] = Sketch(signature, bands)
    return sketches


def agreement(one: Signature, other: Signature) -> int:
    """Return in how many of the 64 places two signatures agree."""
    return int(np.count_nonzero(one == other))


def written(signature: Signature) -> str:
    """Return a signature as the database keeps it."""
    return signature.tobytes().hex()


def read_signature(digits: str) -> Signature:
    return np.frombuffer(bytes.fromhex(digits), np.uint8)


def pairs_of(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Integers, Integers]:
    """Return the different word pairs of the texts, whose they are, and what each is worth."""
    cut = list(map(cut_words, texts))
    words, counts = list(chain.from_iterable(cut)), np.fromiter(map(len, cut), np.int64, len(cut))
    text_of_word = np.repeat(np.arange(len(cut)), counts)
    hashes = codes_of(words, len(words)).astype(np.uint64)
    worths = np.full(len(words), WORD_WORTH)
    for place in np.flatnonzero(np.fromiter(map(len, words), np.int64, len(words)) == 1).tolist():
        worths[place] = worth_of(words[place])

    first = np.flatnonzero(text_of_word[1:] == text_of_word[:-1])
    pairs = mixed(hashes[first] * PAIR_STEP + hashes[first + 1])
    owners = text_of_word[first]
    _keys, kept = np.unique((owners.astype(np.uint64) << HALF) | pairs, return_index=True)
    return pairs[kept].astype(np.uint32), owners[kept], worths[first[kept]]


@lru_cache(maxsize=10_000)
def worth_of(letter: str) -> int:
    """Return what a word of one letter is worth; a sign is always a word by itself."""
    return SIGN_WORTH if kind_of(ord(letter)) == Kind.SIGN else WORD_WORTH


def mixed(hashes: Hashes) -> Hashes:
    """Spread hashes evenly over 32 bits."""
    spread = hashes * SPREAD
    spread ^= spread >> HALF
    spread *= STEP
    return spread >> HALF


def first_pairs(pairs: NDArray[np.uint32], owners: Integers) -> NDArray[np.uint32]:
    """Return for each text its first pair in each of the orders; owners must be sorted."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    firsts = np.empty((PLACES, starts.size), np.uint32)
    ranks = np.empty_like(pairs)
    for place in range(PLACES):  # one order at a time stays in the processor's cache
        np.multiply(pairs, FACTORS[place], out=ranks)
        np.add(ranks, OFFSETS[place], out=ranks)
        np.minimum.reduceat(ranks, starts, out=firsts[place])
    return firsts.T


def bands_of(firsts: NDArray[np.uint32]) -> Integers:
    """Return the bands of each signature as the database keeps them."""
    parts = firsts[:, : BANDS * BAND_PLACES].reshape(-1, BANDS, BAND_PLACES).astype(np.uint64)
    hashes = (parts * MIXERS).sum(axis=2, dtype=np.uint64) + SALTS
    hashes ^= hashes >> HALF
    signed: Integers = (hashes * SPREAD).view(np.int64)
    return signed
