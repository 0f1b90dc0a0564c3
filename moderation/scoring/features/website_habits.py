"""What the commenter's website looks like; having one counts for nothing."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

HABIT = re.compile(
    r"^(?:https?://)?[^/]*?(?:"
    r"(?:[^/.-]+-){2,}"  # three words or more joined by hyphens
    r"|\.(?:xyz|top|click|loan|win|bid|icu|buzz|cyou|cfd|sbs|online|site|shop|vip|biz|info)(?:[:/]|$)"
    r"|\d{3})"  # runs of digits
    r"|\?[^#]*\b(?:ref|aff|affiliate|aid|id)=",
    re.IGNORECASE,
)


def tell(evidence: Evidence) -> str:
    return "the website's address looks made for advertising"


@feature(tell)
def website_habits(evidence: Evidence) -> float:
    """Return 1 for a website whose address has the habits of advertising."""
    return 1.0 if evidence.author_url and HABIT.search(evidence.author_url) else 0.0
