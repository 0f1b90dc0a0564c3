"""Rows of an import: from what a file says to rows that stand, a batch at a time."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from moderation.canonical import origin_of
from moderation.importers.base import Imported
from moderation.limits import readable_ip
from moderation.models import ActorKind, Article, Comment, Site
from moderation.models.actor import POLICY, Actor
from moderation.services.addresses import seal_email, trace_client
from moderation.services.repeats import request_digest
from moderation.services.review import Choice, decide
from moderation.services.validation import FOREIGN, InvalidSubmission, validated
from moderation.status import Status
from moderation.submission import Client, Source, Submission

IMPORTED = {"feature": "imported", "text": "imported", "weight": 0.0, "span": None}
STANDING_FIELDS = ("external_id", "article__url", "posted_at", "request_digest", "parent")
# A comment is worth more than these of its fields: a bad one is left out.
DISPENSABLE = {
    "email": "author_email",
    "website": "author_url",
    "article_title": "article_title",
}


class Unfit(Exception):
    """A row cannot be taken over; the message says why, without its words."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A row in its normal form."""

    row: Imported
    number: int
    submission: Submission
    posted_at: datetime
    digest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands under an external id."""

    article_url: str
    posted_at: datetime
    digest: bytes
    id: UUID | None = None
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    articles: int
    added: list[Ready]
    known: dict[str, Stored]
    unlinked: int  # replies whose parent does not stand yet


def ready(
    site: Site, row: Imported, number: int, mapping: Mapping[str, str]
) -> tuple[Ready, list[str]]:
    """Return the row in its normal form and what had to be left out of it; raise Unfit."""
    submission = Submission(
        article_url=page_of(site, row.article_url, mapping),
        article_title=row.article_title,
        author_name=row.author_name,
        author_email=row.author_email,
        author_url=row.author_url,
        body=row.body,
        external_id=row.external_id,
        source=Source.IMPORT,
        client=client_of(row),
    )
    submission, left_out = normal(submission)
    origin = origin_of(submission.article_url)
    if origin not in site.origins:
        raise Unfit(f"its page lies at {origin}, outside this site, and no rule moves it")
    posted_at = row.posted_at or timezone.now()
    return Ready(row, number, submission, posted_at, request_digest(site, submission)), left_out


def normal(submission: Submission) -> tuple[Submission, list[str]]:
    """Validate as every door does, without the fields that a comment can do without."""
    try:
        return validated(submission, FOREIGN), []
    except InvalidSubmission as error:
        fatal = {name: why for name, why in error.fields.items() if name not in DISPENSABLE}
        if fatal:
            causes = (f"{name} {why}" for name, why in sorted(fatal.items()))
            raise Unfit("; ".join(causes)) from error
        empty: dict[str, Any] = {DISPENSABLE[name]: "" for name in error.fields}
        kept = validated(replace(submission, **empty), FOREIGN)
        return kept, [f"{name} {why}; left out" for name, why in sorted(error.fields.items())]


def page_of(site: Site, url: str, mapping: Mapping[str, str]) -> str:
    """Return where a page lies now: by the rules first, then by the site's own address."""
    for old, new in mapping.items():
        if url.startswith(old):
            url = new + url.removeprefix(old)
            break
    return site.origins[0] + url if url.startswith("/") else url


def client_of(row: Imported) -> Client:
    return Client(ip=readable_ip(row.ip), user_agent=row.user_agent)


def standing(site: Site, ids: Iterable[str]) -> dict[str, Stored]:
    """Return what stands under these external ids; an export names the others by their own."""
    wanted = set(ids)
    own = [found for found in map(own_id, wanted) if found]
    rows = Comment.objects.filter(Q(external_id__in=wanted) | Q(pk__in=own), site=site)
    found: dict[str, Stored] = {}
    for row in rows.select_related("article").only(*STANDING_FIELDS):
        stored = Stored(
            row.article.url, row.posted_at, bytes(row.request_digest), row.pk, row.parent_id
        )
        found |= {name: stored for name in (str(row.pk), row.external_id) if name in wanted}
    return found


def own_id(external_id: str) -> UUID | None:
    try:
        found = UUID(external_id)
    except ValueError:
        return None
    return found if str(found) == external_id else None


@transaction.atomic
def write(site: Site, batch: Sequence[Ready]) -> Written:
    """Store what is new of a batch, with its articles, its threads and its decisions.

    Raises IntegrityError when another run stores the same rows at the same time.
    """
    names = [item.row.external_id for item in batch]
    stored = standing(site, [*names, *(item.row.parent for item in batch if item.row.parent)])
    added = first_of_each(item for item in batch if item.row.external_id not in stored)
    articles, made = articles_of(site, added)
    comments = []
    for item in added:
        parent = stored.get(item.row.parent)
        child = stored_of(item)
        parent_id = parent.id if parent is not None and fits(parent, child) else None
        comment = comment_of(site, articles[child.article_url], parent_id, item)
        comments.append(comment)
        stored[item.row.external_id] = replace(child, id=comment.pk, parent_id=parent_id)
    Comment.objects.bulk_create(comments)
    decide_as_before(site, zip(comments, added, strict=True))
    known = {name: stored[name] for name in names}
    return Written(made, added, known, sum(is_unlinked(item, known) for item in batch))


