"""Score comments from a file or a pipe, without a server."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Score
from moderation.scoring.rows import BadFile, BadRow, Row, lines_of, open_lines, parse_row
from moderation.scoring.weights import BadWeights

BATCH_LINES = 512
SPAM_FROM = 0.5


class Command(BaseCommand):
    help = "Score comments: JSON lines in, JSON lines out, in the same order."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help=".jsonl or .jsonl.gz; standard input without it"
        )

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        try:
            bad = self.score_all(Classifier.load(), file)
        except (BadFile, BadWeights) as error:
            raise CommandError(str(error)) from error
        if bad:
            raise CommandError(
                f"{file or 'standard input'}: {bad} of the lines could not be scored"
            )

    def score_all(self, classifier: Classifier, file: Path | None) -> int:
        """Answer every line; return how many of them were bad."""
        bad = 0
        with open_lines(file) if file else sys.stdin.buffer as lines:
            for batch in batches(enumerate(lines_of(lines, file or "standard input"), 1)):
                for answer in answers(classifier, batch):
                    bad += "error" in answer
                    # Plain ASCII: half a surrogate pair in the input would be no UTF-8.
                    self.stdout.write(json.dumps(answer))
                self.stdout.flush()
                self.show_progress(batch[-1][0])
        self.show_progress(None)
        return bad

    def show_progress(self, lines: int | None) -> None:
        """Count the lines on a terminal, unless the answers themselves appear there."""
        if self.stderr.isatty() and not self.stdout.isatty():
            shown = "\n" if lines is None else f"\r{lines} lines"
            self.stderr.write(shown, str, ending="")
            self.stderr.flush()


def batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH_LINES)):
        yield batch


def answers(classifier: Classifier, batch: list[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    """Yield one answer per line, in order."""
    parsed = [(number, parse(line)) for number, line in batch]
    rows = [row for _, row in parsed if isinstance(row, Row)]
    scores = iter(classifier.score_batch([row.evidence for row in rows]))
    for number, row in parsed:
        if isinstance(row, Row):
            yield as_answer(row, next(scores))
        else:
            yield {"line": number, "error": str(row)}


def parse(line: bytes) -> Row | BadRow:
    try:
        return parse_row(line)
    except BadRow as error:
        return error


def as_answer(row: Row, score: Score) -> dict[str, Any]:
    return {
        "id": row.id,
        "score": score.value,
        "label": "spam" if score.value >= SPAM_FROM else "ham",
        "reasons": [
            {
                "feature": reason.feature,
                "text": reason.text,
                "weight": round(reason.weight, 4),
                "span": reason.span,
            }
            for reason in score.reasons
        ],
    }
