"""How good scores are: the figures that `evaluate` prints."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.rows import Row

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]

BINS = 15
FEWEST_ROWS = 60  # of a source or language, to get a line of its own
FEWEST_OF_CLASS = 30  # of spam and of ham, to count in the mean over sources
UNSEEN = "unseen_source"
NOT_DEFINED = float("nan")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one slice of the rows; NaN where a class is missing."""

    rows: float
    spam: float
    roc_auc: float
    pr_auc: float
    recall_01: float  # share of spam found while 0.1 % of the ham is called spam
    recall_05: float
    recall_1: float
    balanced_accuracy: float  # at 0.5
    false_positives: float  # share of the ham at or above 0.5
    calibration_error: float


def measure(is_spam: Truth, scores: Floats) -> Metrics:
    """Work out every figure for one slice."""
    called = scores >= 0.5
    found = mean(called[is_spam])
    accused = mean(called[~is_spam])
    return Metrics(
        rows=len(scores),
        spam=int(is_spam.sum()),
        roc_auc=roc_auc(is_spam, scores),
        pr_auc=pr_auc(is_spam, scores),
        recall_01=recall_at(is_spam, scores, 0.001),
        recall_05=recall_at(is_spam, scores, 0.005),
        recall_1=recall_at(is_spam, scores, 0.01),
        balanced_accuracy=(found + 1 - accused) / 2,
        false_positives=accused,
        calibration_error=calibration_error(is_spam, scores),
    )


def mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else NOT_DEFINED


def roc_auc(is_spam: Truth, scores: Floats) -> float:
    """Return how often a spam scores above a ham; a tie counts half."""
    spam = int(is_spam.sum())
    ham = is_spam.size - spam
    if not spam or not ham:
        return NOT_DEFINED
    _, rank_of, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2
    return float((ranks[rank_of][is_spam].sum() - spam * (spam + 1) / 2) / (spam * ham))


def pr_auc(is_spam: Truth, scores: Floats) -> float:
    """Return the area under precision over recall, in steps; equal scores are one step."""
    spam = int(is_spam.sum())
    if spam in (0, is_spam.size):
        return NOT_DEFINED
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.append(ranked[1:] != ranked[:-1], True)
    found = np.cumsum(is_spam[order])
    precision = (found / np.arange(1, is_spam.size + 1))[ends]
    gained = np.diff(np.append(0.0, (found / spam)[ends]))
    return float((gained * precision).sum())


def recall_at(is_spam: Truth, scores: Floats, rate: float) -> float:
    """Return the share of spam above the strictest threshold that keeps to the rate."""
    ham = np.sort(scores[~is_spam])[::-1]
    if not ham.size or ham.size == scores.size:
        return NOT_DEFINED
    threshold = ham[int(rate * ham.size)]
    return mean(scores[is_spam] > threshold)


def calibration_error(is_spam: Truth, scores: Floats) -> float:
    """Return how far the scores are from the shares of spam, on average over 15 bins."""
    clipped = np.clip(scores, 0.0, 1.0)
    bins = np.minimum((clipped * BINS).astype(np.int64), BINS - 1)
    surplus = np.bincount(bins, clipped - is_spam, BINS)
    return float(np.abs(surplus).sum() / scores.size) if scores.size else NOT_DEFINED


def report(rows: Sequence[Row], scores: Floats) -> Iterator[tuple[str, Metrics]]:
    """Yield the lines of the table: everything, kinds, sources, languages, unseen sources."""
    is_spam = np.array([bool(row.is_spam) for row in rows])

    def slice_of(test: Callable[[Row], bool]) -> Metrics:
        chosen = np.array([test(row) for row in rows], bool)
        return measure(is_spam[chosen], scores[chosen])

    yield "all", measure(is_spam, scores)
    for kind in unique(row.kind for row in rows):
        yield f"kind {kind}", slice_of(lambda row, kind=kind: row.kind == kind)  # type: ignore[misc]
    if any(is_unseen_blog(row) for row in rows):
        yield "unseen blogs", slice_of(is_unseen_blog)
    unseen = list(unseen_sources(rows, slice_of))
    if unseen:
        yield "mean of unseen sources", average(unseen)
    for source in frequent(row.source for row in rows):
        yield f"source {source}", slice_of(lambda row, source=source: row.source == source)  # type: ignore[misc]
    for lang in frequent(row.lang for row in rows):
        yield f"language {lang}", slice_of(lambda row, lang=lang: row.lang == lang)  # type: ignore[misc]


def is_unseen_blog(row: Row) -> bool:
    return row.family == "blog" and row.kind == UNSEEN


def unseen_sources(
    rows: Sequence[Row], slice_of: Callable[[Callable[[Row], bool]], Metrics]
) -> Iterator[Metrics]:
    for source in unique(row.source for row in rows if row.kind == UNSEEN):
        metrics = slice_of(lambda row, source=source: (row.source, row.kind) == (source, UNSEEN))  # type: ignore[misc]
        if min(metrics.spam, metrics.rows - metrics.spam) >= FEWEST_OF_CLASS:
            yield metrics


def average(parts: Sequence[Metrics]) -> Metrics:
    """Return the plain mean of each figure; the rows and the spam are added up."""
    table = np.array([astuple(part) for part in parts])
    means = dict(zip([field.name for field in fields(Metrics)], table.mean(0), strict=True))
    return Metrics(**means | {"rows": table[:, 0].sum(), "spam": table[:, 1].sum()})


def unique(names: Iterator[str]) -> list[str]:
    return sorted({name for name in names if name})


def frequent(names: Iterator[str]) -> list[str]:
    counts = Counter(name for name in names if name)
    return [name for name, count in counts.most_common() if count >= FEWEST_ROWS]
