"""Exports: every comment of a site as lines that can be imported again elsewhere."""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from moderation import privacy
from moderation.importers.native import PERSON, header
from moderation.models import ActorKind, Comment, Decision, Disclosure, Site
from moderation.services.review import standing_decisions
from moderation.status import Status
from moderation.submission import Source

logger = logging.getLogger(__name__)

CHUNK_ROWS = 500


def disclose_addresses(site: Site, *, actor_name: str) -> None:
    """Put on the record that somebody takes the addresses out, before the first one leaves."""
    Disclosure.objects.create(site=site, actor_name=actor_name)
    logger.warning("e-mail addresses are exported", extra={"site": str(site.pk)})


def export_lines(site: Site, *, with_emails: bool = False) -> Iterator[str]:
    """Yield JSON lines: a header, and the comments by date and id, in constant memory.

    Call disclose_addresses first where addresses are asked for. Two sites that hold the
    same comments give the same lines.
    """
    yield line_of(header(with_emails=with_emails))
    for ids in chunks(ordered_ids(site)):
        rows = Comment.objects.filter(pk__in=ids).select_related("article", "parent", "site")
        by_id = {comment.pk: comment for comment in rows}
        comments = [by_id[pk] for pk in ids if pk in by_id]
        standing = standing_decisions(comments)
        for comment in comments:
            yield line_of(body_of(comment, standing.get(comment.pk), with_emails=with_emails))


def ordered_ids(site: Site) -> Iterator[UUID]:
    """Yield the ids by date; of one moment by id, which an import keeps in the file's order.

    What blogs only asked about is theirs, and would become public elsewhere.
    """
    rows = Comment.objects.filter(site=site, erased_at=None).exclude(source=Source.AKISMET)
    rows = rows.order_by("posted_at", "pk")
    with transaction.atomic():  # a cursor on the server lives as long as its transaction
        yield from rows.values_list("pk", flat=True).iterator(CHUNK_ROWS)


def chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        yield chunk


def body_of(comment: Comment, decision: Decision | None, *, with_emails: bool) -> dict[str, Any]:
    """Return what is told of a comment; nothing in it was made by this installation but ids."""
    author = {"name": comment.author_name, "url": comment.author_url}
    if with_emails:
        author["email"] = address_of(comment)
    article = {"url": comment.article.url, "title": comment.article.title}
    if comment.article.closed_at:
        article["closed_at"] = iso(comment.article.closed_at)
    return {
        "id": name_of(comment),
        "parent": name_of(comment.parent) if comment.parent else None,
        "article": article,
        "author": author,
        "body": comment.body,
        "posted_at": iso(comment.posted_at),
        "status": comment.status,
        "decision": decision_body(comment, decision),
    }


def name_of(comment: Comment) -> str:
    """Return the id that goes with a comment wherever it goes."""
    return comment.external_id or str(comment.pk)


def address_of(comment: Comment) -> str:
    try:
        return comment.open_email()
    except privacy.Unreadable:
        logger.error("a sealed address does not open", extra={"comment": str(comment.pk)})
        return ""


def decision_body(comment: Comment, decision: Decision | None) -> dict[str, str] | None:
    """Return why and when the status was given, and whether by somebody or by the policy."""
    if decision is None or comment.status == Status.PENDING:
        return None
    is_policy = decision.actor_kind == ActorKind.POLICY
    return {
        "by": ActorKind.POLICY.value if is_policy else PERSON,
        "reason": decision.reason,
        "decided_at": iso(decision.decided_at),
    }


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line_of(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
