"""Judging: evidence, score, the owner's rules and the policy, for a batch; changes nothing."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.utils import timezone

from moderation.models import Comment
from moderation.scoring.classifier import Classifier
from moderation.scoring.doubt import UNSCORED, place_of
from moderation.scoring.evidence import Evidence, Score
from moderation.scoring.language import detect_languages
from moderation.scoring.rules import Judged, RuleSet, reach_verdict
from moderation.services.evidence import author_history, gather_evidence
from moderation.services.listing import add_listed
from moderation.services.lore import add_lore
from moderation.services.rules import rules_of

logger = logging.getLogger(__name__)

# Long enough to be read.
SAMPLE = "The wind takes the chaff, and the grain falls back into the basket."


@dataclass(frozen=True, slots=True)
class Judging:
    """What comments were judged by, and what became of each that could be judged."""

    evidence: Mapping[UUID, Evidence]
    rules: Mapping[UUID, RuleSet]  # by site
    judged: Mapping[UUID, Judged]
    classifier: str  # its version

    def doubt_of(self, comment: Comment) -> float:
        """Return the comment's place in the order of doubt; it belongs to this very score."""
        if comment.pk not in self.judged:
            return UNSCORED
        return place_of(
            self.judged[comment.pk].score.value,
            comment.site.policy,
            came_at=comment.created_at,
            told=sum(abs(reason.weight) for reason in self.evidence[comment.pk].learnt),
        )


@cache
def classifier() -> Classifier:
    """Return the shipped classifier, read once per process."""
    return Classifier.load()


def judge(comments: Sequence[Comment], by: Classifier, *, now: datetime) -> Judging:
    """Judge comments in a constant number of statements; their site and article must be loaded.

    A comment that cannot be scored is missing from `judged`.
    """
    evidence = evidence_of(comments)
    scores = score_each(evidence, by)
    rules = rules_of({comment.site_id for comment in comments}, now=now)
    policies = {comment.site_id: comment.site.policy for comment in comments}
    judged = {
        comment.pk: reach_verdict(
            evidence[comment.pk],
            scores[comment.pk],
            policies[comment.site_id],
            rules[comment.site_id],
        )
        for comment in comments
        if comment.pk in scores
    }
    return Judging(evidence, rules, judged, by.version)


def preview(comment: Comment) -> Judged | None:
    """Judge a comment that is not stored, and leave no trace; None if it cannot be scored."""
    return judge([comment], classifier(), now=timezone.now()).judged.get(comment.pk)


def warm_up() -> None:
    """Read the classifier and the languages, so that no comment has to wait for them.

    A web process without them still takes comments; the worker tells what is wrong.
    """
    with suppress(OSError, ValueError, KeyError):
        classifier().score(Evidence(body=""))
        detect_languages([SAMPLE])


def evidence_of(comments: Sequence[Comment]) -> dict[UUID, Evidence]:
    """Gather what features and rules may look at: the site's block list and lessons included."""
    languages = detect_languages([comment.body for comment in comments])
    for comment, language in zip(comments, languages, strict=True):
        comment.language = language or None
    history = author_history(comments)
    gathered = {comment.pk: gather_evidence(comment, history) for comment in comments}
    return add_lore(comments, add_listed(comments, gathered))


def score_each(evidence: Mapping[UUID, Evidence], by: Classifier) -> dict[UUID, Score]:
    """Score a batch; one comment that cannot be scored is left out and holds nobody up."""
    try:
        return dict(zip(evidence, by.score_batch(list(evidence.values())), strict=True))
    except Exception:
        return score_one_by_one(evidence, by)


def score_one_by_one(evidence: Mapping[UUID, Evidence], by: Classifier) -> dict[UUID, Score]:
    scores = {}
    for comment_id, seen in evidence.items():
        try:
            scores[comment_id] = by.score(seen)
        except Exception:  # one comment's failure is that comment's alone
            logger.exception("a comment cannot be scored", extra={"comment": str(comment_id)})
    return scores
