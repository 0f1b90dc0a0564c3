"""Train the classifier: Adagrad over hashed tokens, the same bytes for the same rows."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.augmentation import collect_websites, vary
from moderation.scoring.calibration import Curve, expit, fit_curve
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
from moderation.scoring.phrasebook import PHRASEBOOK
from moderation.scoring.rows import Row
from moderation.scoring.tokens import SLOTS, Integers
from moderation.scoring.weights import Weights

VARIANTS = 3  # different appearances of each comment
EPOCHS = 8
BATCH = 32
RATE = 0.15
HISTORY = 0.002  # Adagrad begins with it: so rare words do not learn by heart
DECAY = 0.01  # pull of each weight towards zero, each time its slot is met
DROPPED = 0.2  # share of the words that a comment does not show, another one each time
SMOOTHING = 0.06
MOST_SPAM_PER_HAM = 2.0
# A source counts by this power of its size.
SOURCE_POWER = 0.7
# What a row counts beside others: blogs are what Winnow is for; made-up comments are no
# real ones, and the catalogues only have to say that a language is no crime.
EMPHASIS = {"blog": 3.0, CATALOGUES: 0.15, PHRASEBOOK: 2.0}
# English is well known. A language that the phrasebook alone knows is told by its ham first.
OTHER_LANGUAGES = {True: 0.12, False: 0.3}
# A lost real comment is worse than a spam seen, and thresholds stand where few are lost.
HAM_COUNTS = 2.0  # times what spam counts
HARD_HAM = 3.0  # and so many times more, where it is called sure spam
NO_COMMENTS = (CATALOGUES, PHRASEBOOK)
SEED = 20_240_601
TENTH = 10
KEPT_SLOTS = 1_050_000  # the file stays below a megabyte, …
STEP = 0.04  # … for weights are whole steps: finer ones were no better

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
    chance, lenders, wordlist = Random(SEED), collect_websites(rows), Wordlist()
    variants, plain = [Texts() for _ in range(VARIANTS)], Texts()
    for done, batch in enumerate(portions(rows), 1):
        for texts in variants:
            read_texts([vary(row, lenders, chance) for row in batch], wordlist, texts)
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
        chances = expit(design.logits(self.slots, self.dense))
        slope = (chances - aims) * importance * blame(chances, aims)
        self._step_slots(design, slope, rate)
        self._step_dense(design, slope, rate)

    def _step_slots(self, design: Design, slope: Floats, rate: float) -> None:
        index = design.slots
        pull = DECAY * self.slots[index] * (design.values > 0)
        slopes = (slope[design.owners] * design.values + pull).astype(np.float32)
        np.add.at(self.slot_slope, index, slopes)
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


def blame(chances: Floats, aims: Floats) -> Floats:
    """Return how many times a mistake counts: the surer that ham is called spam, the more."""
    times: Floats = np.where(aims < 0.5, 1.0 + HARD_HAM * chances, 1.0)
    return times


def weigh_rows(rows: Sequence[Row]) -> Floats:
    """Return each row's importance: no source and no language may drown the others."""
    by_source = count_by(rows, lambda row: (row.source, row.is_spam))
    by_language = count_by(rows, lambda row: (row.lang, row.is_spam))
    weights = np.array(
        [
            by_source[row.source, row.is_spam] ** (SOURCE_POWER - 1.0)
            * emphasis(row)
            * language_share(row, by_language)
            for row in rows
        ]
    )
    importance: Floats = weights / weights.mean()
    return importance


def emphasis(row: Row) -> float:
    """Return what a row counts for its label and the kind of its source."""
    weight = EMPHASIS.get(row.family, 1.0) * (1.0 if row.is_spam else HAM_COUNTS)
    if row.family == PHRASEBOOK and row.lang != "en":
        weight *= OTHER_LANGUAGES[bool(row.is_spam)]
    return weight


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
        design.drop_words(DROPPED, generator)
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
    """Fit the curve on a tenth of the real comments, scored by a fit that had not seen them."""
    newcomers = np.array([is_newcomer(row) for row in material.rows])
    raw, is_spam = score_held_out(material, newcomers, progress)
    return fit_curve(raw, is_spam, np.full(raw.size, 1.0 / max(1, raw.size)))


def is_newcomer(row: Row) -> bool:
    """Pick a tenth of the real comments, the same ones every time."""
    chosen = crc32(row.evidence.body.encode("utf-8", "replace")) % TENTH == 0
    return chosen and row.family not in NO_COMMENTS


def score_held_out(
    material: Material, out: NDArray[np.bool_], progress: Progress
) -> tuple[Floats, Floats]:
    """Fit without some rows; return their raw scores and whether they are spam."""
    learner = fit(material, np.flatnonzero(~out), progress=progress)
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
    """Keep the largest weights, in whole steps."""
    slots = learner.slots
    sizes = np.abs(slots)
    least = np.partition(sizes, -KEPT_SLOTS)[-KEPT_SLOTS]
    whole = np.clip(np.rint(slots / STEP), -127, 127)
    whole[sizes < least] = 0
    return Weights(
        slots=whole.astype(np.int8),
        step=STEP,
        names=tuple(feature.name for feature in FEATURES),
        features=learner.dense[:-1] * TRAINABLE,
        bias=float(learner.dense[-1]),
        curve=curve,
    )
