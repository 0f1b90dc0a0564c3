"""Scoring: comments a second on one core with reasons, beside other filters in the same run.

.venv/bin/python -m bench.scoring [TRAIN]

Rates are per second of processor time, so that a busy machine tells the same.
With TRAIN, the peers learn from its rows first; without, from made-up ones. A filter of mail
reads a batch in one process, and starts one for each comment that comes alone.
"""

import gc
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.baselines import peers
from bench.fitting import Peer
from bench.lab import text
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row, read_for_training
from moderation.scoring.weights import Weights

COMMENTS = 4000
ALONE = 1000
BY_PROCESS = 100
ROUNDS = 5


def main(train: str = "") -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    Weights.load()
    loading = time.process_time() - began
    classifier = Classifier.load()
    kinds = {
        "text only": [Evidence(body=text(n)) for n in range(COMMENTS)],
        "all fields": [full(n) for n in range(COMMENTS)],
        "adversarial (words never seen before)": [Evidence(body=noise()) for _ in range(COMMENTS)],
    }
    gc.collect()
    gc.freeze()  # as a worker does before it forks
    print("| what | comments/s | one at a time | p99 ms |\n|---|---|---|---|")
    for name, batch in kinds.items():
        show(f"Winnow, {name}", classifier.score_batch, classifier.score, batch)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rows = read_for_training(Path(train)) if train else made_up()
    for peer in peers():
        show_peer(peer, rows, [Row(evidence=evidence) for evidence in kinds["text only"]])
    print(f"loading {loading * 1000:.1f} ms, memory grown by {grown:.0f} MB in all")


def show_peer(peer: Peer, rows: Sequence[Row], batch: Sequence[Row]) -> None:
    score = peer.fit(rows)
    name = f"{peer.name}, text only, no reasons"
    if peer.by_process:
        show(name, score, lambda row: score([row]), batch, BY_PROCESS, children_time)
    else:
        show(name, score, lambda row: score([row]), batch)


def show(
    name: str,
    score_batch: Callable[[Sequence[Any]], object],
    score: Callable[[Any], object],
    batch: Sequence[Any],
    alone: int = ALONE,
    clock: Callable[[], float] = time.process_time,
) -> None:
    score_batch(batch[:500])
    together = median([spent(lambda: score_batch(batch), clock) for _ in range(ROUNDS)])
    times = sorted(spent(lambda one=one: score(one), clock) for one in batch[:alone])
    slow = times[int(0.99 * alone)] * 1000
    print(f"| {name} | {len(batch) / together:,.0f} | {alone / sum(times):,.0f} | {slow:.2f} |")


def made_up() -> list[Row]:
    return [Row(evidence=Evidence(body=text(n)), is_spam=n % 2 == 1) for n in range(2000)]


def full(number: int) -> Evidence:
    return Evidence(
        body=text(number),
        author_name=f"Visitor {number}",
        author_url="https://visitor.example/blog",
        email_domain="example.org",
        article_title="An old way to winnow grain",
        seconds_on_page=40.0,
    )


def noise() -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(random.choices(letters, k=random.randint(3, 9))) for _ in range(45))


def spent(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began


def children_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
