"""Erasure: change a comment's words afterwards, or forget them for good.

Both are on the record. An erased comment leaves a row without words and addresses: its
replies keep their place, its history stays, and a request that made it once does not make
it again.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from moderation.models import Action, Comment, Decision, Likeness
from moderation.models.actor import Actor
from moderation.scoring.doubt import UNSCORED
from moderation.scoring.weights import BadWeights
from moderation.services.judging import classifier, judge
from moderation.services.nudge import LEARN_WAITING, nudge
from moderation.services.outbox import note_erased
from moderation.services.repeats import is_proven
from moderation.services.review import (
    Conflict,
    Outcome,
    decision_row,
    locked_comments,
    standing_decisions,
)
from moderation.services.training import forget_comments
from moderation.services.triage import reason_body
from moderation.services.validation import (
    BODY_LENGTH,
    NAME_LENGTH,
    InvalidSubmission,
    line,
    required,
    text,
)
from moderation.status import Status

# What an owner may change, and the validator's rule for it.
RULES = {"author_name": required(line(NAME_LENGTH)), "body": required(text(BODY_LENGTH))}
# Reasons quote the words they are about. Without its lease, a worker that has read the old
# words stores nothing.
UNSAID: dict[str, Any] = {
    "reasons": [],
    "campaign": None,
    "lease_until": None,
    "lease_token": None,
}
# What is worked out of the new words.
ANEW = ["score", "doubt", "scored_at", "classifier", "rule_set", "reasons", "language"]
# The external id and a proven nonce stay: they name a request, and recognise it.
ERASED = {
    **UNSAID,
    "author_name": "",
    "author_url": "",
    "body": "",
    "email_sealed": None,
    "email_fingerprint": None,
    "ip_prefix": "",
    "ip_hash": None,
    "user_agent": "",
    "referrer": "",
    "seconds_on_page": None,
    "trap_filled": False,
    "request_digest": b"",
}


@transaction.atomic
def redact(
    comment_id: UUID, words: Mapping[str, str], *, seen_version: int, actor: Actor
) -> Outcome:
    """Replace the name or the body of a comment, if it is still as it was seen.

    It is scored anew; where it stands is people's to say. Raises InvalidSubmission naming the
    bad fields; an empty outcome means that the actor sees no such comment.
    """
    kept = validated_words(words)
    for comment in locked_comments([comment_id], actor):
        if comment.version != seen_version:
            standing = standing_decisions([comment]).get(comment.pk)
            return Outcome(conflicts=[Conflict(comment, standing)])
        row = changed(comment, Action.REDACT, actor)
        forget_likeness([comment.pk])
        Comment.objects.filter(pk=comment.pk).update(**UNSAID, **kept, version=row.version)
        row.save(force_insert=True)
        teach_anew(comment)
        if comment.scored_at:
            score_anew(comment.pk)
        return Outcome(decisions=[row])
    return Outcome()


def score_anew(comment_id: UUID) -> None:
    """Store what the machine makes of the words as they are now.

    A machine that fails keeps nobody from taking words away: there is no score then.
    """
    comment = Comment.objects.select_related("site", "article").get(pk=comment_id)
    comment.score, comment.doubt, comment.scored_at = None, UNSCORED, timezone.now()
    with suppress(OSError, BadWeights):
        judging = judge([comment], classifier(), now=comment.scored_at)
        comment.classifier = judging.classifier
        comment.rule_set = judging.rules[comment.site_id].version
        comment.doubt = judging.doubt_of(comment)
        if judged := judging.judged.get(comment.pk):
            comment.score = judged.score.value
            comment.reasons = [reason_body(reason) for reason in judged.score.reasons]
    comment.save(update_fields=ANEW)


def forget_likeness(ids: Collection[UUID]) -> None:
    """Let no text be found to be like these any more."""
    Likeness.objects.filter(comment__in=ids).delete()


def teach_anew(comment: Comment) -> None:
    """Let what stands teach the new words instead of the old ones."""
    forget_comments([comment.pk])
    if standing := standing_decisions([comment]).get(comment.pk):
        Decision.objects.filter(pk=standing.pk).update(learned_at=None)
        nudge(LEARN_WAITING)


def validated_words(words: Mapping[str, str]) -> dict[str, str]:
    kept, fields = {}, {}
    for name, value in words.items():
        try:
            kept[name] = RULES[name](value)
        except ValueError as error:
            fields[name] = str(error)
    if fields:
        raise InvalidSubmission(fields)
    return kept


@transaction.atomic
def erase(ids: Collection[UUID], *, actor: Actor) -> list[Decision]:
    """Forget the words and addresses of these comments for good; return the lines of the log.

    Whatever else was made of the words has to go here, in this transaction. The number of
    statements does not depend on how many they are.
    """
    locked = locked_comments(ids, actor)
    rows = [changed(comment, Action.ERASE, actor) for comment in locked]
    gone = Comment.objects.filter(pk__in=[comment.pk for comment in locked])
    gone.update(**ERASED, erased_at=timezone.now(), version=F("version") + 1)
    # Made of the words and the client; whoever sends them again sends another comment.
    likely = [comment.pk for comment in locked if not is_proven(comment)]
    Comment.objects.filter(pk__in=likely).update(nonce=None)
    Decision.objects.bulk_create(rows)
    forget_likeness([comment.pk for comment in locked])
    forget_comments([comment.pk for comment in locked])
    note_erased(locked, actor=actor)
    return rows


def changed(comment: Comment, action: Action, actor: Actor) -> Decision:
    """Build the line that tells of a change which leaves the status as it is."""
    row = decision_row(comment, Status(comment.status), "", actor)
    row.action, row.version = action, comment.version + 1
    return row
