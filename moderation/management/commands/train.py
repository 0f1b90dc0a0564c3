"""Build the shipped classifier from labelled comments."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.scoring.catalogues import read_catalogues
from moderation.scoring.phrasebook import read_phrasebook
from moderation.scoring.rows import BadFile, Row, read_for_training
from moderation.scoring.training import train


class Command(BaseCommand):
    help = "Train the classifier; the same files give the same bytes."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="labelled .jsonl or .jsonl.gz")
        parser.add_argument("--out", required=True, type=Path, help="where to write the classifier")
        parser.add_argument(
            "--files-alone",
            action="store_true",
            help="leave out what comes with the program: made-up comments, and harmless sentences"
            " in many languages",
        )

    def handle(
        self, *args: Any, files: list[Path], out: Path, files_alone: bool, **options: Any
    ) -> None:
        if not out.parent.is_dir() or out.is_dir():
            raise CommandError(f"{out}: not a file in an existing folder")
        rows = self.read(files)
        if not files_alone:
            rows += [*read_phrasebook(), *read_catalogues()]
        weights = train(rows, self.show_progress)
        try:
            weights.save(out)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from error
        self.stdout.write(f"{out}: version {weights.version}, from {len(rows)} comments")

    def read(self, files: list[Path]) -> list[Row]:
        try:
            rows = [row for file in files for row in read_for_training(file)]
        except BadFile as error:
            raise CommandError(str(error)) from error
        if len({row.is_spam for row in rows}) < 2:
            raise CommandError(f"{files[0]}: training needs both spam and ham")
        return rows

    def show_progress(self, what: str, done: int, of: int) -> None:
        """Count up on a terminal; say nothing in a pipe."""
        if self.stderr.isatty():
            end = "\n" if done == of else ""
            self.stderr.write(f"\r{what}: {done / of:4.0%} ", str, end)
            self.stderr.flush()
