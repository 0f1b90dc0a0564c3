"""Turn a batch of evidence into the numbers that the linear model adds up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.base import Feature
from moderation.scoring.tokens import Field, Integers, Segments, Tokens

Floats = NDArray[np.float64]

# A field's say: a name or an address of two words must not outshout the text.
GAINS = {Field.BODY: 1.0, Field.AUTHOR: 0.4, Field.WEBSITE: 0.4}
GAIN_OF_FIELD = np.array([GAINS[field] for field in Field])


@dataclass(frozen=True, slots=True)
class Loudness:
    """What one token of a segment counts: the longer the text, the less each says."""

    of_words: Floats  # words and pairs, by segment
    of_grams: Floats


def find_loudness(tokens: Tokens) -> Loudness:
    """Weigh words and n-grams by one over the root of how many there are."""
    size = len(tokens.segments)
    words = np.bincount(tokens.words.segments, minlength=size)
    pairs = np.bincount(tokens.words.segments[tokens.pair_words], minlength=size)
    grams = np.bincount(tokens.gram_segments, minlength=size)
    return Loudness(
        damp(words + pairs, tokens.segments),
        damp(grams, tokens.segments),
    )


def damp(counts: Integers, segments: Segments) -> Floats:
    gains: Floats = GAIN_OF_FIELD[segments.fields] / np.sqrt(np.maximum(counts, 1))
    return gains


def measure_features(features: Sequence[Feature], batch: Sequence[Evidence]) -> Floats:
    """Return one row per comment, one column per feature."""
    rows = [[feature.measure(evidence) for feature in features] for evidence in batch]
    return np.array(rows, np.float64).reshape(len(batch), len(features))
