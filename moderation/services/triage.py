"""Triage: claim waiting comments, gather evidence, score, apply the policy, settle.

The table is the queue. A batch takes a constant number of statements; workers share rows
by leases, so that none waits for another and a dead one's rows come back by themselves.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from moderation.models import Comment
from moderation.models.actor import POLICY
from moderation.privacy import Unreadable
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.policy import Verdict, apply_policy
from moderation.services.review import Look, settle
from moderation.status import Status

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # above the task's time limit: its holder is surely gone then
MAX_ATTEMPTS = 3
# How many comments are claimed together, by how often they were tried. One that kills its
# worker takes fewer others with it each time, and is alone in the end.
BATCH_SIZES = (500, 20, 1)
# What judging looks at; times and traces of the client are left where they are.
NEEDED = (
    "site",
    "article",
    "author_name",
    "author_url",
    "body",
    "email_sealed",
    "email_fingerprint",
    "seconds_on_page",
    "trap_filled",
    "status",
    "version",
    "lease_token",
)
GAVE_UP = "scoring failed three times; a moderator decides"

History = dict[tuple[UUID, bytes], Counter[str]]


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
    history = author_history(comments)
    evidence = {comment.pk: gather_evidence(comment, history) for comment in comments}
    scores = score_each(evidence, judge)
    looks = [
        look_of(comment, evidence[comment.pk], scores[comment.pk])
        for comment in comments
        if comment.pk in scores
    ]
    release([comment.pk for comment in comments if comment.pk not in scores])
    return settle(looks, actor=POLICY, classifier=judge.version, now=timezone.now())


def claim() -> list[Comment]:
    """Take a batch of waiting comments that no other worker holds, and count the attempt."""
    for attempts, size in enumerate(BATCH_SIZES):
        if comments := claim_batch(attempts, size):
            return comments
    return []


@transaction.atomic
def claim_batch(attempts: int, size: int) -> list[Comment]:
    now, token = timezone.now(), uuid4()
    free = Comment.objects.waiting().filter(
        Q(lease_until=None) | Q(lease_until__lt=now), attempts=attempts
    )
    ids = list(
        free.select_for_update(skip_locked=True).order_by("id").values_list("pk", flat=True)[:size]
    )
    if not ids:
        return []
    Comment.objects.filter(pk__in=ids).update(
        lease_until=now + LEASE, lease_token=token, attempts=attempts + 1
    )
    return list(Comment.objects.filter(pk__in=ids).select_related("site", "article").order_by("id"))


def release(ids: Sequence[UUID]) -> None:
    """Give comments that could not be scored back to the queue."""
    if ids:
        Comment.objects.filter(pk__in=ids).update(lease_until=None, lease_token=None)


def give_up() -> None:
    """Leave to people what could not be scored in three attempts."""
    with transaction.atomic():
        now, token = timezone.now(), uuid4()
        hopeless = list(
            Comment.objects.waiting()
            .filter(Q(lease_until=None) | Q(lease_until__lt=now), attempts__gte=MAX_ATTEMPTS)
            .select_for_update(skip_locked=True)
            .order_by("id")[: BATCH_SIZES[0]]
        )
        if not hopeless:
            return
        Comment.objects.filter(pk__in=[c.pk for c in hopeless]).update(lease_token=token)
        looks = [failed_look(comment, token) for comment in hopeless]
        settle(looks, actor=POLICY, classifier="", now=now)
    logger.error("gave up scoring comments", extra={"count": len(hopeless)})


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


def author_history(comments: Sequence[Comment]) -> History:
    """Count what was decided before about each address, per site and status."""
    known = [bytes(c.email_fingerprint) for c in comments if c.email_fingerprint is not None]
    history: History = defaultdict(Counter)
    if known:
        rows = (
            Comment.objects.filter(
                site__in={c.site_id for c in comments},
                email_fingerprint__in=set(known),
                status__in=(Status.APPROVED, Status.SPAM),
            )
            .values_list("site_id", "email_fingerprint", "status")
            .annotate(count=Count("id"))
        )
        for site_id, fingerprint, status, count in rows:
            history[site_id, bytes(fingerprint)][status] = count
    return history


def gather_evidence(comment: Comment, history: History) -> Evidence:
    """Return everything that features and rules may look at."""
    before = history.get((comment.site_id, bytes(comment.email_fingerprint or b"")), Counter())
    return Evidence(
        body=comment.body,
        author_name=comment.author_name,
        author_url=comment.author_url,
        email_domain=email_domain(comment),
        article_title=comment.article.title,
        seconds_on_page=comment.seconds_on_page,
        trap_filled=comment.trap_filled,
        approved_before=before[Status.APPROVED],
        spam_before=before[Status.SPAM],
    )


def email_domain(comment: Comment) -> str:
    """Return the domain of the address; an address that does not open is no evidence."""
    try:
        return comment.open_email().rpartition("@")[2]
    except Unreadable:
        return ""


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


def look_of(comment: Comment, evidence: Evidence, score: Score) -> Look:
    verdict = apply_policy(evidence, score.value, comment.site.policy)
    assert comment.lease_token  # every claimed comment has one
    return Look(
        comment_id=comment.pk,
        seen_version=comment.version,
        lease_token=comment.lease_token,
        status=verdict.status,
        reason=verdict.reason,
        score=score.value,
        reasons=shown_reasons(verdict, score),
    )


def shown_reasons(verdict: Verdict, score: Score) -> list[dict[str, Any]]:
    """The policy's reason first, then what the classifier saw, the most telling first."""
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
