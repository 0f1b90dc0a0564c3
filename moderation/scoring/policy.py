"""The site's policy: rules in order, from evidence and score to a verdict."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.links import count_links
from moderation.status import Status

# A link in markup whose address is none that counts as one where it stands alone.
MARKED = re.compile(
    r"(?:\[url[=\]]|<a\s[^>]{0,200}?href=)\s*[\"']?(?!\s*(?:https?:|www\.))", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a site's owner asked for. Thresholds are probabilities of spam."""

    approve_below: float = 0.2
    spam_above: float = 0.9
    hold_all: bool = False
    hold_first_time: bool = True
    hold_links_over: int | None = 2
    languages: tuple[str, ...] = ()  # those that the site speaks; none: any


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy makes of a comment, with the reason that people are shown."""

    status: Status
    reason: str


Rule = Callable[[Evidence, float, Policy], Verdict | None]


def certain_spam(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    if score >= policy.spam_above:
        return Verdict(Status.SPAM, f"score {score:.2f} is spam on this site")
    return None


def everything_held(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    if policy.hold_all:
        return Verdict(Status.PENDING, "this site holds every comment")
    return None


def many_links(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    if policy.hold_links_over is None:
        return None
    links = count_links(evidence) + len(MARKED.findall(evidence.body))
    if links > policy.hold_links_over:
        return Verdict(Status.PENDING, f"{links} links, more than this site lets pass")
    return None


def foreign_language(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    """Hold what is surely in none of the site's languages; an unclear one is no evidence."""
    if policy.languages and evidence.language and evidence.language not in policy.languages:
        return Verdict(
            Status.PENDING, f"written in “{evidence.language}”, which is not this site's language"
        )
    return None


def first_time(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    if policy.hold_first_time and not evidence.approved_before:
        return Verdict(Status.PENDING, "nothing by this author was approved here before")
    return None


def certain_ham(evidence: Evidence, score: float, policy: Policy) -> Verdict | None:
    if score < policy.approve_below:
        return Verdict(Status.APPROVED, f"score {score:.2f} is welcome on this site")
    return None


# Order is policy: spam is spam even where everything is held, and nobody passes
# unseen whom the owner wants to see.
RULES: tuple[Rule, ...] = (
    certain_spam,
    everything_held,
    many_links,
    foreign_language,
    first_time,
    certain_ham,
)


# A decision about near-duplicates counts for more of them on its side of this score.
EVEN = 0.5


def follow_campaign(
    decided: Status, verdict: Verdict, score: float, policy: Policy
) -> Verdict | None:
    """Return the verdict on one more of what people decided, or None: the policy's own stands.

    Only while the score agrees, and never against what the policy is sure of.
    """
    if verdict.status not in (Status.PENDING, decided):
        return None
    if decided == Status.SPAM and score >= EVEN:
        return Verdict(decided, f"of a campaign that was marked as spam; score {score:.2f} agrees")
    if decided == Status.APPROVED and score < min(EVEN, policy.spam_above) and not policy.hold_all:
        return Verdict(decided, f"of a campaign that was approved; score {score:.2f} agrees")
    return None


def apply_policy(
    evidence: Evidence, score: float, policy: Policy, *, ruled: Verdict | None = None
) -> Verdict:
    """Return the verdict of the first rule that is sure, or leave the comment to people.

    `ruled` is what the owner's own rules ask for (scoring/rules.py). It stands before
    everything else: whoever writes a rule about something knows more about it than a score
    does, and means it for first-time authors too. Weights of rules are in the score already.
    """
    if ruled is not None:
        return ruled
    for rule in RULES:
        if verdict := rule(evidence, score, policy):
            return verdict
    return Verdict(Status.PENDING, f"score {score:.2f} is not sure enough")
