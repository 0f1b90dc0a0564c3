"""Bulk intake: many submissions with one call, in one transaction and few statements."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from moderation.models import Article, Comment, Site
from moderation.services.intake import (
    Accepted,
    comment_row,
    is_named,
    no_such_parent,
    refuse_closed_page,
    refuse_foreign_page,
    repeated,
)
from moderation.services.nudge import SCORE_WAITING, nudge
from moderation.services.repeats import REPEAT_WINDOW, SameKeyOtherBody, WasErased
from moderation.services.validation import InvalidSubmission, validated
from moderation.submission import Submission

MAX_SUBMISSIONS = 500

Refused = InvalidSubmission | SameKeyOtherBody | WasErased
T = TypeVar("T")


@transaction.atomic
def accept_many(site: Site, submissions: Sequence[Submission]) -> list[Accepted | Refused]:
    """Store what can be accepted; return what came of each submission, in their order.

    The rules are those of intake.accept. Of two submissions that are one the first counts.
    The number of statements does not depend on how many they are.
    """
    known = [tried(partial(own_page, site, one)) for one in submissions]
    good = [one for one in known if isinstance(one, Submission)]
    articles, parents = articles_of(site, good), parents_of(site, good)
    drafts = [
        tried(partial(draft, site, one, articles, parents)) if isinstance(one, Submission) else one
        for one in known
    ]
    holders = store(site, [row for row in drafts if isinstance(row, Comment)])
    nudge(SCORE_WAITING)
    return [
        tried(partial(told, row, holders, one)) if isinstance(row, Comment) else row
        for row, one in zip(drafts, submissions, strict=True)
    ]


def tried(step: Callable[[], T]) -> T | Refused:
    """Return what a step returns, or the refusal that it raises."""
    try:
        return step()
    except (InvalidSubmission, SameKeyOtherBody, WasErased) as refused:
        return refused


def own_page(site: Site, submission: Submission) -> Submission:
    normal = validated(submission)
    refuse_foreign_page(site, normal)
    return normal


def articles_of(site: Site, submissions: Sequence[Submission]) -> dict[str, Article]:
    """Return the articles by their URLs; new ones are made, and those without a title named."""
    titles: dict[str, str] = {}
    for one in submissions:
        titles[one.article_url] = titles.get(one.article_url) or one.article_title
    fresh = [Article(site=site, url=url, title=title) for url, title in sorted(titles.items())]
    Article.objects.bulk_create(fresh, ignore_conflicts=True)
    articles = {article.url: article for article in site.articles.filter(url__in=titles)}
    unnamed = [row for url, row in articles.items() if not row.title and titles[url]]
    for article in unnamed:
        article.title = titles[article.url]
    Article.objects.bulk_update(unnamed, ["title"])
    return articles


def parents_of(site: Site, submissions: Sequence[Submission]) -> dict[UUID, Comment]:
    named = {one.parent for one in submissions if one.parent}
    return Comment.objects.published().filter(site=site).in_bulk(named)


def draft(
    site: Site,
    submission: Submission,
    articles: Mapping[str, Article],
    parents: Mapping[UUID, Comment],
) -> Comment:
    """Build the row of a submission; raise InvalidSubmission for a closed page or no parent."""
    article = articles[submission.article_url]
    refuse_closed_page(site, article)
    parent = parents.get(submission.parent) if submission.parent else None
    if submission.parent and (parent is None or parent.article_id != article.pk):
        raise no_such_parent()
    return comment_row(site, submission, article, parent)


def store(site: Site, rows: Sequence[Comment]) -> dict[bytes | str, Comment]:
    """Insert what is new; return for each nonce and external id the comment that holds it."""
    named = Q(nonce__in=[row.nonce for row in rows])
    likely = Q(nonce__in=[row.nonce for row in rows if not is_named(row)])
    over = Q(created_at__lte=timezone.now() - REPEAT_WINDOW)
    Comment.objects.filter(likely & over, site=site).update(nonce=None)
    # In one order, so that no two batches wait for each other.
    ordered = sorted(rows, key=lambda row: row.external_id or bytes(row.nonce or b"").hex())
    Comment.objects.bulk_create(ordered, ignore_conflicts=True)
    named |= Q(external_id__in=[row.external_id for row in rows if row.external_id])
    found = Comment.objects.filter(named, site=site).select_related("article")
    holders: dict[bytes | str, Comment] = {}
    for comment in found:
        holders[bytes(comment.nonce or b"")] = comment
        holders[comment.external_id or ""] = comment
    return holders


def told(row: Comment, holders: Mapping[bytes | str, Comment], submission: Submission) -> Accepted:
    """Say what became of a row: stored, or the repeat of an earlier one."""
    holder = holders.get(row.external_id or "") if row.external_id else None
    holder = holder or holders[bytes(row.nonce or b"")]
    if holder.pk == row.pk:
        return Accepted(row, is_new=True, is_senders_own=True)
    return repeated(row, holder, submission)
