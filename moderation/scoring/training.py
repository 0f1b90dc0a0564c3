"""Train the classifier: Adagrad over hashed tokens, the same bytes for the same rows."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.augmentation import collect_websites, vary
from moderation.scoring.calibration import Line, expit, fit_line, split_sources
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats, find_loudness, measure_features
from moderation.scoring.rows import Row
from moderation.scoring.tokens import SLOTS, cut
from moderation.scoring.weights import Weights

EPOCHS = 8
BATCH = 256
RATE = 0.15
SMOOTHING = 0.04
MOST_SPAM_PER_HAM = 2.0
SEED = 20_240_601
FOLDS = 3
FOLD_EPOCHS = 3
TENTH = 10
KEPT_SLOTS = 500_000  # the file stays below a megabyte
CLIPPED = 0.9999  # share of the weights that one byte can tell apart

Progress = Callable[[str, int, int], None]
Weighted = NDArray[np.float32]


def quiet(_what: str, _done: int, _all: int) -> None:
    """Show nothing."""


@dataclass
class Learner:
    """Weights on their way, with what Adagrad remembers of each."""

    slots: Weighted = field(default_factory=lambda: np.zeros(SLOTS, np.float32))
    slot_history: Weighted = field(default_factory=lambda: np.full(SLOTS, 1e-4, np.float32))
    slot_slope: Weighted = field(default_factory=lambda: np.zeros(SLOTS, np.float32))
    dense: Floats = field(default_factory=lambda: np.zeros(len(FEATURES) + 1))
    dense_history: Floats = field(default_factory=lambda: np.full(len(FEATURES) + 1, 1e-1))

    def learn(
        self, batch: Sequence[Evidence], aims: Floats, importance: Floats, rate: float
    ) -> None:
        """Take one step towards the aims (0 to 1)."""
        design = Design(batch)
        logits = design.logits(self.slots, self.dense)
        slope = (expit(logits) - aims) * importance
        self._step_slots(design, slope, rate)
        self._step_dense(design, slope, rate)

    def _step_slots(self, design: "Design", slope: Floats, rate: float) -> None:
        index = design.slots
        np.add.at(self.slot_slope, index, (slope[design.owners] * design.values).astype(np.float32))
        # A slot that stands twice in the index gets the same value twice.
        slopes = self.slot_slope[index]
        history = self.slot_history[index] + slopes * slopes
        self.slot_history[index] = history
        self.slots[index] = self.slots[index] - rate * slopes / np.sqrt(history)
        self.slot_slope[index] = 0.0

    def _step_dense(self, design: "Design", slope: Floats, rate: float) -> None:
        slopes = slope @ design.dense
        self.dense_history += slopes * slopes
        self.dense -= 0.3 * rate * slopes / np.sqrt(self.dense_history)


class Design:
    """One batch as the linear model sees it."""

    def __init__(self, batch: Sequence[Evidence]) -> None:
        tokens = cut(batch)
        loudness = find_loudness(tokens)
        comments, words = tokens.segments.comments, tokens.words
        pair_segments = words.segments[tokens.pair_words]
        segments = (words.segments, pair_segments, tokens.gram_segments)
        self.slots = np.concatenate((words.slots, tokens.pair_slots, tokens.gram_slots))
        self.owners = comments[np.concatenate(segments)]
        self.values = np.concatenate(
            (
                loudness.of_words[words.segments],
                loudness.of_words[pair_segments],
                loudness.of_grams[tokens.gram_segments],
            )
        )
        self.dense = np.ones((len(batch), len(FEATURES) + 1))
        self.dense[:, :-1] = measure_features(FEATURES, batch) * TRAINABLE

    def logits(self, slots: Weighted, dense: Floats) -> Floats:
        sums = np.bincount(self.owners, slots[self.slots] * self.values, len(self.dense))
        return sums + self.dense @ dense


TRAINABLE = np.array([feature.weight is None for feature in FEATURES], np.float64)


def weigh_rows(rows: Sequence[Row]) -> Floats:
    """Return each row's importance: no source and no language may drown the others."""
    by_source = count_by(rows, lambda row: (row.source, row.is_spam))
    by_language = count_by(rows, lambda row: (row.lang, row.is_spam))
    weights = np.array(
        [
            by_source[row.source, row.is_spam] ** -0.5 * language_share(row, by_language)
            for row in rows
        ]
    )
    importance: Floats = weights / weights.mean()
    return importance


