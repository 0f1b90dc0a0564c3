"""Write every comment of a site to standard output."""

import os
import sys
from getpass import getuser
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation.management.commands.import_comments import site_of
from moderation.management.progress import ProgressBar
from moderation.models import Comment
from moderation.services.exports import disclose_addresses, export_lines


class Command(BaseCommand):
    help = "Export the comments of a site as JSON lines, which import_comments reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", required=True, metavar="ID", help="the site's id")
        parser.add_argument(
            "--with-emails", action="store_true", help="with e-mail addresses; is put on record"
        )

    def handle(self, *args: Any, site: str, with_emails: bool, **options: Any) -> None:
        chosen = site_of(site)
        if with_emails:
            disclose_addresses(chosen, actor_name=f"command line ({who()})")
        total = Comment.objects.filter(site=chosen, erased_at=None).count()
        bar = ProgressBar(self.stderr, "Exporting", total)
        bar.is_shown = bar.is_shown and not self.stdout.isatty()
        try:
            for number, line in enumerate(export_lines(chosen, with_emails=with_emails)):
                self.stdout.write(line, ending="")
                bar(number)
            self.stdout.flush()
        except BrokenPipeError:  # whoever read it has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        finally:
            bar.close()


def who() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container without a list of accounts
        return str(os.getuid())
