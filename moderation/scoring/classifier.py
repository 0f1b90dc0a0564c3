"""The classifier: evidence in, a calibrated probability of spam and its reasons out."""

from collections.abc import Iterator, Sequence
from functools import cache
from math import exp
from pathlib import Path

import numpy as np

from moderation.scoring.evidence import Evidence, Score
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats, find_loudness, measure_features
from moderation.scoring.reasons import Contributions, explain
from moderation.scoring.tokens import Tokens, cut
from moderation.scoring.weights import SHIPPED, Weights

CHUNK_COMMENTS = 128
CHUNK_LETTERS = 50_000  # keeps the arrays of a chunk inside the processor's cache


class Classifier:
    """A trained linear model over hashed words and hand-made features.

    Scores of one comment do not depend on the others in its batch.
    """

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self._weights = weights
        trained = dict(zip(weights.names, weights.features.tolist(), strict=True))
        self._feature_weights = [
            trained.get(feature.name, 0.0) if feature.weight is None else feature.weight
            for feature in FEATURES
        ]

    @classmethod
    def load(cls, path: Path | None = None) -> "Classifier":
        """Return the classifier of a file, or the shipped one; read once per process."""
        return load_once(path or SHIPPED)

    def score(self, evidence: Evidence) -> Score:
        """Score one comment."""
        return self.score_batch([evidence])[0]

    def score_batch(self, evidence: Sequence[Evidence]) -> list[Score]:
        """Score many comments, in order; much cheaper for each than one by one."""
        return [score for chunk in chunks(evidence) for score in self._score_chunk(chunk)]

    def _score_chunk(self, batch: Sequence[Evidence]) -> list[Score]:
        tokens = cut(batch)
        contributions = self._weigh(tokens, batch)
        logits = self._sum_up(contributions, len(batch)) + learnt_shifts(batch)
        values = [probability(logit) for logit in logits.tolist()]
        reasons = explain(batch, tokens, contributions)
        return [
            Score(value=value, reasons=reason)
            for value, reason in zip(values, reasons, strict=True)
        ]

    def _weigh(self, tokens: Tokens, batch: Sequence[Evidence]) -> Contributions:
        """Look up every token. Whole numbers, so that sums are exact in any order."""
        slots = self._weights.slots
        loudness = find_loudness(tokens)
        step = self._weights.step
        measured = measure_features(FEATURES, batch)
        return Contributions(
            words=slots[tokens.words.slots],
            pairs=slots[tokens.pair_slots],
            grams=slots[tokens.gram_slots],
            of_words=loudness.of_words * step,
            of_grams=loudness.of_grams * step,
            features=measured * np.array(self._feature_weights),
            tokens=tokens,
        )

    def _sum_up(self, contributions: Contributions, size: int) -> Floats:
        by_segment = contributions.by_segment()
        comments = contributions.tokens.segments.comments
        # bincount gives whole numbers when there is nothing to count.
        totals: Floats = np.bincount(comments, by_segment, size).astype(np.float64)
        totals += self._weights.bias
        # Column by column: a matrix product would round differently in another batch.
        for column in contributions.features.T:
            totals += column
        return totals


def learnt_shifts(batch: Sequence[Evidence]) -> Floats:
    """Return what each comment's site has learnt about it, in log-odds."""
    return np.array([sum([reason.weight for reason in seen.learnt]) for seen in batch], np.float64)


@cache
def load_once(path: Path) -> Classifier:
    return Classifier(Weights.load(path))


def probability(logit: float) -> float:
    """Return the logistic function, safe at both ends."""
    if logit >= 0:
        return 1.0 / (1.0 + exp(-logit))
    return 1.0 - 1.0 / (1.0 + exp(max(logit, -700.0)))


def chunks(batch: Sequence[Evidence]) -> Iterator[Sequence[Evidence]]:
    """Split a batch where it grows past what is quick to work on at once."""
    start = letters = 0
    for number, evidence in enumerate(batch):
        letters += len(evidence.body)
        if number - start >= CHUNK_COMMENTS or (letters > CHUNK_LETTERS and number > start):
            yield batch[start:number]
            start, letters = number, len(evidence.body)
    if start < len(batch):
        yield batch[start:]
