"""Make scores mean what they say: 0.9 is spam nine times in ten."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moderation.scoring.measures import Floats

ITERATIONS = 50
RIDGE = 1e-6
CLOSE_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class Line:
    """Log-odds of spam = slope * raw score + offset."""

    slope: float = 1.0
    offset: float = 0.0


def fit_line(raw: Floats, is_spam: Floats, importance: Floats) -> Line:
    """Fit Platt's line by Newton's method."""
    columns = np.stack((raw, np.ones_like(raw)))
    line = np.array([1.0, 0.0])
    for _ in range(ITERATIONS):
        chances = expit(line @ columns)
        slope = columns @ (importance * (chances - is_spam))
        curve = (columns * (importance * chances * (1 - chances))) @ columns.T
        move = np.linalg.solve(curve + RIDGE * np.eye(2), slope)
        line -= move
        if np.abs(move).max() < CLOSE_ENOUGH:
            break
    return Line(float(line[0]), float(line[1]))


def expit(logits: Floats) -> Floats:
    """Return the logistic function of each number."""
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
    return chances


def split_sources(sources: Sequence[str], folds: int) -> list[frozenset[str]]:
    """Deal the sources into folds, the largest first, each to the fold that has least."""
    counts = sorted((-sources.count(name), name) for name in set(sources))
    dealt: list[list[str]] = [[] for _ in range(folds)]
    sizes = [0] * folds
    for negative, name in counts:
        smallest = sizes.index(min(sizes))
        dealt[smallest].append(name)
        sizes[smallest] -= negative
    return [frozenset(names) for names in dealt if names]
