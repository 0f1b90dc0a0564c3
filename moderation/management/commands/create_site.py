"""Make a site and print its keys, once."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.services.access import make_owner
from moderation.services.sites import InvalidSite, NewSite, create_site


class Command(BaseCommand):
    help = "Make a site and print its keys. They are shown once and cannot be read again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what people call the site")
        parser.add_argument("url", help="where it lives, such as https://example.org")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = create_site(options["name"], options["url"])
        except InvalidSite as error:
            raise CommandError(str(error)) from error
        for operator in User.objects.filter(is_superuser=True):
            make_owner(made.site, operator)
        shown = shown_once(made)
        if options["json"]:
            self.stdout.write(json.dumps(shown))
        else:
            self.stdout.write(
                "\n".join(f"{name + ':':<12} {value}" for name, value in shown.items())
            )


def shown_once(made: NewSite) -> dict[str, str]:
    return {
        "id": str(made.site.pk),
        "name": made.site.name,
        "url": made.site.url,
        "key": made.key,
        "plugin_key": made.plugin_key,
        "review_key": made.review_key,
    }
