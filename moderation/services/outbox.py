"""The outbox: what happens to comments is written down, with the change itself, for whoever
asked to be told. Sending is another's business: services/deliveries.py.

The number of an event counts a comment's life, not its messages: created 1, scored 2, a
status its version + 1, erased its version + 2. A receiver that sees a lower number than it
knows already can leave the message alone. A status that came before the score keeps the
higher number: it is what stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from moderation.models import ActorKind, Comment, Decision, Delivery, Event, Webhook
from moderation.models.actor import Actor
from moderation.models.standings import Judgement, MachineDecision
from moderation.services.nudge import SEND_DELIVERIES, nudge
from moderation.status import Status
from moderation.submission import Source

CREATED_NUMBER, SCORED_NUMBER = 1, 2
STATUS_EVENTS = {
    Status.APPROVED: Event.APPROVED,
    Status.REJECTED: Event.REJECTED,
    Status.SPAM: Event.SPAM,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something that happened to a comment, and how it stood then."""

    site_id: UUID
    comment_id: UUID
    event: Event
    sequence: int
    status: str
    version: int
    decided_by: str | None = None


def note_created(comment: Comment) -> None:
    """Tell of a comment that was stored."""
    note([happening(comment, Event.CREATED, CREATED_NUMBER)])


def note_erased(comments: Iterable[Comment], *, actor: Actor) -> None:
    """Tell of comments that are being erased."""
    note([happening(one, Event.ERASED, one.version + 2, decided_by=actor.kind) for one in comments])


def happening(
    comment: Comment, event: Event, sequence: int, decided_by: str | None = None
) -> Happening:
    return Happening(
        site_id=comment.site_id,
        comment_id=comment.pk,
        event=event,
        sequence=sequence,
        status=comment.status,
        version=comment.version,
        decided_by=decided_by,
    )


def note_decided(decisions: Iterable[Decision]) -> None:
    """Tell of decisions that changed a status; what an import brings is told to nobody.

    The policy decides where comments are settled: here it only repeats what a file says of it.
    """
    brought = {ActorKind.IMPORT, ActorKind.POLICY}
    note(changes(one for one in decisions if one.actor_kind not in brought))


def note_settled(
    judged: Iterable[Judgement],
    decisions: Iterable[MachineDecision],
    comments: Iterable[Comment],
) -> None:
    """Tell of comments that were scored, and of what the policy decided about them.

    Of what an import brought nobody is told.
    """
    sites = {row.pk: row.site_id for row in comments if row.source != Source.IMPORT}
    scored = [
        Happening(
            site_id=sites[row.id],
            comment_id=row.id,
            event=Event.SCORED,
            sequence=SCORED_NUMBER,
            status=row.status,
            version=row.version,
        )
        for row in judged
        if row.id in sites
    ]
    note([*scored, *changes(one for one in decisions if one.comment_id in sites)])


def changes(decisions: Iterable[Decision | MachineDecision]) -> list[Happening]:
    return [
        Happening(
            site_id=decision.site_id,
            comment_id=decision.comment_id,
            event=STATUS_EVENTS[Status(decision.to_status)],
            sequence=decision.version + 1,
            status=decision.to_status,
            version=decision.version,
            decided_by=decision.actor_kind,
        )
        for decision in decisions
        if decision.from_status != decision.to_status and decision.to_status in STATUS_EVENTS
    ]


def note(happenings: Sequence[Happening]) -> None:
    """Write a row for each webhook that wants to know; call it where the change is written.

    One query where nobody listens, two statements where somebody does, for any number.
    """
    if not happenings:
        return
    listeners = listeners_of({one.site_id for one in happenings})
    rows = [
        delivery_row(one, target)
        for one in happenings
        for target in listeners.get((one.site_id, one.event), ())
    ]
    if rows:
        Delivery.objects.bulk_create(rows)
        nudge(SEND_DELIVERIES)


def listeners_of(site_ids: Iterable[UUID]) -> dict[tuple[UUID, str], list[UUID]]:
    """Return the active webhooks by site and event."""
    active = Webhook.objects.filter(site__in=list(site_ids), state=Webhook.State.ACTIVE)
    found: dict[tuple[UUID, str], list[UUID]] = {}
    for site_id, target, events in active.values_list("site_id", "pk", "events"):
        for event in events:
            found.setdefault((site_id, event), []).append(target)
    return found


def delivery_row(one: Happening, target: UUID) -> Delivery:
    return Delivery(
        site_id=one.site_id,
        target=target,
        comment_id=one.comment_id,
        event=one.event,
        sequence=one.sequence,
        content={"status": one.status, "version": one.version, "decided_by": one.decided_by},
    )
