"""Review: decide and take back. The only code that sets the status of a comment.

Set-based: one comment or ten thousand are decided in the same number of statements. A
decision names the version that its maker saw; whoever was slower is told, never overruled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from uuid_utils.compat import uuid7

from moderation.models import Action, Batch, Comment, Decision
from moderation.models.actor import CAMPAIGN, Actor
from moderation.models.standings import (
    Judgement,
    MachineDecision,
    Standing,
    write_decisions,
    write_judgements,
    write_standings,
)
from moderation.services.nudge import LEARN_WAITING, nudge
from moderation.services.outbox import note_decided, note_settled
from moderation.services.verdicts import note_verdicts
from moderation.status import Status

REASON_LENGTH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The status that somebody wants one comment to have.

    `seen_version` is what they looked at; None means whatever stands. `undoes` is the
    decision that this one takes back, which must be the one that stands. `decided_at` is for
    imports: decisions that were taken elsewhere and before.
    """

    comment_id: UUID
    status: Status
    seen_version: int | None = None
    reason: str = ""
    undoes: Decision | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What the machine saw in one comment, and what the policy makes of it."""

    comment_id: UUID
    seen_version: int
    lease_token: UUID
    status: Status
    reason: str
    score: float | None
    doubt: float
    reasons: list[dict[str, Any]]
    language: str | None = None
    rule_set: str = ""
    # The campaign it belongs to, and the batch of people's decision that it follows.
    campaign: UUID | None = None
    batch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A comment that moved on before it could be decided, and the decision that stands."""

    comment: Comment
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: new decisions, repetitions of one's own, and conflicts."""

    decisions: list[Decision] = field(default_factory=list)
    repeated: list[Decision] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


@transaction.atomic
def decide(choices: Iterable[Choice], *, actor: Actor, batch: Batch | None = None) -> Outcome:
    """Give each comment its status, and log who decided and why.

    A comment that is no longer as it was seen is left alone and reported. Confirming what
    somebody else decided is recorded; repeating one's own decision is not, so that a retry
    is harmless. Comments that the actor cannot see, or that do not exist, are left out.
    """
    wanted = {choice.comment_id: choice for choice in choices}
    locked = locked_comments(wanted, actor)
    standing = standing_decisions(locked)
    outcome, moved = Outcome(), []
    for comment in locked:
        choice, latest = wanted[comment.pk], standing.get(comment.pk)
        if latest is not None and is_repetition(choice, comment, latest, actor):
            outcome.repeated.append(latest)
        elif is_outdated(choice, comment, latest):
            outcome.conflicts.append(Conflict(comment, latest))
        else:
            decision = decision_row(comment, choice.status, choice.reason, actor)
            decision.batch, decision.undoes = batch, choice.undoes
            decision.decided_at = choice.decided_at or decision.decided_at
            outcome.decisions.append(decision)
            moved.append(Standing(comment.pk, choice.status, decision.version))
    write_standings(moved)
    Decision.objects.bulk_create(outcome.decisions)
    note_decided(outcome.decisions)
    note_verdicts(outcome.decisions, locked)
    if outcome.decisions and actor.is_person:
        nudge(LEARN_WAITING)
    return outcome


def locked_comments(wanted: Iterable[UUID], actor: Actor) -> list[Comment]:
    """Lock the rows in the order of their ids, so that no two deciders wait for each other."""
    return list(
        Comment.objects.visible_to(actor.site_ids)
        .filter(pk__in=list(wanted), erased_at=None)
        .select_for_update()
        .order_by("id")
    )


def standing_decisions(comments: Iterable[Comment]) -> dict[UUID, Decision]:
    """Return the decision that stands for each comment.

    A query of its own, after the rows are locked: one that waited for the lock would still
    see what was decided before it began to wait.
    """
    newer = Decision.objects.filter(
        site=OuterRef("site"),
        comment=OuterRef("comment"),
        action=Action.DECIDE,
        id__gt=OuterRef("id"),
    )
    standing = Decision.objects.filter(
        ~Exists(newer),
        site__in={comment.site_id for comment in comments},
        comment__in=[comment.pk for comment in comments],
        action=Action.DECIDE,
    )
    return {decision.comment_id: decision for decision in standing}


