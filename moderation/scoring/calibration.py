"""Make scores mean what they say: 0.9 is spam nine times in ten."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from moderation.scoring.measures import Floats

BINS = 24
GENTLEST, STEEPEST = 0.1, 10.0  # slopes of the curve: it never stands still


@dataclass(frozen=True, slots=True)
class Curve:
    """Log-odds of spam from raw scores: a rising line through knots, straight on at both ends."""

    raw: tuple[float, ...] = (0.0, 1.0)
    calibrated: tuple[float, ...] = (0.0, 1.0)

    def __call__(self, score: float) -> float:
        """Return the calibrated log-odds; a higher score stays higher."""
        raw, calibrated = self.raw, self.calibrated
        place = min(max(bisect_left(raw, score), 1), len(raw) - 1)
        slope = (calibrated[place] - calibrated[place - 1]) / (raw[place] - raw[place - 1])
        return calibrated[place - 1] + (score - raw[place - 1]) * slope


UNCALIBRATED = Curve()


def fit_curve(raw: Floats, is_spam: Floats, importance: Floats) -> Curve:
    """Fit a rising curve: log-odds in bins of equal importance, made monotone."""
    order = np.argsort(raw, kind="stable")
    shares = np.cumsum(importance[order]) / importance.sum()
    bins = np.minimum((shares * BINS).astype(np.int64), BINS - 1)
    knots: list[tuple[float, float, float]] = []  # weight, raw, spam
    for number in range(BINS):
        chosen = order[bins == number]
        if chosen.size:
            weights = importance[chosen]
            knots.append(
                (
                    float(weights.sum()),
                    float(np.average(raw[chosen], weights=weights)),
                    float(np.average(is_spam[chosen], weights=weights)),
                )
            )
    return through(rising(knots), 0.5 * float(importance.mean()))


def rising(knots: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Pool neighbours until the share of spam rises (pool adjacent violators)."""
    pooled: list[tuple[float, float, float]] = []
    for knot in knots:
        pooled.append(knot)
        while len(pooled) > 1 and pooled[-2][2] >= pooled[-1][2]:
            (weight, raw, spam), (more, later, share) = pooled.pop(-2), pooled.pop()
            both = weight + more
            pooled.append(
                (both, (weight * raw + more * later) / both, (weight * spam + more * share) / both)
            )
    return pooled


def through(knots: Sequence[tuple[float, float, float]], doubt: float) -> Curve:
    """Return the curve through the knots, neither flat nor steep anywhere."""
    raw = [knot[1] for knot in knots]
    odds = [np.log((w * s + doubt) / (w * (1 - s) + doubt)) for w, _, s in knots]
    if len(knots) < 2:
        shift = float(odds[0]) - raw[0] if knots else 0.0
        return Curve((0.0, 1.0), (shift, shift + 1.0))
    calibrated = [float(odds[0])]
    for (x, y), (later, z) in pairwise(zip(raw, odds, strict=True)):
        width = later - x
        calibrated.append(
            calibrated[-1] + min(max(float(z - y), GENTLEST * width), STEEPEST * width)
        )
    return Curve(tuple(raw), tuple(calibrated))


def expit(logits: Floats) -> Floats:
    """Return the logistic function of each number."""
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
    return chances
