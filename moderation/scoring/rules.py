"""The owner's rules: what they look for, what they ask for, and what came of looking.

Words, phrases and names are compared without disguises, as whole words; hosts on the
boundaries of their labels; expressions by RE2, in the text as written.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import log
from uuid import UUID

from moderation.scoring.classifier import probability
from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.expressions import find_expression
from moderation.scoring.features.links import count_links
from moderation.scoring.hosts import Host, find_hosts, lies_under, normal_host
from moderation.scoring.phrases import FoldedText, find_phrase
from moderation.scoring.policy import Policy, Verdict, apply_policy
from moderation.status import Status

RULE = "rule"  # the feature of a rule's reason
VERSION_LENGTH = 12
# A score of exactly 0 or 1 has no finite log-odds.
LEAST_DOUBT = 1e-12


class Kind(StrEnum):
    """What a rule looks for."""

    WORD = "word"
    PHRASE = "phrase"
    HOST = "host"
    ADDRESS = "address"
    NAME = "name"
    LANGUAGE = "language"
    LINKS_OVER = "links_over"
    REGEX = "regex"


class Action(StrEnum):
    """What a rule asks for."""

    HOLD = "hold"
    SPAM = "spam"
    REJECT = "reject"
    APPROVE = "approve"
    ADD_WEIGHT = "add_weight"


STATUSES = {
    Action.HOLD: Status.PENDING,
    Action.SPAM: Status.SPAM,
    Action.REJECT: Status.REJECTED,
    Action.APPROVE: Status.APPROVED,
}
DEEDS = {
    Action.HOLD: "leaves this to people",
    Action.SPAM: "calls this spam",
    Action.REJECT: "rejects this",
    Action.APPROVE: "welcomes this",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule. `pattern` is in the normal spelling of its kind; `weight` is in log-odds.

    A rule about one address knows its fingerprint instead of the address.
    """

    id: UUID
    name: str
    kind: Kind
    action: Action
    pattern: str
    weight: float = 0.0
    fingerprint: bytes | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule found, and where in the body, if it is there."""

    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Subject:
    """One comment as rules look at it: what several need is worked out once."""

    evidence: Evidence

    @cached_property
    def body(self) -> FoldedText:
        return FoldedText(self.evidence.body)

    @cached_property
    def name(self) -> FoldedText:
        return FoldedText(self.evidence.author_name)

    @cached_property
    def body_hosts(self) -> list[Host]:
        return list(find_hosts(self.evidence.body))

    @cached_property
    def website_hosts(self) -> list[Host]:
        return list(find_hosts(self.evidence.author_url))


def match_phrase(rule: Rule, subject: Subject) -> Match | None:
    span = find_phrase(subject.body, rule.pattern)
    return Match(span) if span else None


def match_name(rule: Rule, subject: Subject) -> Match | None:
    return Match() if find_phrase(subject.name, rule.pattern) else None


def match_host(rule: Rule, subject: Subject) -> Match | None:
    """Match a host in the body or the website.

    To approve, every host must be the rule's own: one good link opens no door for others.
    """
    named = [*subject.body_hosts, *subject.website_hosts]
    own = [host for host in named if lies_under(host.name, rule.pattern)]
    if not own or (rule.action == Action.APPROVE and len(own) < len(named)):
        return None
    return Match(own[0].span if own[0] in subject.body_hosts else None)


def match_address(rule: Rule, subject: Subject) -> Match | None:
    if rule.fingerprint is not None:
        return Match() if subject.evidence.email_fingerprint == rule.fingerprint else None
    domain = normal_host(subject.evidence.email_domain)
    return Match() if domain and lies_under(domain, rule.pattern.removeprefix("@")) else None


def match_language(rule: Rule, subject: Subject) -> Match | None:
    """Match a language that is sure; an unclear one is no evidence."""
    language = subject.evidence.language
    return Match() if language and language in rule.pattern.split(",") else None


def match_links(rule: Rule, subject: Subject) -> Match | None:
    return Match() if count_links(subject.evidence) > int(rule.pattern) else None


def match_regex(rule: Rule, subject: Subject) -> Match | None:
    span = find_expression(rule.pattern, subject.evidence.body)
    return Match(span) if span else None


MATCHERS: dict[Kind, Callable[[Rule, Subject], Match | None]] = {
    Kind.WORD: match_phrase,
    Kind.PHRASE: match_phrase,
    Kind.HOST: match_host,
    Kind.ADDRESS: match_address,
    Kind.NAME: match_name,
    Kind.LANGUAGE: match_language,
    Kind.LINKS_OVER: match_links,
    Kind.REGEX: match_regex,
}


def matches(rule: Rule, evidence: Evidence) -> bool:
    """Say whether a rule finds in a comment what it looks for."""
    return MATCHERS[rule.kind](rule, Subject(evidence)) is not None


@dataclass(slots=True)
class RuleLook:
    """What a site's rules make of one comment."""

    verdict: Verdict | None = None
    reasons: list[Reason] = field(default_factory=list)
    hits: list[UUID] = field(default_factory=list)
    failures: list[UUID] = field(default_factory=list)

    @property
    def weight(self) -> float:
        return sum(reason.weight for reason in self.reasons)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one site, in the order in which they speak."""

    rules: tuple[Rule, ...] = ()

    @cached_property
    def version(self) -> str:
        """What explanations call this very set of rules; "" without any."""
        if not self.rules:
            return ""
        return hashlib.sha256(repr(self.rules).encode()).hexdigest()[:VERSION_LENGTH]

    def look(self, evidence: Evidence) -> RuleLook:
        """Try every rule. The first that asks for a status gets it; weights add up.

        A rule that fails leaves the comment to people, in its own place of the order; a
        rule on trial only counts.
        """
        seen, subject = RuleLook(), Subject(evidence)
        for rule in self.rules:
            try:
                match = MATCHERS[rule.kind](rule, subject)
            except Exception:  # whatever an owner's rule stumbles over is for people to see
                seen.failures.append(rule.id)
                if not rule.is_trial:
                    seen.verdict = seen.verdict or failed(rule)
                continue
            if match is not None:
                seen.hits.append(rule.id)
                if not rule.is_trial:
                    obey(rule, match, seen)
        return seen


NO_RULES = RuleSet()


def obey(rule: Rule, match: Match, seen: RuleLook) -> None:
    """Do what a rule asks for: weights always count, of the statuses the first."""
    if rule.action == Action.ADD_WEIGHT:
        text = f"your rule “{rule.name}”"
        seen.reasons.append(Reason(feature=RULE, text=text, weight=rule.weight, span=match.span))
    elif seen.verdict is None:
        text = f"your rule “{rule.name}” {DEEDS[rule.action]}"
        seen.verdict = Verdict(STATUSES[rule.action], text)
        seen.reasons.append(Reason(feature=RULE, text=text, weight=0.0, span=match.span))


def failed(rule: Rule) -> Verdict:
    return Verdict(Status.PENDING, f"your rule “{rule.name}” failed; a moderator decides")


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of one comment: the verdict, the score with the rules' weights, and why."""

    verdict: Verdict
    score: Score
    rules: RuleLook


def reach_verdict(evidence: Evidence, score: Score, policy: Policy, rules: RuleSet) -> Judged:
    """Ask the site's rules, then its policy. `score` is the classifier's alone."""
    seen = rules.look(evidence)
    weighed = score
    if seen.reasons:
        value = shifted(score.value, seen.weight)
        weighed = Score(value=value, reasons=(*seen.reasons, *score.reasons))
    verdict = apply_policy(evidence, weighed.value, policy, ruled=seen.verdict)
    return Judged(verdict, weighed, seen)


def shifted(value: float, weight: float) -> float:
    """Move a probability by a weight in log-odds."""
    if not weight:
        return value
    certain = min(max(value, LEAST_DOUBT), 1 - LEAST_DOUBT)
    return probability(log(certain / (1 - certain)) + weight)