def is_outdated(choice: Choice, comment: Comment, latest: Decision | None) -> bool:
    if choice.undoes is not None:
        return latest is None or latest.pk != choice.undoes.pk
    return choice.seen_version is not None and choice.seen_version != comment.version


def is_repetition(choice: Choice, comment: Comment, latest: Decision, actor: Actor) -> bool:
    """Tell whether somebody only says again what they decided last."""
    if choice.status != comment.status or choice.undoes is not None:
        return False
    return (latest.actor_kind, latest.actor_user_id, latest.actor_key_id) == (
        actor.kind,
        actor.user_id,
        actor.key_id,
    )


def decision_row(comment: Comment, status: Status, reason: str, actor: Actor) -> Decision:
    """Build one line of the audit log; only a change of status makes a new version."""
    return Decision(
        site_id=comment.site_id,
        comment_id=comment.pk,
        actor_kind=actor.kind,
        actor_name=actor.name,
        actor_user_id=actor.user_id,
        actor_key_id=actor.key_id,
        from_status=comment.status,
        to_status=status,
        reason=reason[:REASON_LENGTH],
        version=comment.version + (status != comment.status),
    )


@transaction.atomic(savepoint=False)
def settle(
    looks: Sequence[Look],
    *,
    actor: Actor,
    classifier: str,
    now: datetime,
    is_answered: bool = False,
) -> list[Judgement]:
    """Store what the machine saw, and the policy's decisions; return what was stored.

    Only the holder of a comment's lease may: a late worker changes nothing. Where a person
    was quicker, the score is stored and their decision stands. `is_answered`: whoever asked
    waits for this very answer, and is told nothing besides.
    """
    by_id = {look.comment_id: look for look in looks}
    held = (
        Comment.objects.filter(pk__in=list(by_id))
        .only("id", "site_id", "status", "version", "lease_token", "source")
        .select_for_update()
        .order_by("id")
    )
    judged, decisions = [], []
    for comment in held:
        look = by_id[comment.pk]
        if comment.lease_token != look.lease_token:
            continue
        decision = machine_decision(comment, look, actor)
        if decision is not None:
            decisions.append(decision)
        judged.append(judgement_of(comment, look, decision))
    write_judgements(judged, classifier=classifier, now=now)
    write_decisions(decisions, now=now)
    note_settled(judged, decisions, held)
    if not is_answered:
        note_verdicts(decisions, held)
    return judged


def machine_decision(comment: Comment, look: Look, actor: Actor) -> MachineDecision | None:
    """Build the decision of a look, or None where a person was quicker."""
    if comment.version != look.seen_version or comment.status != Status.PENDING:
        return None
    by = CAMPAIGN if look.batch_id else actor
    return MachineDecision(
        id=uuid7(),
        site_id=comment.site_id,
        comment_id=comment.pk,
        batch_id=look.batch_id,
        actor_kind=by.kind,
        actor_name=by.name,
        from_status=comment.status,
        to_status=look.status,
        reason=look.reason[:REASON_LENGTH],
        version=comment.version + (look.status != comment.status),
    )


def judgement_of(comment: Comment, look: Look, decision: MachineDecision | None) -> Judgement:
    """Return what to store of a look; without a decision the comment stays where it is."""
    return Judgement(
        id=comment.pk,
        status=decision.to_status if decision else comment.status,
        version=decision.version if decision else comment.version,
        score=look.score,
        doubt=look.doubt,
        reasons=look.reasons,
        language=look.language,
        rule_set=look.rule_set,
        campaign=look.campaign,
    )
