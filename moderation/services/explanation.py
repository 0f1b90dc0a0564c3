"""Explanation: what would become of a comment if it came now, why, and what would change it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone

from moderation.models import Comment
from moderation.scoring.evidence import Evidence, Score
from moderation.scoring.flips import Flip, nearest_flip
from moderation.scoring.policy import Verdict
from moderation.scoring.rules import Judged, RuleSet, reach_verdict
from moderation.services.judging import classifier, judge
from moderation.services.listing import add_listed
from moderation.services.lore import add_lore
from moderation.status import Status

VERSION_LENGTH = 12
# The columns that count earlier comments of the same address.
OWN_COUNTS = {Status.APPROVED: "approved_before", Status.SPAM: "spam_before"}


class CannotBeScored(Exception):
    """The classifier fails on this comment; there is nothing to explain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What the machine makes of a comment now.

    `evidence` names all that was looked at: with the same evidence, classifier, rule set, block
    list and policy version the explanation is the same, bit for bit.
    """

    comment: Comment
    judged: Judged
    flip: Flip | None
    classifier: str
    rule_set: str
    block_list: str
    evidence: str


def explain(comment: Comment) -> Explanation:
    """Judge a comment anew and look for the nearest change; its site and article are loaded.

    Nothing is stored. Raises CannotBeScored.
    """
    now = timezone.now()
    judging = judge([comment], classifier(), now=now)
    if comment.pk not in judging.judged:
        raise CannotBeScored
    rules = judging.rules[comment.site_id]
    evidence = without_itself(comment, judging.evidence[comment.pk])
    judged = judged_as(comment, evidence, rules)
    return Explanation(
        comment=comment,
        judged=judged,
        flip=nearest_flip(evidence, judged.score.reasons, judge_of(comment, rules)),
        classifier=judging.classifier,
        rule_set=rules.version,
        block_list=comment.site.block_list_version,
        evidence=hashlib.sha256(repr(evidence).encode()).hexdigest()[:VERSION_LENGTH],
    )


def without_itself(comment: Comment, evidence: Evidence) -> Evidence:
    """Return what was known before the comment: it is no earlier comment of its author."""
    column = OWN_COUNTS.get(Status(comment.status))
    if column is None or not comment.email_fingerprint:
        return evidence
    return replace(evidence, **{column: max(0, getattr(evidence, column) - 1)})


def judge_of(comment: Comment, rules: RuleSet) -> Callable[[Evidence], tuple[Score, Verdict]]:
    """Return what judges the comment's evidence with something changed about it."""

    def judge_changed(evidence: Evidence) -> tuple[Score, Verdict]:
        bare = {comment.pk: replace(evidence, learnt=())}
        changed = add_lore([comment], add_listed([comment], bare))
        judged = judged_as(comment, changed[comment.pk], rules)
        return judged.score, judged.verdict

    return judge_changed


def judged_as(comment: Comment, evidence: Evidence, rules: RuleSet) -> Judged:
    score = classifier().score(evidence)
    return reach_verdict(evidence, score, comment.site.policy, rules)
