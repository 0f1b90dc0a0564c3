"""Endpoints: what webhooks are sent, and what is made of their answers."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from moderation.channels.base import DeliveryFailed, Message, Receipt
from moderation.channels.webhook import CHALLENGE, Endpoint
from moderation.models import Delivery, Webhook
from moderation.privacy import Unreadable
from moderation.services.webhooks import disable, refresh_wanted

logger = logging.getLogger(__name__)

# An endpoint that has taken nothing for so long is disabled.
PATIENCE = timedelta(days=5)


def targets_of(rows: Sequence[Delivery]) -> dict[UUID, tuple[Message, Any]]:
    """Return message and endpoint of each row whose webhook may be told."""
    webhooks = Webhook.objects.select_related("site").in_bulk([row.target for row in rows])
    endpoints = {pk: endpoint_of(webhook) for pk, webhook in webhooks.items()}
    return {
        row.pk: (message_of(row), endpoint)
        for row in rows
        if (endpoint := endpoints.get(row.target)) and may_go(row, webhooks[row.target])
    }


def may_go(row: Delivery, webhook: Webhook) -> bool:
    """Tell whether a webhook gets this: before it proved itself, the challenge alone."""
    if webhook.state == Webhook.State.UNVERIFIED:
        return row.event == CHALLENGE
    return webhook.state == Webhook.State.ACTIVE


def endpoint_of(webhook: Webhook) -> Endpoint | None:
    try:
        return Endpoint(webhook.url, webhook.secrets())
    except Unreadable:
        logger.error("a webhook's secret does not open", extra={"site": str(webhook.site_id)})
        return None


def message_of(row: Delivery) -> Message:
    """Return what is told: which comment, and how it stood; never who wrote what."""
    content = row.content
    if row.comment is not None:
        article = {"id": str(row.comment.article_id), "url": row.comment.article.url}
        content = {
            "id": str(row.comment_id),
            "site": str(row.site_id),
            "article": article,
            "sequence": row.sequence,
            **row.content,
        }
    return Message(row.pk, row.event, row.created_at, content)


def note(results: Sequence[tuple[Delivery, Receipt | DeliveryFailed]]) -> None:
    """Learn from the answers: who proved itself, who fails, who wants no more."""
    took = {row.target for row, outcome in results if isinstance(outcome, Receipt)}
    gone = {row.target for row, outcome in results if getattr(outcome, "permanent", False)}
    failed = {row.target for row, _outcome in results} - took
    now = timezone.now()
    Webhook.objects.filter(pk__in=took).exclude(failing_since=None).update(failing_since=None)
    Webhook.objects.filter(pk__in=failed, failing_since=None).update(failing_since=now)
    welcome({row.target for row, outcome in results if row.event == CHALLENGE} & took)
    disable(gone, reason="it answered that it is gone for good (410)")
    silent = Webhook.objects.filter(pk__in=failed, failing_since__lte=now - PATIENCE)
    disable(silent.values_list("pk", flat=True), reason="it took nothing for five days")


def welcome(proved: set[UUID]) -> None:
    """Make the webhooks active that echoed their challenge."""
    new = Webhook.objects.filter(pk__in=proved, state=Webhook.State.UNVERIFIED)
    sites = set(new.values_list("site_id", flat=True))
    if sites:
        new.update(state=Webhook.State.ACTIVE)
        refresh_wanted(sites)
