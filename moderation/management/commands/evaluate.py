"""Measure the shipped classifier on labelled comments."""

from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.scoring.classifier import Classifier
from moderation.scoring.metrics import Metrics, report
from moderation.scoring.rows import BadFile, read_labelled
from moderation.scoring.weights import BadWeights

COLUMNS = (
    "slice",
    "n",
    "spam",
    "ROC-AUC",
    "PR-AUC",
    "R@FPR0.1%",
    "R@0.5%",
    "R@1%",
    "bal.acc@.5",
    "FPR@.5",
    "ECE",
)


class Command(BaseCommand):
    help = "Print how well the classifier does on labelled comments, as a table."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="labelled .jsonl or .jsonl.gz")
        parser.add_argument("--classifier", type=Path, help="another file than the shipped one")

    def handle(
        self, *args: Any, files: list[Path], classifier: Path | None, **options: Any
    ) -> None:
        try:
            scorer = Classifier.load(classifier)
            rows = [row for file in files for row in read_labelled(file)]
        except (BadFile, BadWeights) as error:
            raise CommandError(str(error)) from error
        if not rows:
            raise CommandError(f"{files[0]}: no labelled comments in it")
        scores = scorer.score_batch([row.evidence for row in rows])
        values = np.array([score.value for score in scores])
        for line in table(report(rows, values)):
            self.stdout.write(line)


def table(slices: Iterable[tuple[str, Metrics]]) -> Iterable[str]:
    """Yield the lines of a Markdown table."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + "---|" * len(COLUMNS)
    for name, metrics in slices:
        counts, figures = astuple(metrics)[:2], astuple(metrics)[2:]
        cells = [f"{count:.0f}" for count in counts] + [cell(figure) for figure in figures]
        yield f"| {name} | {' | '.join(cells)} |"


def cell(figure: float) -> str:
    """Write a figure; a dash where it is not defined."""
    return f"{figure:.4f}" if np.isfinite(figure) else "-"
