"""First-run set-up: a moderator account and a demo site with something to review."""

import secrets
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from moderation.models import Comment
from moderation.models.actor import Actor
from moderation.services.access import make_owner, user_actor
from moderation.services.review import Choice, decide
from moderation.services.samples import add_reply, add_samples
from moderation.services.sites import NewSite, create_site
from moderation.status import Status

ACCOUNT = "admin"
PASSWORD_BYTES = 12
DEMO_NAME = "Winnow demo"


class Command(BaseCommand):
    help = "Make the moderator account and the demo site, unless somebody has an account already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="where the web server answers"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        url = options["url"].rstrip("/")
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        admin = User.objects.create_superuser(ACCOUNT, password=password)
        demo = create_site(DEMO_NAME, f"{url}/demo/")
        make_owner(demo.site, admin)
        fill(demo, user_actor(admin))
        self.stdout.write(f"address:  {url}")
        self.stdout.write(f"account:  {ACCOUNT}  password: {password}")
        self.stdout.write(
            f"demo:     {url}/demo/  site: {demo.site.pk}"
            f"  key: {demo.key}  review key: {demo.review_key}"
        )


def fill(demo: NewSite, admin: Actor) -> None:
    """Give the demo site its comments, the welcome ones approved and answered."""
    welcome = add_samples(demo.site)
    approve(welcome, admin)
    approve([add_reply(welcome[1])], admin)


def approve(comments: list[Comment], admin: Actor) -> None:
    decide(
        [Choice(comment_id=comment.pk, status=Status.APPROVED) for comment in comments],
        actor=admin,
    )
