"""Learning: how fast a new site is understood, decision by decision, and what one costs.

.venv/bin/python -m bench.learning TRAIN.jsonl[.gz] UNSEEN.jsonl[.gz] [SEEDS] [EPOCHS]

Every source of TRAIN with enough of both kinds is left out in turn: a classifier is trained
without it, and a moderator's decisions on it are replayed in a shuffled order. Rows of UNSEEN
whose kind is unseen_source are judged by the shipped classifier.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from bench.lab import open_lab, spread, text
from moderation.scoring.calibration import UNCALIBRATED, fit_curve
from moderation.scoring.catalogues import read_catalogues
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.scoring.learning import Clues, find_clues
from moderation.scoring.lore import Lore, recall
from moderation.scoring.phrasebook import read_phrasebook
from moderation.scoring.rows import Row, read_for_training, read_labelled
from moderation.scoring.training import fit, prepare, shrink

DECISIONS = (0, 10, 50, 200)
MOST_OF_EACH = 1000  # rows of one kind from one source
FEWEST_OF_EACH = 40
FALSE_POSITIVES = 0.01


@dataclass
class Source:
    """A site that the classifier has never seen, as the classifier sees it."""

    name: str
    logits: np.ndarray
    is_spam: np.ndarray
    rows: list[Row]


def main(train: str, unseen: str, seeds: int = 5, epochs: int = 2) -> None:
    sources = [*left_out(Path(train), epochs), *shipped(Path(unseen))]
    table = {source.name: curve(source, seeds) for source in sources}
    print("recall at 1 % false positives after", *DECISIONS, "decisions")
    for name, recalls in table.items():
        print(f"{name:<24}", *(f"{recall:.3f}" for recall in recalls))
    print(f"{'mean':<24}", *(f"{mean(column):.3f}" for column in zip(*table.values(), strict=True)))
    time_updates()


def left_out(path: Path, epochs: int) -> Iterator[Source]:
    """Train without each source in turn; one curve calibrates them all."""
    labelled = read_labelled(path)
    learnable = [*read_for_training(path), *read_phrasebook(), *read_catalogues()]
    found = []
    for name in sorted({row.source for row in labelled}):
        rows = sample([row for row in labelled if row.source == name])
        labels = np.array([bool(row.is_spam) for row in rows])
        if min(labels.sum(), (~labels).sum()) < FEWEST_OF_EACH:
            continue
        rest = prepare([row for row in learnable if row.source != name])
        learner = fit(rest, np.arange(len(rest.rows)), epochs=epochs)
        by = Classifier(shrink(learner, UNCALIBRATED))
        found.append(Source(name, log_odds(by, rows), labels, rows))
        print(f"trained without {name}", file=sys.stderr)
    raw = np.concatenate([source.logits for source in found])
    labels = np.concatenate([source.is_spam for source in found])
    calibrated = fit_curve(raw, labels.astype(float), np.ones(len(raw)))
    for source in found:
        source.logits = np.array(list(map(calibrated, source.logits.tolist())))
        yield source


def log_odds(by: Classifier, rows: list[Row]) -> np.ndarray:
    scores = by.score_batch([row.evidence for row in rows])
    chances = np.clip([score.value for score in scores], 1e-12, 1 - 1e-12)
    return np.log(chances / (1 - chances))


def shipped(path: Path) -> list[Source]:
    rows = [row for row in read_labelled(path) if row.kind == "unseen_source"]
    sources = []
    for name in sorted({row.source for row in rows}):
        own = sample([row for row in rows if row.source == name])
        labels = np.array([bool(row.is_spam) for row in own])
        sources.append(Source(name, log_odds(Classifier.load(), own), labels, own))
    return sources


def sample(rows: list[Row]) -> list[Row]:
    """Take at most so many of each kind, the same ones every time."""
    order = np.random.default_rng(0).permutation(len(rows)).tolist()
    kinds: dict[bool, list[Row]] = {True: [], False: []}
    for number in order:
        kinds[bool(rows[number].is_spam)].append(rows[number])
    return kinds[True][:MOST_OF_EACH] + kinds[False][:MOST_OF_EACH]


def curve(source: Source, seeds: int) -> list[float]:
    """Return the mean recall after each number of decisions, on what is never decided."""
    clues = find_clues([row.evidence for row in source.rows])
    recalls = []
    for seed in range(seeds):
        order = np.random.default_rng(seed + 1).permutation(len(source.rows))
        fresh = order[max(DECISIONS) :]
        recalls.append(
            [
                recall_at(source.is_spam[fresh], shifted(source, clues, order[:count])[fresh])
                for count in DECISIONS
            ]
        )
    return np.mean(recalls, axis=0).tolist()


def shifted(source: Source, clues: Clues, decided: np.ndarray) -> np.ndarray:
    """Return the log-odds of every row once these were decided."""
    spam, ham = decided[source.is_spam[decided]], decided[~source.is_spam[decided]]
    lore = Lore(spam.size, ham.size, *count_slots(clues, spam, ham))
    told = recall(clues, [lore if lore.trust else None] * len(source.rows))
    return source.logits + [sum(reason.weight for reason in reasons) for reasons in told]


def count_slots(clues: Clues, spam: np.ndarray, ham: np.ndarray) -> list[np.ndarray]:
    slots = np.unique(clues.slots)
    index = np.searchsorted(slots, clues.slots)
    return [slots] + [
        np.bincount(index[np.isin(clues.owners, owners)], minlength=slots.size)
        for owners in (spam, ham)
    ]


def recall_at(is_spam: np.ndarray, logits: np.ndarray) -> float:
    ham = np.sort(logits[~is_spam])[::-1]
    return float((logits[is_spam] > ham[int(FALSE_POSITIVES * ham.size)]).mean())


def time_updates(count: int = 300) -> None:
    """Time what one decision costs: cutting its lesson, and learning it in the database."""
    open_lab()
    from django.contrib.auth.models import User

    from moderation.models import Article, Comment, Membership
    from moderation.services.access import user_actor
    from moderation.services.bulk import decide_many
    from moderation.services.sites import create_site
    from moderation.services.training import learn_waiting
    from moderation.status import Status

    site = create_site("Bench", "https://blog.example").site
    person = User.objects.create_user("bench")
    Membership.objects.create(site=site, user=person)
    actor = user_actor(person)
    article = Article.objects.create(site=site, url="https://blog.example/")
    rows = [
        Comment(site=site, article=article, author_name="Bo", body=text(n), request_digest=b"")
        for n in range(3 * count)
    ]
    Comment.objects.bulk_create(rows)
    pure, stored = [], []
    for number, row in enumerate(rows[:count]):
        evidence = Evidence(body=row.body, author_name=row.author_name)
        began = time.perf_counter()
        find_clues([evidence])
        pure.append(1000 * (time.perf_counter() - began))
        decide_many([row.pk], status=(Status.SPAM, Status.APPROVED)[number % 2], actor=actor)
        began = time.perf_counter()
        learn_waiting()
        stored.append(1000 * (time.perf_counter() - began))
    decide_many([row.pk for row in rows[count:]], status=Status.SPAM, actor=actor)
    began = time.perf_counter()
    while learn_waiting():
        pass
    each = 1000 * (time.perf_counter() - began) / len(rows[count:])
    print(f"one lesson of 310 characters: cut in {spread(pure, ' ms')}")
    print(f"learnt alone, its transaction included: {spread(stored, ' ms')}")
    print(f"learnt among {len(rows[count:])}: {each:.3g} ms each")


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
