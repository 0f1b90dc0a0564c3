"""Turn evidence into the numbers that the linear model adds up."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.base import Feature
from moderation.scoring.tokens import Field, Tokens

Floats = NDArray[np.float64]

# A field's say: a name or an address of two words must not outshout the text.
GAINS = {Field.BODY: 1.0, Field.AUTHOR: 0.4, Field.WEBSITE: 0.9, Field.LINKS: 0.4}
GAIN_OF_FIELD = np.array([GAINS[field] for field in Field])


def find_gains(tokens: Tokens) -> Floats:
    """Return what a word of each segment counts: the longer the text, the less each says."""
    gains: Floats = GAIN_OF_FIELD[tokens.segments.fields] / np.sqrt(np.maximum(tokens.counts, 1))
    return gains


def find_gain(field: Field, count: int) -> float:
    """Return the same for one segment."""
    return GAINS[field] / sqrt(max(count, 1))


def measure_features(features: Sequence[Feature], batch: Sequence[Evidence]) -> Floats:
    """Return one row per comment, one column per feature."""
    rows = [[feature.measure(evidence) for feature in features] for evidence in batch]
    return np.array(rows, np.float64).reshape(len(batch), len(features))
