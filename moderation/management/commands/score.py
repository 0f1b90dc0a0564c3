"""Score comments from a file or a pipe, without a server."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.management.commands.import_comments import site_of
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Score
from moderation.scoring.rows import BadFile, BadRow, Row, lines_of, open_lines, parse_row
from moderation.scoring.weights import BadWeights
from moderation.services.previews import preview_scores

BATCH_LINES = 512
SPAM_FROM = 0.5

Scorer = Callable[[Sequence[Row]], Sequence[Score | None]]


class Command(BaseCommand):
    help = "Score comments: JSON lines in, JSON lines out, in the same order."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help=".jsonl or .jsonl.gz; standard input without it"
        )
        parser.add_argument(
            "--site", metavar="ID", help="with what this site has learnt, and its rules' weights"
        )

    def handle(self, *args: Any, file: Path | None, site: str | None, **options: Any) -> None:
        try:
            bad = self.score_all(scorer_of(site), file)
        except (BadFile, BadWeights) as error:
            raise CommandError(str(error)) from error
        if bad:
            raise CommandError(
                f"{file or 'standard input'}: {bad} of the lines could not be scored"
            )

    def score_all(self, scorer: Scorer, file: Path | None) -> int:
        """Answer every line; return how many of them were bad."""
        bad = 0
        with open_lines(file) if file else sys.stdin.buffer as lines:
            for batch in batches(enumerate(lines_of(lines, file or "standard input"), 1)):
                for answer in answers(scorer, batch):
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


def scorer_of(site: str | None) -> Scorer:
    """Return what scores rows: the shipped classifier alone, or a site with all it knows."""
    if site is not None:
        return partial(preview_scores, site_of(site))
    classifier = Classifier.load()
    return lambda rows: classifier.score_batch([row.evidence for row in rows])


def batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH_LINES)):
        yield batch


def answers(scorer: Scorer, batch: list[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
    """Yield one answer per line, in order."""
    parsed = [(number, parse(line)) for number, line in batch]
    scores = iter(scorer([row for _, row in parsed if isinstance(row, Row)]))
    for number, row in parsed:
        score = next(scores) if isinstance(row, Row) else None
        if isinstance(row, Row) and score:
            yield as_answer(row, score)
        else:
            why = "cannot be scored" if isinstance(row, Row) else str(row)
            yield {"line": number, "error": why}


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
