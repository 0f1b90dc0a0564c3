"""Scoring: comments a second on one core with reasons, beside bogofilter in the same run.

.venv/bin/python -m bench.scoring [TRAIN]

Rates are per second of processor time, so that a busy machine tells the same.
With TRAIN, bogofilter learns from its rows first; without, from made-up ones.
"""

import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench.baselines import bogofilter, bogofilter_scores, mailbox
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
    print("| what | comments/s | one at a time | p99 ms |\n|---|---|---|---|")
    for name, batch in kinds.items():
        classifier.score_batch(batch[:500])
        batched = median(
            [rate(lambda b=batch: classifier.score_batch(b), batch) for _ in range(ROUNDS)]
        )
        times = sorted(spent(lambda e=one: classifier.score(e)) for one in batch[:ALONE])
        alone, slow = len(times) / sum(times), times[int(0.99 * len(times))] * 1000
        print(f"| Winnow, {name} | {batched:,.0f} | {alone:,.0f} | {slow:.2f} |")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if shutil.which("bogofilter"):
        show_bogofilter(kinds["text only"], train)
    print(f"loading {loading * 1000:.1f} ms, memory grown by {grown:.0f} MB in all")


def show_bogofilter(batch: Sequence[Evidence], train: str) -> None:
    rows = read_for_training(Path(train)) if train else made_up()
    score = bogofilter(rows)
    folder = score.__closure__[0].cell_contents  # type: ignore[index]
    texts = [evidence.body for evidence in batch]
    batched = median(
        [
            rate(lambda: bogofilter_scores(folder, texts), batch, children=True)
            for _ in range(ROUNDS)
        ]
    )
    began = children_time()
    for body in texts[:BY_PROCESS]:
        subprocess.run(
            ["bogofilter", "-d", folder, "-T"],
            input=mailbox([body]),
            capture_output=True,
            check=False,
        )
    alone = BY_PROCESS / (children_time() - began)
    print(f"| bogofilter, text only, no reasons | {batched:,.0f} | {alone:,.0f} | |")


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


def rate(work: Callable[[], object], batch: Sequence[Evidence], *, children: bool = False) -> float:
    return len(batch) / spent(work, children_time if children else time.process_time)


def spent(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    began = clock()
    work()
    return clock() - began


def children_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
