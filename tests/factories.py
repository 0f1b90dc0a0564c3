"""Plain functions that make rows; their keyword arguments are the point of a test."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from moderation.models import (
    Article,
    Comment,
    Decision,
    Delivery,
    Event,
    Membership,
    Role,
    Rule,
    Site,
    Webhook,
)
from moderation.models.actor import POLICY, Actor
from moderation.scoring.doubt import UNSCORED, place_of
from moderation.services import block_lists, rules, triage
from moderation.services.access import user_actor
from moderation.services.addresses import seal_email
from moderation.services.outbox import delivery_row, happening, note_created
from moderation.services.review import Choice, decide
from moderation.services.rule_checks import Draft
from moderation.services.sites import create_site
from moderation.services.webhooks import create_webhook, refresh_wanted
from moderation.status import Status
from moderation.submission import Source

numbers = count(1)


def make_site(*, url: str | None = None, **fields: Any) -> Site:
    """A site that holds nothing unless told so; its policy is the default one otherwise."""
    site = create_site(f"Site {next(numbers)}", url or "https://blog.example").site
    for name, value in fields.items():
        setattr(site, name, value)
    site.save()
    return site


def make_user(name: str, *sites: Site, role: str = Role.MODERATOR) -> User:
    user = User.objects.create_user(name, password="correct horse battery")
    for site in sites:
        Membership.objects.create(site=site, user=user, role=role)
    return user


def make_article(site: Site, *, path: str = "/post/", **fields: Any) -> Article:
    article, _made = Article.objects.get_or_create(
        site=site, url=f"{site.origins[0]}{path}", defaults={"title": "A post", **fields}
    )
    return article


def make_comment(
    site: Site, *, article: Article | None = None, email: str = "", **fields: Any
) -> Comment:
    """A comment that nobody has looked at yet."""
    comment = Comment(
        site=site,
        article=article or make_article(site),
        **{
            "author_name": f"Visitor {next(numbers)}",
            "body": "A fine article, thank you.",
            "source": Source.API,
            "request_digest": b"",
            **fields,
        },
    )
    seal_email(comment, email)
    comment.save(force_insert=True)
    return comment


def make_scored_comment(site: Site, *, score: float | None = 0.5, **fields: Any) -> Comment:
    """A comment that the machine has looked at and left to people."""
    now = timezone.now()
    came_at = fields.get("created_at", now)
    doubt = UNSCORED if score is None else place_of(score, site.policy, came_at=came_at, told=0.0)
    seen = {"score": score, "doubt": doubt, "scored_at": now, "classifier": "test"}
    return make_comment(site, **{**seen, **fields})


def make_judged_comment(site: Site, **fields: Any) -> Comment:
    """A comment that a worker has looked at."""
    comment = make_comment(site, **fields)
    while triage.score_waiting():
        pass
    comment.refresh_from_db()
    return comment


def decide_as(user: User, comment: Comment, status: Status) -> Decision:
    """Let somebody decide one comment."""
    choice = Choice(comment_id=comment.pk, status=status)
    return decide([choice], actor=user_actor(user)).decisions[0]


def actor_of(user: User) -> Actor:
    return user_actor(user)


def make_webhook(site: Site, *, events: Sequence[str] = tuple(Event), **fields: Any) -> Webhook:
    """A webhook that has proved itself, unless told otherwise."""
    webhook = create_webhook(site, url="https://hooks.example/", events=events).webhook
    Delivery.objects.to(webhook).delete()
    for name, value in {"state": Webhook.State.ACTIVE, **fields}.items():
        setattr(webhook, name, value)
    webhook.save()
    refresh_wanted([site.pk])
    return webhook


def note_some(site: Site, count: int, webhook: Webhook | None = None) -> list[Delivery]:
    """Deliveries of new comments that wait: to one webhook, or to every active one."""
    for _ in range(count):
        comment = make_comment(site)
        if webhook is None:
            note_created(comment)
        else:
            one = happening(comment, Event.CREATED, 1)
            Delivery.objects.bulk_create([delivery_row(one, webhook.pk)])
    return list(Delivery.objects.filter(site=site).order_by("id"))


def make_rule(site: Site, pattern: str = "casino", **fields: Any) -> Rule:
    """A rule that calls a word spam unless told otherwise."""
    draft = Draft(
        **{"name": f"Rule {next(numbers)}", "kind": "word", "action": "spam", **fields},
        pattern=pattern,
    )
    return rules.make_rule(site, draft, actor=POLICY)


def keep_list(site: Site, *lines: str) -> Site:
    """Give a site a block list, and return it as whoever reads it then sees it."""
    block_lists.keep_block_list(site, lines, actor=POLICY)
    site.refresh_from_db()
    return site
