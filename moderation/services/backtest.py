"""Back-tests: try a changed policy or rule on past comments. Nothing is written.

The scores are those that were stored. Whether an author was known is taken from earlier
comments by the same address that are approved now.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from moderation.models import Action, ActorKind, Comment, Decision, Site
from moderation.scoring.costs import HIDDEN, Forecast, forecast
from moderation.scoring.evidence import Evidence, Score
from moderation.scoring.policy import Policy
from moderation.scoring.rules import RULE, Judged, Rule, RuleSet, reach_verdict, shifted
from moderation.services.evidence import author_history, gather_evidence
from moderation.services.review import standing_decisions
from moderation.services.rules import rules_of
from moderation.status import Status

MOST_COMMENTS = 5_000
FORECAST_COMMENTS = 1_000
FORECAST_WINDOW = timedelta(days=30)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A decided comment, what the machine saw of it, and who decided it."""

    comment: Comment
    evidence: Evidence
    score: Score  # the classifier's, without rules
    is_peoples: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A comment that would have another verdict than with what stands today."""

    past: Past
    before: Status
    after: Judged


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often verdicts agree with what people decided, and how often people are asked."""

    agree: int
    disagree: int
    left_to_people: int


@dataclass(frozen=True, slots=True)
class BackTest:
    """What a changed policy or rule set would do."""

    tried: int
    by_people: int
    before: Agreement
    after: Agreement
    moves: Counter[tuple[Status, Status]]
    changes: list[Change]
    hits: Counter[UUID]
    errors: Counter[UUID]


def back_test(
    site: Site, *, changed: Site, drafts: Sequence[Rule] = (), last: int, now: datetime
) -> BackTest:
    """Judge the last decided comments by what stands and by what is wished for.

    `changed` is the site with the policy to try. A draft takes the place of the saved rule
    with its id; other drafts speak first.
    """
    past = last_decided(site, last)
    rules = rules_of({site.pk}, now=now)[site.pk]
    before = judge_all(past, site.policy, rules)
    after = judge_all(past, changed.policy, with_drafts(rules, drafts))
    changes = [
        Change(one, old.verdict.status, new)
        for one, old, new in zip(past, before, after, strict=True)
        if old.verdict.status != new.verdict.status
    ]
    return BackTest(
        tried=len(past),
        by_people=sum(one.is_peoples for one in past),
        before=agreement(past, before),
        after=agreement(past, after),
        moves=Counter((change.before, change.after.verdict.status) for change in changes),
        changes=changes,
        hits=Counter(pk for one in after for pk in one.rules.hits),
        errors=Counter(pk for one in after for pk in one.rules.failures),
    )


def expected(site: Site, *, now: datetime) -> tuple[Forecast, int]:
    """Return what the site's policy will do in a day, and from how many comments one knows."""
    since = now - FORECAST_WINDOW
    past = [one for one in last_decided(site, FORECAST_COMMENTS) if one.comment.created_at > since]
    judged = judge_all(past, site.policy, rules_of({site.pk}, now=now)[site.pk])
    begin = past[-1].comment.created_at if len(past) == FORECAST_COMMENTS else site.created_at
    days = max(now - max(begin, since), ONE_DAY) / ONE_DAY
    return forecast(((one.verdict.status, one.score.value) for one in judged), days), len(past)


def last_decided(site: Site, last: int) -> list[Past]:
    """Return the newest comments that were scored and decided, newest first; five queries."""
    decided = Decision.objects.filter(site=site, action=Action.DECIDE).order_by("-comment")
    ids = list(decided.values_list("comment", flat=True).distinct()[:last])
    comments = list(
        Comment.objects.filter(site=site, pk__in=ids, score__isnull=False, erased_at=None)
        .select_related("site", "article")
        .order_by("-id")
    )
    history = author_history(comments)
    approvals = approvals_of(comments)
    standing = standing_decisions(comments)
    return [
        Past(
            comment=comment,
            evidence=replace(
                gather_evidence(comment, history),
                approved_before=approved_before(comment, approvals),
            ),
            score=classifier_score(comment),
            is_peoples=standing[comment.pk].actor_kind != ActorKind.POLICY,
        )
        for comment in comments
    ]


def approvals_of(comments: Iterable[Comment]) -> dict[bytes, list[UUID]]:
    """Return the approved comments of each address, in order; ids grow with time."""
    known = {address_of(comment) for comment in comments} - {b""}
    found = defaultdict(list)
    if known:
        site_ids = {comment.site_id for comment in comments}
        rows = Comment.objects.filter(
            site__in=site_ids, email_fingerprint__in=known, status=Status.APPROVED
        )
        for fingerprint, pk in rows.order_by("id").values_list("email_fingerprint", "pk"):
            found[bytes(fingerprint or b"")].append(pk)
    return found


def approved_before(comment: Comment, approvals: dict[bytes, list[UUID]]) -> int:
    return bisect_left(approvals.get(address_of(comment), []), comment.pk)


def address_of(comment: Comment) -> bytes:
    """Return the fingerprint of a comment's address, b"" if it has none."""
    fingerprint = comment.email_fingerprint
    return b"" if fingerprint is None else bytes(fingerprint)


def classifier_score(comment: Comment) -> Score:
    """Return a stored score without what the rules of its day added."""
    assert comment.score is not None
    added = sum(r["weight"] for r in comment.reasons if r["feature"] == RULE)
    return Score(value=shifted(comment.score, -added))


def judge_all(past: Iterable[Past], policy: Policy, rules: RuleSet) -> list[Judged]:
    return [reach_verdict(one.evidence, one.score, policy, rules) for one in past]


def with_drafts(rules: RuleSet, drafts: Sequence[Rule]) -> RuleSet:
    """Put drafts in the places of the rules that they replace, new ones in front."""
    by_id = {draft.id: draft for draft in drafts}
    kept = [by_id.pop(rule.id, rule) for rule in rules.rules]
    return RuleSet((*by_id.values(), *kept))


def agreement(past: Sequence[Past], judged: Sequence[Judged]) -> Agreement:
    """Compare verdicts with what people decided: published or not is what counts."""
    tally: Counter[str] = Counter()
    for one, seen in zip(past, judged, strict=True):
        status = seen.verdict.status
        if not one.is_peoples or one.comment.status == Status.PENDING:
            continue
        if status == Status.PENDING:
            tally["left"] += 1
        else:
            same = (status in HIDDEN) == (one.comment.status in HIDDEN)
            tally["agree" if same else "disagree"] += 1
    return Agreement(tally["agree"], tally["disagree"], tally["left"])