def first_of_each(items: Iterable[Ready]) -> list[Ready]:
    """Return the rows without those whose id came before."""
    first: dict[str, Ready] = {}
    for item in items:
        first.setdefault(item.row.external_id, item)
    return list(first.values())


def is_unlinked(item: Ready, known: Mapping[str, Stored]) -> bool:
    """Tell whether a stored row should be a reply and is none yet."""
    child = known[item.row.external_id]
    return bool(item.row.parent) and child.parent_id is None and child.digest == item.digest


def stored_of(item: Ready) -> Stored:
    return Stored(item.submission.article_url, item.posted_at, item.digest)


def fits(parent: Stored, child: Stored, *, came_later: bool = False) -> bool:
    """Tell whether this can be the parent: on the same page, and no younger.

    A parent that came later than its child must be older for certain: so no ring of replies
    can come about.
    """
    if parent.article_url != child.article_url:
        return False
    if came_later:
        return parent.posted_at < child.posted_at
    return parent.posted_at <= child.posted_at


def articles_of(site: Site, batch: Sequence[Ready]) -> tuple[dict[str, Article], int]:
    """Return the articles by their URL, and how many of them are new."""
    # In the order of their URLs, so that no two runs wait for each other.
    wanted = {item.submission.article_url: item for item in reversed(batch)}
    found = {row.url: row for row in site.articles.filter(url__in=wanted)}
    fresh = [
        Article(
            site=site,
            url=url,
            title=item.submission.article_title,
            closed_at=item.row.article_closed_at,
        )
        for url, item in sorted(wanted.items())
        if url not in found
    ]
    if fresh:
        Article.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= {row.url: row for row in site.articles.filter(url__in=[a.url for a in fresh])}
    made = {article.pk for article in fresh} & {article.pk for article in found.values()}
    return found, len(made)


def comment_of(site: Site, article: Article, parent_id: UUID | None, item: Ready) -> Comment:
    """Build the row: pending like any other, until the decision that it brings is repeated."""
    now, submission = timezone.now(), item.submission
    comment = Comment(
        id=id_at(item.posted_at, item.number),
        site=site,
        article=article,
        parent_id=parent_id,
        author_name=submission.author_name,
        author_url=submission.author_url,
        body=submission.body,
        source=Source.IMPORT,
        external_id=submission.external_id,
        request_digest=item.digest,
        posted_at=item.posted_at,
        created_at=now,
    )
    if item.row.status != Status.PENDING:  # nothing is left for triage to decide
        comment.scored_at, comment.reasons = now, [IMPORTED]
    seal_email(comment, submission.author_email)
    if item.posted_at > now - timedelta(days=site.retention_days):
        trace_client(comment, submission.client)
    return comment


def id_at(moment: datetime, number: int) -> UUID:
    """Return a UUIDv7 of that time: threads and queues are read in the order of the ids.

    The row's number in its file breaks ties (RFC 9562, 6.2: a dedicated counter), so that
    comments of the same second keep their order.
    """
    milliseconds = max(int(moment.timestamp() * 1000), 0)
    high, low = number >> 14 & 0xFFF, number & 0x3FFF
    variant = 0b10 << 62 | low << 48 | secrets.randbits(48)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | variant)


def decide_as_before(site: Site, pairs: Iterable[tuple[Comment, Ready]]) -> None:
    """Repeat the decisions that the file brings; those of its policy do not become people's."""
    people = Actor(kind=ActorKind.IMPORT, name="import", site_ids=frozenset({site.pk}))
    policy = replace(POLICY, site_ids=frozenset({site.pk}))
    choices: dict[bool, list[Choice]] = {True: [], False: []}
    for comment, item in pairs:
        if item.row.status != Status.PENDING:
            choices[item.row.by_person].append(
                Choice(
                    comment_id=comment.pk,
                    status=item.row.status,
                    reason=item.row.reason,
                    decided_at=item.row.decided_at or item.posted_at,
                )
            )
    for by_person, actor in ((True, people), (False, policy)):
        if choices[by_person]:
            decide(choices[by_person], actor=actor)


@transaction.atomic
def link_replies(site: Site, batch: Sequence[Ready]) -> list[Ready]:
    """Put replies under parents that came after them; return those that stay without one."""
    replies = [item for item in batch if item.row.parent]
    ids = {item.row.external_id for item in replies} | {item.row.parent for item in replies}
    stored = standing(site, ids)
    linked, lost = [], []
    for item in replies:
        if item.row.external_id not in stored or not is_unlinked(item, stored):
            continue
        child, parent = stored[item.row.external_id], stored.get(item.row.parent)
        if parent is not None and fits(parent, child, came_later=True):
            linked.append(Comment(pk=child.id, parent_id=parent.id))
        else:
            lost.append(item)
    Comment.objects.bulk_update(linked, ["parent"])
    return lost
