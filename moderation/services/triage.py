"""Triage: claim waiting comments, gather evidence, score, apply the policy, settle.

The table is the queue. A batch takes a constant number of statements; workers share rows
by leases, so that none waits for another and a dead one's rows come back by themselves.
"""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from moderation.models import Comment
from moderation.models.actor import POLICY
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.language import detect_language
from moderation.scoring.rules import Judged, reach_verdict
from moderation.services.claims import claim, hopeless, release
from moderation.services.evidence import author_history, gather_evidence
from moderation.services.review import Look, settle
from moderation.services.rules import count_hits, rules_of
from moderation.status import Status

logger = logging.getLogger(__name__)

GAVE_UP = "scoring failed three times; a moderator decides"


@cache
def classifier() -> Classifier:
    """Return the shipped classifier, read once per process."""
    return Classifier.load()


def score_waiting() -> int:
    """Judge one batch of waiting comments; return how many were taken, 0 when none waits."""
    judge = classifier()  # before anything is claimed: a missing file is no comment's fault
    give_up()
    comments = claim()
    if comments:
        settle_comments(comments, judge)
    return len(comments)


def settle_comments(comments: Sequence[Comment], judge: Classifier) -> int:
    now, history = timezone.now(), author_history(comments)
    for comment in comments:
        comment.language = detect_language(comment.body) or None
    evidence = {comment.pk: gather_evidence(comment, history) for comment in comments}
    scores = score_each(evidence, judge)
    rules = rules_of({comment.site_id for comment in comments}, now=now)
    judged = {
        comment.pk: reach_verdict(
            evidence[comment.pk],
            scores[comment.pk],
            comment.site.policy,
            rules[comment.site_id],
        )
        for comment in comments
        if comment.pk in scores
    }
    looks = [look_of(c, judged[c.pk], rules[c.site_id].version) for c in comments if c.pk in judged]
    release([comment.pk for comment in comments if comment.pk not in scores])
    stored = settle(looks, actor=POLICY, classifier=judge.version, now=now)
    count_hits((one.rules for one in judged.values()), now=now)
    return stored


def give_up() -> None:
    """Leave to people what could not be scored in three attempts."""
    with transaction.atomic():
        now, token = timezone.now(), uuid4()
        given_up = hopeless(token)
        if not given_up:
            return
        looks = [failed_look(comment, token) for comment in given_up]
        settle(looks, actor=POLICY, classifier="", now=now)
    logger.error("gave up scoring comments", extra={"count": len(given_up)})


def failed_look(comment: Comment, token: UUID) -> Look:
    reason = reason_body(Reason(feature="failure", text=GAVE_UP, weight=0.0))
    return Look(
        comment_id=comment.pk,
        seen_version=comment.version,
        lease_token=token,
        status=Status.PENDING,
        reason=GAVE_UP,
        score=None,
        reasons=[reason],
    )


def score_each(evidence: dict[UUID, Evidence], judge: Classifier) -> dict[UUID, Score]:
    """Score a batch; one comment that cannot be scored is left out and holds nobody up."""
    try:
        return dict(zip(evidence, judge.score_batch(list(evidence.values())), strict=True))
    except Exception:
        return score_one_by_one(evidence, judge)


def score_one_by_one(evidence: dict[UUID, Evidence], judge: Classifier) -> dict[UUID, Score]:
    scores = {}
    for comment_id, seen in evidence.items():
        try:
            scores[comment_id] = judge.score(seen)
        except Exception:  # one comment's failure is that comment's alone
            logger.exception("a comment cannot be scored", extra={"comment": str(comment_id)})
    return scores


def look_of(comment: Comment, judged: Judged, rule_set: str) -> Look:
    assert comment.lease_token  # every claimed comment has one
    return Look(
        comment_id=comment.pk,
        seen_version=comment.version,
        lease_token=comment.lease_token,
        status=judged.verdict.status,
        reason=judged.verdict.reason,
        score=judged.score.value,
        reasons=shown_reasons(judged),
        language=comment.language,
        rule_set=rule_set,
    )


def shown_reasons(judged: Judged) -> list[dict[str, Any]]:
    """The policy's reason first, then the rules', then what the classifier saw."""
    policy = Reason(feature="policy", text=judged.verdict.reason, weight=0.0)
    return [reason_body(reason) for reason in (policy, *judged.score.reasons)]


def reason_body(reason: Reason) -> dict[str, Any]:
    """Return a reason as it is stored and shown."""
    return {
        "feature": reason.feature,
        "text": reason.text,
        "weight": reason.weight,
        "span": reason.span,
    }
