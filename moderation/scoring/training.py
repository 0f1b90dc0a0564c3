"""Train the classifier: Adagrad over hashed tokens, the same bytes for the same rows."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.augmentation import collect_websites, vary
from moderation.scoring.calibration import Curve, expit, fit_curve, split_sources
from moderation.scoring.catalogues import CATALOGUES
from moderation.scoring.design import (
    TRAINABLE,
    Design,
    Table,
    Texts,
    Weighted,
    Wordlist,
    read_texts,
)
from moderation.scoring.features import FEATURES
from moderation.scoring.measures import Floats
from moderation.scoring.rows import Row
from moderation.scoring.tokens import SLOTS, Integers
from moderation.scoring.weights import Weights

VARIANTS = 3  # different appearances of each comment
EPOCHS = 6
BATCH = 32
RATE = 0.15
HISTORY = 0.005  # Adagrad begins with it: so rare words do not learn by heart
SMOOTHING = 0.04
MOST_SPAM_PER_HAM = 2.0
# A source counts by this power of its size.
SOURCE_POWER = 0.7
# What a row counts beside others: blogs are what Winnow is for, and the
# catalogues only have to say that a language is no crime.
EMPHASIS = {"blog": 2.5, CATALOGUES: 0.06}
SEED = 20_240_601
FOLDS = 3
FOLD_EPOCHS = 3
TENTH = 10
STRANGERS_SHARE = 0.3  # what rows of sources not seen before count in the calibration
KEPT_SLOTS = 460_000  # the file stays below a megabyte
CLIPPED = 0.9999  # share of the weights that one byte can tell apart

Progress = Callable[[str, int, int], None]


def quiet(_what: str, _done: int, _all: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Material:
    """Everything that training reads, made once: rows, and each row in several appearances."""

    rows: Sequence[Row]
    table: Table
    variants: Sequence[Texts]
    plain: Texts

    @property
    def importance(self) -> Floats:
        return weigh_rows(self.rows)


def prepare(rows: Sequence[Row], progress: Progress = quiet) -> Material:
    """Vary every row a few times, and number the words of it all."""
    chance, websites, wordlist = Random(SEED), collect_websites(rows), Wordlist()
    variants, plain = [Texts() for _ in range(VARIANTS)], Texts()
    for done, batch in enumerate(portions(rows), 1):
        for texts in variants:
            read_texts([vary(row, websites, chance) for row in batch], wordlist, texts)
        read_texts([row.evidence for row in batch], wordlist, plain)
        progress("reading", done * BATCH, len(rows))
    return Material(rows, wordlist.table(), variants, plain)


def portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


@dataclass
class Learner:
    """Weights on their way, with what Adagrad remembers of each."""

    slots: Weighted = field(default_factory=lambda: np.zeros(SLOTS, np.float32))
    slot_history: Weighted = field(default_factory=lambda: np.full(SLOTS, HISTORY, np.float32))
    slot_slope: Weighted = field(default_factory=lambda: np.zeros(SLOTS, np.float32))
    dense: Floats = field(default_factory=lambda: np.zeros(len(FEATURES) + 1))
    dense_history: Floats = field(default_factory=lambda: np.full(len(FEATURES) + 1, 1e-1))

    def learn(self, design: Design, aims: Floats, importance: Floats, rate: float) -> None:
        """Take one step towards the aims (0 to 1)."""
        logits = design.logits(self.slots, self.dense)
        slope = (expit(logits) - aims) * importance
        self._step_slots(design, slope, rate)
        self._step_dense(design, slope, rate)

    def _step_slots(self, design: Design, slope: Floats, rate: float) -> None:
        index = design.slots
        np.add.at(self.slot_slope, index, (slope[design.owners] * design.values).astype(np.float32))
        # A slot that stands twice in the index gets the same value twice.
        slopes = self.slot_slope[index]
        history = self.slot_history[index] + slopes * slopes
        self.slot_history[index] = history
        self.slots[index] = self.slots[index] - rate * slopes / np.sqrt(history)
        self.slot_slope[index] = 0.0

    def _step_dense(self, design: Design, slope: Floats, rate: float) -> None:
        slopes = slope @ design.dense
        self.dense_history += slopes * slopes
        self.dense -= 0.3 * rate * slopes / np.sqrt(self.dense_history)


def weigh_rows(rows: Sequence[Row]) -> Floats:
    """Return each row's importance: no source and no language may drown the others."""
    by_source = count_by(rows, lambda row: (row.source, row.is_spam))
    by_language = count_by(rows, lambda row: (row.lang, row.is_spam))
    weights = np.array(
        [
            by_source[row.source, row.is_spam] ** (SOURCE_POWER - 1.0)
            * EMPHASIS.get(row.family, 1.0)
            * language_share(row, by_language)
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


def fit(
    material: Material, chosen: Integers, *, epochs: int = EPOCHS, progress: Progress = quiet
) -> Learner:
    """Run through the chosen rows a few times, in another order and appearance each time."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    learner, importance = Learner(), np.zeros(len(material.rows))
    importance[chosen] = weigh_rows([material.rows[number] for number in chosen.tolist()])
    aims = np.array([1 - SMOOTHING if row.is_spam else SMOOTHING for row in material.rows])
    steps = -(-chosen.size // BATCH) * epochs
    for step, (epoch, batch) in enumerate(batches(chosen, epochs, generator)):
        texts = material.variants[epoch % len(material.variants)]
        design = Design(material.table, texts, batch.tolist())
        learner.learn(design, aims[batch], importance[batch], RATE * (1.0 - step / steps))
        progress("fitting", step + 1, steps)
    return learner


def batches(
    chosen: Integers, epochs: int, generator: np.random.Generator
) -> Iterator[tuple[int, Integers]]:
    for epoch in range(epochs):
        order = generator.permutation(chosen)
        for start in range(0, order.size, BATCH):
            yield epoch, order[start : start + BATCH]


def train(rows: Sequence[Row], progress: Progress = quiet) -> Weights:
    """Fit on all rows; calibrate on rows that the fitted weights had not seen."""
    material = prepare(rows, progress)
    curve = calibrate(material, progress)
    return shrink(fit(material, np.arange(len(rows)), progress=progress), curve)


def calibrate(material: Material, progress: Progress) -> Curve:
    """Fit the curve on two kinds of strangers together.

    New comments on known sites are scored with more confidence than comments of
    sites that training has never seen. Who installs this has a new site, which
    then becomes a known one.
    """
    rows = material.rows
    newcomers = np.array(
        [crc32(row.evidence.body.encode("utf-8", "replace")) % TENTH == 0 for row in rows]
    )
    scored = [score_held_out(material, newcomers, progress)]
    sources = split_sources([row.source for row in rows if row.family != CATALOGUES], FOLDS)
    if len(sources) == FOLDS:
        strangers = [np.array([row.source in fold for row in rows]) for fold in sources]
        parts = [score_held_out(material, fold, progress) for fold in strangers]
        scored.append(
            (np.concatenate([raw for raw, _ in parts]), np.concatenate([s for _, s in parts]))
        )
    shares = (1.0 - STRANGERS_SHARE, STRANGERS_SHARE)
    importance = [
        np.full(raw.size, share / raw.size) for (raw, _), share in zip(scored, shares, strict=False)
    ]
    return fit_curve(
        np.concatenate([raw for raw, _ in scored]),
        np.concatenate([spam for _, spam in scored]),
        np.concatenate(importance),
    )


def score_held_out(
    material: Material, out: NDArray[np.bool_], progress: Progress
) -> tuple[Floats, Floats]:
    """Fit without some rows; return their raw scores and whether they are spam."""
    learner = fit(material, np.flatnonzero(~out), epochs=FOLD_EPOCHS, progress=progress)
    held_out = np.flatnonzero(out)
    is_spam = np.array([float(bool(material.rows[number].is_spam)) for number in held_out.tolist()])
    return raw_scores(learner, material, held_out), is_spam


def raw_scores(learner: Learner, material: Material, chosen: Integers) -> Floats:
    """Score rows as they are, uncalibrated."""
    parts = [np.empty(0)]
    for start in range(0, chosen.size, BATCH):
        design = Design(material.table, material.plain, chosen[start : start + BATCH].tolist())
        parts.append(design.logits(learner.slots, learner.dense))
    return np.concatenate(parts)


def shrink(learner: Learner, curve: Curve) -> Weights:
    """Keep the largest weights, in one byte each."""
    slots = learner.slots
    sizes = np.abs(slots)
    least = np.partition(sizes, -KEPT_SLOTS)[-KEPT_SLOTS]
    step = float(np.quantile(sizes[sizes > 0], CLIPPED)) / 127 if sizes.any() else 1.0
    whole = np.clip(np.rint(slots / step), -127, 127)
    whole[sizes < least] = 0
    return Weights(
        slots=whole.astype(np.int8),
        step=step,
        names=tuple(feature.name for feature in FEATURES),
        features=learner.dense[:-1] * TRAINABLE,
        bias=float(learner.dense[-1]),
        curve=curve,
    )
