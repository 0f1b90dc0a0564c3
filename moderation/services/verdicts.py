"""Verdicts: what was decided after a blog had its answer goes back through its callback.

A row of the outbox says what the blog is to hold its comment for. It is written where the
decision is; one that no longer says how the comment stands is dropped when its time comes,
for a newer one follows it, or the blog has said so itself.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from moderation.channels.akismet import VERDICT, BlogPlugin
from moderation.channels.base import DeliveryFailed, Message, Receipt
from moderation.models import Blog, Check, Comment, Decision, Delivery, DeliveryQuerySet, Site
from moderation.models.check import is_spam_for
from moderation.models.standings import MachineDecision
from moderation.privacy import Unreadable
from moderation.services.blogs import BadBlog, blog_url
from moderation.services.nudge import SEND_DELIVERIES, nudge
from moderation.services.webhooks import NotActive, send_again
from moderation.status import Status
from moderation.submission import Source

logger = logging.getLogger(__name__)

CHANNEL = "akismet"
BLOGS_SHOWN = 50
RESULTS = {True: "true", False: "false"}
# A plugin that was answered "not decided yet" keeps the comment back for some minutes, and then
# until somebody visits the blog, for only visits make WordPress look at its clock.
KEPT_BACK = timedelta(hours=1)


def note_verdicts(
    decisions: Iterable[Decision | MachineDecision], comments: Iterable[Comment]
) -> None:
    """Write a row for each blog that holds a comment for something else than was decided.

    What was decided at the blog itself is not told to it. Nothing is asked where no blog's
    comment changed; two statements otherwise, for any number. Call it where the comments
    are locked.
    """
    asked = {comment.pk for comment in comments if comment.source == Source.AKISMET}
    changed = {
        decision.comment_id: decision
        for decision in decisions
        if decision.comment_id in asked and decision.from_status != decision.to_status
    }
    if not changed:
        return
    rows = [row for check in checks_of(changed) if (row := late_verdict(check, changed[check.pk]))]
    if rows:
        Delivery.objects.bulk_create(rows)
        nudge(SEND_DELIVERIES)


def checks_of(changed: Mapping[UUID, Decision | MachineDecision]) -> Iterable[Check]:
    """Return what blogs hold that can be told, and whether they are being told something."""
    told = Delivery.objects.waiting().filter(comment=OuterRef("comment"), channel=CHANNEL)
    return (
        Check.objects.filter(
            site__in={decision.site_id for decision in changed.values()},
            comment__in=list(changed),
            blog__key__revoked_at=None,
        )
        .exclude(blog__callback="")
        .annotate(is_being_told=Exists(told))
        .select_related("blog", "site")
    )


def late_verdict(check: Check, decision: Decision | MachineDecision) -> Delivery | None:
    """Return what is to be told, if anything.

    While something is on its way nobody knows what the blog holds, so it is told anew.
    """
    if decision.actor_key_id == check.blog.key_id:
        return None
    is_spam = is_spam_for(check.site, decision.to_status)
    # Annotated in checks_of.
    is_known = is_spam == check.held_as_spam and not check.is_being_told  # type: ignore[attr-defined]
    if is_known and not is_kept_back(check, decision):
        return None
    return Delivery(
        site_id=check.site_id,
        channel=CHANNEL,
        target=check.blog_id,
        comment_id=check.pk,
        event=VERDICT,
        sequence=decision.version + 1,
        content={"result": RESULTS[is_spam]},
    )


def is_kept_back(check: Check, decision: Decision | MachineDecision) -> bool:
    """Tell whether the blog may be waiting for this very decision before it publishes."""
    approved = (decision.from_status, decision.to_status) == (Status.PENDING, Status.APPROVED)
    return approved and timezone.now() - check.asked_at < KEPT_BACK


def targets_of(rows: Sequence[Delivery]) -> dict[UUID, tuple[Message, BlogPlugin]]:
    """Return message and plugin of each row that still stands; the others are dropped."""
    blogs = Blog.objects.select_related("site", "key").in_bulk({row.target for row in rows})
    plugins = {pk: plugin_of(blog) for pk, blog in blogs.items()}
    stale = [row.pk for row in rows if row.target in blogs and is_stale(row, blogs[row.target])]
    if stale:
        Delivery.objects.waiting().filter(pk__in=stale).delete()
    return {
        row.pk: (message_of(row), plugin)
        for row in rows
        if row.pk not in stale and (plugin := plugins.get(row.target))
    }


def is_stale(row: Delivery, blog: Blog) -> bool:
    """Tell whether a row says something else than how its comment stands now."""
    assert row.comment  # a verdict is about one, and goes with it
    stands = RESULTS[is_spam_for(blog.site, row.comment.status)]
    return stands != str(row.content["result"])


def plugin_of(blog: Blog) -> BlogPlugin | None:
    """Open a blog's key, if the blog may still be told: it is the site's, and so is the key."""
    if not blog.callback or blog.key.revoked_at:
        return None
    try:
        host = urlsplit(blog_url(blog.site, blog.url)).hostname or ""
        blog.key.site = blog.site  # loaded already
        return BlogPlugin(callback=blog.callback, host=host, key=blog.key.open_sealed())
    except BadBlog:
        return None
    except Unreadable:
        logger.error("a plugin key does not open", extra={"site": str(blog.site_id)})
        return None


def message_of(row: Delivery) -> Message:
    content = {"guid": str(row.comment_id), "result": row.content["result"]}
    return Message(row.pk, row.event, row.created_at, content)


def note(results: Sequence[tuple[Delivery, Receipt | DeliveryFailed]]) -> None:
    """Write down what blogs hold their comments for now."""
    took = [row for row, outcome in results if isinstance(outcome, Receipt)]
    for is_spam, result in RESULTS.items():
        if told := [row.comment_id for row in took if row.content["result"] == result]:
            Check.objects.filter(pk__in=told).update(held_as_spam=is_spam)


def last_told(site: Site) -> list[tuple[Blog, Delivery | None]]:
    """Return the blogs of a site that can be told, each with what it was told last."""
    told = Delivery.objects.filter(site=OuterRef("site"), target=OuterRef("pk")).order_by("-id")
    able = Blog.objects.filter(site=site).exclude(callback="")
    blogs = list(able.annotate(last=told.values("pk")[:1]).order_by("url", "pk")[:BLOGS_SHOWN])
    found = Delivery.objects.in_bulk([blog.last for blog in blogs if blog.last])
    return [(blog, found.get(blog.last)) for blog in blogs]


def told(blog: Blog) -> DeliveryQuerySet:
    """Return what a blog was told, or will be."""
    return Delivery.objects.filter(site=blog.site_id, channel=CHANNEL, target=blog.pk)


@transaction.atomic
def tell_again(delivery: Delivery, blog: Blog) -> None:
    """Tell a blog something again; raise NotActive or StillWaiting.

    If the comment stands otherwise by now, it is dropped like any other.
    """
    if plugin_of(blog) is None:
        raise NotActive
    send_again(delivery, told(blog))
