"""Triage: claim waiting comments, gather evidence, score, apply the policy, settle.

The table is the queue. A batch takes a constant number of statements; workers share rows
by leases, so that none waits for another and a dead one's rows come back by themselves.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from moderation.models import Comment, Ruling
from moderation.models.actor import POLICY
from moderation.models.standings import Judgement
from moderation.scoring.classifier import Classifier
from moderation.scoring.doubt import UNSCORED
from moderation.scoring.evidence import Reason, Score
from moderation.scoring.policy import Verdict, follow_campaign
from moderation.scoring.rules import Judged
from moderation.services.campaigns import gather
from moderation.services.claims import claim, hopeless, release
from moderation.services.judging import Judging, classifier, judge
from moderation.services.review import Look, settle
from moderation.services.rules import count_hits
from moderation.services.rulings import standing_rulings
from moderation.status import Status

logger = logging.getLogger(__name__)

GAVE_UP = "scoring failed three times; a moderator decides"


def score_waiting() -> int:
    """Judge one batch of waiting comments; return how many were taken, 0 when none waits."""
    by = classifier()  # before anything is claimed: a missing file is no comment's fault
    comments = claim()
    if not comments:  # only now: to find what is hopeless, all that waits is looked through
        return give_up()
    settle_comments(comments, by)
    return len(comments)


def judge_now(comment: Comment, forced: Verdict | None = None) -> Judgement | None:
    """Judge one claimed comment in a request; a forced verdict takes the policy's place.

    Returns how it stands, or None if it could not be judged or another has it now.
    """
    stored = settle_comments([comment], classifier(), forced, is_answered=True)
    return stored[0] if stored else None


def settle_comments(
    comments: Sequence[Comment],
    by: Classifier,
    forced: Verdict | None = None,
    *,
    is_answered: bool = False,
) -> list[Judgement]:
    """Judge claimed comments and store what came of each; return what was stored."""
    now = timezone.now()
    judging = judge(comments, by, now=now)
    scored = [comment for comment in comments if comment.pk in judging.judged]
    release([comment.pk for comment in comments if comment.pk not in judging.judged])
    campaigns = gather(scored)
    with transaction.atomic(savepoint=False):  # who called may have begun one
        rulings = {} if forced else standing_rulings(campaigns.values())
        looks = looks_of(scored, judging, campaigns, rulings)
        if forced:
            looks = [replace(look, **asdict(forced)) for look in looks]
        stored = settle(
            looks,
            actor=POLICY,
            classifier=judging.classifier,
            now=now,
            is_answered=is_answered,
        )
    count_hits((one.rules for one in judging.judged.values()), now=now)
    return stored


def give_up() -> int:
    """Leave to people what could not be scored in three attempts; return how many that were."""
    with transaction.atomic():
        now, token = timezone.now(), uuid4()
        given_up = hopeless(token)
        if not given_up:
            return 0
        looks = [failed_look(comment, token) for comment in given_up]
        settle(looks, actor=POLICY, classifier="", now=now)
    logger.error("gave up scoring comments", extra={"count": len(given_up)})
    return len(given_up)


def failed_look(comment: Comment, token: UUID) -> Look:
    reason = reason_body(Reason(feature="failure", text=GAVE_UP, weight=0.0))
    return Look(
        comment_id=comment.pk,
        seen_version=comment.version,
        lease_token=token,
        status=Status.PENDING,
        reason=GAVE_UP,
        score=None,
        doubt=UNSCORED,
        reasons=[reason],
    )


def looks_of(
    comments: Sequence[Comment],
    judging: Judging,
    campaigns: Mapping[UUID, UUID],
    rulings: Mapping[tuple[UUID, UUID], Ruling],
) -> list[Look]:
    """Return what to store of each comment; campaigns by comment, rulings by campaign and site."""
    looks = []
    for comment in comments:
        campaign = campaigns.get(comment.pk)
        ruling = rulings.get((campaign, comment.site_id)) if campaign else None
        looks.append(look_of(comment, judging, campaign, ruling))
    return looks


def look_of(
    comment: Comment, judging: Judging, campaign: UUID | None, ruling: Ruling | None
) -> Look:
    judged = judging.judged[comment.pk]
    followed = followed_ruling(comment, judged, ruling)
    verdict = followed or judged.verdict
    assert comment.lease_token  # every claimed comment has one
    return Look(
        comment_id=comment.pk,
        seen_version=comment.version,
        lease_token=comment.lease_token,
        status=verdict.status,
        reason=verdict.reason,
        score=judged.score.value,
        doubt=judging.doubt_of(comment),
        reasons=shown_reasons(verdict, judged.score),
        language=comment.language,
        rule_set=judging.rules[comment.site_id].version,
        campaign=campaign,
        batch_id=ruling.batch_id if ruling and followed else None,
    )


def followed_ruling(comment: Comment, judged: Judged, ruling: Ruling | None) -> Verdict | None:
    """Return what people's decision about a campaign makes of one more of it, if it counts.

    What the owner's rules say about this very comment weighs more.
    """
    if ruling is None or judged.rules.verdict is not None:
        return None
    return follow_campaign(
        Status(ruling.status), judged.verdict, judged.score.value, comment.site.policy
    )


def shown_reasons(verdict: Verdict, score: Score) -> list[dict[str, Any]]:
    """The policy's reason first, then the rules', then what the classifier saw."""
    policy = Reason(feature="policy", text=verdict.reason, weight=0.0)
    return [reason_body(reason) for reason in (policy, *score.reasons)]


def reason_body(reason: Reason) -> dict[str, Any]:
    """Return a reason as it is stored and shown."""
    return {
        "feature": reason.feature,
        "text": reason.text,
        "weight": reason.weight,
        "span": reason.span,
    }