def language_share(row: Row, counts: Counter[tuple[Hashable, ...]]) -> float:
    """Damp spam in a language of which there is hardly any ham: the language is no crime."""
    if not row.is_spam:
        return 1.0
    ham, spam = counts[row.lang, False], counts[row.lang, True]
    return min(1.0, MOST_SPAM_PER_HAM * (ham + 1) / spam)


def count_by(
    rows: Sequence[Row], key: Callable[[Row], tuple[Hashable, ...]]
) -> Counter[tuple[Hashable, ...]]:
    return Counter(map(key, rows))


def fit(rows: Sequence[Row], *, epochs: int = EPOCHS, progress: Progress = quiet) -> Learner:
    """Run through the rows a few times, each time in another order and varied anew."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    learner, websites = Learner(), collect_websites(rows)
    importance = weigh_rows(rows)
    aims = np.array([1 - SMOOTHING if row.is_spam else SMOOTHING for row in rows])
    steps = -(-len(rows) // BATCH) * epochs
    for step, chosen in enumerate(batches(len(rows), epochs, generator)):
        batch = vary([rows[number] for number in chosen], websites, generator)
        rate = RATE * (1.0 - step / steps)
        learner.learn(batch, aims[chosen], importance[chosen], rate)
        progress("fitting", step + 1, steps)
    return learner


def batches(size: int, epochs: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(epochs):
        order = generator.permutation(size)
        for start in range(0, size, BATCH):
            yield order[start : start + BATCH]


def train(rows: Sequence[Row], progress: Progress = quiet) -> Weights:
    """Fit on all rows; calibrate on rows that the fitted weights had not seen."""
    line = calibrate(rows, progress)
    return shrink(fit(rows, progress=progress), line)


def calibrate(rows: Sequence[Row], progress: Progress) -> Line:
    """Find the line between two kinds of strangers, half-way.

    New comments on known sites are scored with more confidence than comments of
    sites that training has never seen. Who installs this has a new site, which
    then becomes a known one.
    """
    sources = split_sources([row.source for row in rows], FOLDS)
    strangers = [[row.source in fold for row in rows] for fold in sources]
    newcomers = [[crc32(row.evidence.body.encode("utf-8", "replace")) % TENTH == 0 for row in rows]]
    if len(sources) < FOLDS:
        return line_of_held_out(rows, newcomers, progress)
    lines = [line_of_held_out(rows, folds, progress) for folds in (strangers, newcomers)]
    return Line(*np.mean([(line.slope, line.offset) for line in lines], axis=0).tolist())


def line_of_held_out(
    rows: Sequence[Row], folds: Sequence[Sequence[bool]], progress: Progress
) -> Line:
    """Fit without each fold in turn, and the line on the scores of what was left out."""
    importance = weigh_rows(rows)
    raw: list[Floats] = []
    chosen: list[int] = []
    for fold in folds:
        learner = fit(
            [row for row, out in zip(rows, fold, strict=True) if not out],
            epochs=FOLD_EPOCHS,
            progress=progress,
        )
        held_out = [number for number, out in enumerate(fold) if out]
        raw.append(raw_scores(learner, [rows[number] for number in held_out]))
        chosen += held_out
    is_spam = np.array([float(bool(rows[number].is_spam)) for number in chosen])
    return fit_line(np.concatenate(raw), is_spam, importance[chosen])


def raw_scores(learner: Learner, rows: Sequence[Row]) -> Floats:
    """Score rows as they are, uncalibrated."""
    parts = [np.empty(0)] + [
        Design([row.evidence for row in rows[start : start + BATCH]]).logits(
            learner.slots, learner.dense
        )
        for start in range(0, len(rows), BATCH)
    ]
    return np.concatenate(parts)


def shrink(learner: Learner, line: Line) -> Weights:
    """Keep the largest weights, in one byte each."""
    slots = learner.slots * line.slope
    sizes = np.abs(slots)
    least = np.partition(sizes, -KEPT_SLOTS)[-KEPT_SLOTS]
    step = float(np.quantile(sizes[sizes > 0], CLIPPED)) / 127 if sizes.any() else 1.0
    whole = np.clip(np.rint(slots / step), -127, 127)
    whole[sizes < least] = 0
    return Weights(
        slots=whole.astype(np.int8),
        step=step,
        names=tuple(feature.name for feature in FEATURES),
        features=learner.dense[:-1] * line.slope * TRAINABLE,
        bias=float(learner.dense[-1] * line.slope + line.offset),
    )
