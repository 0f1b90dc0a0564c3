"""The classifier: evidence in, a calibrated probability of spam and its reasons out."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from math import exp
from pathlib import Path

import numpy as np

from moderation.scoring.evidence import Evidence, Score
from moderation.scoring.features import FEATURES
from moderation.scoring.lexicon import FINE, Lexicon
from moderation.scoring.measures import Floats, find_gain, find_gains, measure_features
from moderation.scoring.reasons import (
    NOTHING,
    Candidate,
    Contributions,
    add_feature,
    add_field,
    add_phrases,
    explain,
    find_phrases_of_one,
    strongest,
)
from moderation.scoring.tokens import Field, Tokens, cut, parts
from moderation.scoring.weights import SHIPPED, Weights
from moderation.scoring.words import fold_words

CHUNK_COMMENTS = 128
CHUNK_LETTERS = 50_000  # keeps the arrays of a chunk inside the processor's cache
FEWEST_FOR_ARRAYS = 4  # below that many comments, plain Python is quicker


class Classifier:
    """A trained linear model over hashed words and hand-made features.

    Scores of one comment do not depend on the others in its batch.
    """

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self._weights = weights
        self._lexicon = Lexicon(weights.slots)
        self._step = weights.step / FINE
        trained = dict(zip(weights.names, weights.features.tolist(), strict=True))
        self._feature_weights = [
            trained.get(feature.name, 0.0) if feature.weight is None else feature.weight
            for feature in FEATURES
        ]

    @classmethod
    def load(cls, path: Path | None = None) -> "Classifier":
        """Return the classifier of a file, or the shipped one; read once per process."""
        return load_once(path or SHIPPED)

    def score_batch(self, evidence: Sequence[Evidence]) -> list[Score]:
        """Score many comments, in order; cheaper for each than one by one."""
        if len(evidence) < FEWEST_FOR_ARRAYS:
            return [self.score(one) for one in evidence]
        return [score for chunk in chunks(evidence) for score in self._score_chunk(chunk)]

    def score(self, evidence: Evidence) -> Score:
        """Score one comment: the same bits as in a batch, without the cost of arrays."""
        candidates: list[Candidate] = []
        total, body = 0.0, NOTHING
        fields = list(parts(evidence))
        going = bool(fields) and fields[-1][0] >= Field.WEBSITE
        for field, text in fields:
            folded = fold_words(text)
            words = folded.split()
            leading = going and field == Field.BODY
            packed = list(map(self._lexicon.look_up(field, leading=leading), words))
            weights, pairs = self._lexicon.weigh_one(packed)
            gain = find_gain(field, len(words)) * self._step
            weight = (sum(weights) + sum(pairs)) * gain
            total += weight
            if field != Field.BODY:
                add_field(candidates, field, text, weight)
            elif words:
                body = text, folded, words
                add_phrases(candidates, find_phrases_of_one(weights, pairs), words, gain)
        total += self._weights.bias
        by_hand = 0.0
        for feature, worth in zip(FEATURES, self._feature_weights, strict=True):
            weight = feature.measure(evidence) * worth
            add_feature(candidates, feature.name, weight)
            if feature.weight is None:
                total += weight
            else:
                by_hand += weight
        return Score(
            value=self._chance(total, by_hand, evidence),
            reasons=strongest(candidates, evidence, body),
        )

    def _score_chunk(self, batch: Sequence[Evidence]) -> list[Score]:
        tokens = cut(batch)
        contributions = self._weigh(tokens, batch)
        totals, by_hand = self._sum_up(contributions, len(batch))
        values = list(map(self._chance, totals.tolist(), by_hand.tolist(), batch))
        reasons = explain(batch, tokens, contributions)
        return [
            Score(value=value, reasons=reason)
            for value, reason in zip(values, reasons, strict=True)
        ]

    def _weigh(self, tokens: Tokens, batch: Sequence[Evidence]) -> Contributions:
        """Look up every word and pair. Whole numbers, so that sums are exact in any order."""
        look_up = self._lexicon.look_up
        segments = tokens.segments
        found = (
            map(look_up(field, leading=leading), words)
            for field, leading, words in zip(
                segments.fields.tolist(), segments.leading, tokens.words, strict=True
            )
        )
        packed = np.fromiter(chain.from_iterable(found), np.int64, tokens.owners.size)
        words, pairs = self._lexicon.weigh(packed, tokens.owners)
        measured = measure_features(FEATURES, batch)
        return Contributions(
            words=words,
            pairs=pairs,
            gains=find_gains(tokens) * self._step,
            features=measured * np.array(self._feature_weights),
            tokens=tokens,
        )

    def _sum_up(self, contributions: Contributions, size: int) -> tuple[Floats, Floats]:
        """Return the sum that the curve calibrates, and what counts beside it as it is."""
        comments = contributions.tokens.segments.comments
        # bincount gives whole numbers when there is nothing to count.
        totals: Floats = np.bincount(comments, contributions.by_segment, size).astype(np.float64)
        totals += self._weights.bias
        by_hand = np.zeros(size)
        # Column by column: a matrix product would round differently in another batch.
        for feature, column in zip(FEATURES, contributions.features.T, strict=True):
            sums = totals if feature.weight is None else by_hand
            sums += column
        return totals, by_hand

    def _chance(self, total: float, by_hand: float, evidence: Evidence) -> float:
        """Calibrate a sum of contributions, and add what is log-odds of spam as it is.

        That are the features whose weight is set by hand, and what the comment's site has learnt:
        so their bounds mean what they say. The owner's rules come last: `scoring.rules.shifted`.
        """
        learnt = sum([reason.weight for reason in evidence.learnt])
        return probability(self._weights.curve(total) + by_hand + learnt)


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
