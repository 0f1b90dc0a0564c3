"""Accuracy beside other filters, all trained on the same rows.

.venv/bin/python -m bench.accuracy TRAIN DEV [--leave-one-out] [--only NAME]
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.baselines import peers, winnow
from bench.fitting import Fit, Peer
from moderation.management.commands.evaluate import COLUMNS, cell
from moderation.scoring.catalogues import read_catalogues
from moderation.scoring.metrics import FEWEST_OF_CLASS, Metrics, average, measure, report
from moderation.scoring.phrasebook import read_phrasebook
from moderation.scoring.rows import Row, read_for_training, read_labelled

SLICES = ("all", "kind ", "unseen blogs", "mean of unseen sources")
FIGURES = ("roc_auc", "recall_05", "recall_1", "false_positives", "calibration_error")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("train", type=Path)
    arguments.add_argument("dev", type=Path)
    arguments.add_argument("--leave-one-out", action="store_true")
    arguments.add_argument("--only", default="", help="peers whose name holds this")
    options = arguments.parse_args()
    rows, dev = read_for_training(options.train), read_labelled(options.dev)
    chosen = [peer for peer in (Peer("Winnow", winnow), *peers()) if options.only in peer.name]
    print(f"| filter | {' | '.join((COLUMNS[0], *FIGURES))} |\n|{'---|' * (2 + len(FIGURES))}")
    for name, fit, _ in chosen:
        began = time.perf_counter()
        scores = fit(with_our_own(rows, name))(dev)
        for part, metrics in report(dev, scores):
            if part.startswith(SLICES):
                show(name, part, metrics)
        print(f"<!-- {name}: {time.perf_counter() - began:.0f} s -->", flush=True)
        if options.leave_one_out:
            show(name, "mean of sources left out", leave_one_out(rows, name, fit))


def with_our_own(rows: Sequence[Row], name: str) -> Sequence[Row]:
    """Give Winnow what its training always adds: made-up comments and harmless sentences."""
    return [*rows, *read_phrasebook(), *read_catalogues()] if name == "Winnow" else rows


def leave_one_out(rows: Sequence[Row], name: str, fit: Fit) -> Metrics:
    """Train without each source that has enough of both, and measure on it."""
    found = []
    for source in sorted({row.source for row in rows}):
        out = [row for row in rows if row.source == source]
        spam = sum(bool(row.is_spam) for row in out)
        if min(spam, len(out) - spam) < FEWEST_OF_CLASS:
            continue
        scores = fit(with_our_own([row for row in rows if row.source != source], name))(out)
        found.append(measure(np.array([bool(row.is_spam) for row in out]), scores))
        show(name, f"left out {source}", found[-1])
    return average(found)


def show(name: str, part: str, metrics: Metrics) -> None:
    figures = " | ".join(cell(getattr(metrics, figure)) for figure in FIGURES)
    print(f"| {name} | {part} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
