"""Bulk review: many comments with one call, one batch, one undo."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from moderation.models import Batch, Decision
from moderation.models.actor import Actor
from moderation.models.queue import QueueFilter, queue_of
from moderation.services.review import Choice, Conflict, Outcome, decide
from moderation.services.rulings import end_rulings
from moderation.status import Status

MAX_BATCH = 10_000


class TooMany(Exception):
    """More comments match than one call may decide."""


class CountDiffers(Exception):
    """The queue is not as its reader saw it; `found` comments match now."""

    def __init__(self, found: int) -> None:
        super().__init__(f"{found} comments match")
        self.found = found


class AlreadyUndone(Exception):
    """A batch can be undone once."""


@transaction.atomic
def decide_many(
    ids: Collection[UUID],
    *,
    status: Status,
    actor: Actor,
    reason: str = "",
    seen_versions: Mapping[UUID, int] | None = None,
) -> Batch:
    """Give these comments one status; what changed since it was seen is left alone."""
    seen = seen_versions or {}
    choices = [
        Choice(comment_id=pk, status=status, seen_version=seen.get(pk), reason=reason)
        for pk in set(ids)
    ]
    batch = new_batch(actor, status=status, asked=len(choices))
    return close(batch, decide(choices, actor=actor, batch=batch))


def decide_matching(
    wish: QueueFilter, *, expect: int, status: Status, actor: Actor, reason: str = ""
) -> Batch:
    """Decide everything that matches, if it is as many as the asker saw.

    Raises TooMany beyond MAX_BATCH and CountDiffers when the queue has changed.
    """
    rows = queue_of(actor.site_ids, wish).values_list("pk", "version")
    matching = dict(rows.order_by("pk")[: MAX_BATCH + 1])
    if len(matching) > MAX_BATCH:
        raise TooMany(f"more than {MAX_BATCH} comments match")
    if len(matching) != expect:
        raise CountDiffers(len(matching))
    return decide_many(matching, status=status, actor=actor, reason=reason, seen_versions=matching)


@transaction.atomic
def undo_batch(batch: Batch, *, actor: Actor) -> Batch:
    """Give every comment of a batch back the status it had; raise AlreadyUndone the second time.

    Comments about which something newer was decided are left alone and reported.
    """
    end_rulings(batch, actor=actor)
    # A campaign's batch holds more than it changed at first: what arrived later.
    decisions = list(batch.decisions.filter(site__in=actor.site_ids))
    undoing = new_batch(actor, status=None, asked=len(decisions), undoes=batch)
    return close(undoing, take_back(decisions, actor=actor, batch=undoing))


def undo(decision: Decision, *, actor: Actor) -> Outcome:
    """Take one decision back; a conflict means that something newer stands."""
    return take_back([decision], actor=actor)


def take_back(
    decisions: Iterable[Decision], *, actor: Actor, batch: Batch | None = None
) -> Outcome:
    choices = [
        Choice(comment_id=row.comment_id, status=Status(row.from_status), undoes=row)
        for row in decisions
    ]
    return decide(choices, actor=actor, batch=batch)


def new_batch(
    actor: Actor, *, status: Status | None, asked: int, undoes: Batch | None = None
) -> Batch:
    try:
        with transaction.atomic():
            return Batch.objects.create(
                actor_kind=actor.kind,
                actor_name=actor.name,
                status=status,
                asked=asked,
                undoes=undoes,
            )
    except IntegrityError as error:
        raise AlreadyUndone from error


def close(batch: Batch, outcome: Outcome) -> Batch:
    """Write down how a batch went."""
    batch.changed = len(outcome.decisions)
    batch.conflicts = [conflict_line(conflict) for conflict in outcome.conflicts]
    batch.save(update_fields=["changed", "conflicts"])
    return batch


def conflict_line(conflict: Conflict) -> dict[str, str | int | None]:
    return {
        "id": str(conflict.comment.pk),
        "status": conflict.comment.status,
        "version": conflict.comment.version,
        "decision": str(conflict.decision.pk) if conflict.decision else None,
    }
