"""Take over the comments of a file from WordPress, Disqus and others."""

import gc
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.importers import IMPORTERS
from moderation.importers.base import BadFile
from moderation.management.progress import ProgressBar
from moderation.models import Site
from moderation.services.import_report import Report
from moderation.services.imports import check, rehearse, take_over

# A row is a few hundred objects that soon go by themselves.
OBJECTS_BETWEEN_SEARCHES = 100_000
# Visitors and moderators go first where cores are few.
POLITENESS = 10


class Command(BaseCommand):
    help = "Import comments from a file. It can be run again: what is known is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", required=True, metavar="ID", help="the site's id")
        parser.add_argument("--format", default="auto", choices=["auto", *IMPORTERS])
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would be done, and change nothing"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="OLD=NEW",
            help="pages whose address begins with OLD now begin with NEW; may be repeated",
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Prepare the process for long work; it has no other."""
        # What is loaded by now stays. Searching it for rubbish again and again takes a third
        # of the time.
        gc.freeze()
        gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
        os.nice(POLITENESS)
        super().run_from_argv(argv)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        site, mapping = site_of(options["site"]), mapping_of(options["map"])
        try:
            report = self.run(site, file, mapping, options["format"], is_dry=options["dry_run"])
        except BadFile as error:
            raise CommandError(f"{file}, line {error.line}: {error}") from error
        self.stdout.write("dry run, nothing was changed" if options["dry_run"] else "imported")
        self.stdout.write("\n".join(report.lines()))

    def run(
        self, site: Site, file: Path, mapping: dict[str, str], name: str, *, is_dry: bool
    ) -> Report:
        bar = ProgressBar(self.stderr, "Reading")
        try:
            importer, total = check(file, name, bar)
            report = Report(format=importer.name)
            bar.close()
            bar = ProgressBar(self.stderr, "Importing", total)
            work = rehearse if is_dry else take_over
            work(site, file, importer, report, mapping=mapping, progress=bar)
        finally:
            bar.close()
        return report


def site_of(text: str) -> Site:
    try:
        return Site.objects.get(pk=UUID(text))
    except (ValueError, Site.DoesNotExist) as error:
        raise CommandError(f"there is no site {text}") from error


def mapping_of(rules: list[str]) -> dict[str, str]:
    mapping = {}
    for rule in rules:
        old, is_rule, new = rule.partition("=")
        if not old or not is_rule:
            raise CommandError(f"--map {rule}: must be OLD=NEW")
        mapping[old] = new
    return mapping
