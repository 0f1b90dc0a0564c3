"""What the commenter's website is called; having one counts for nothing."""

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
# People type small letters or let the browser fill them in; programs paste a list.
CAPITAL = re.compile(r"^https?://[A-Z]")
TWO_WORDS = re.compile(r"^(?:https?://)?[^/]*-")


def tell(evidence: Evidence) -> str:
    return "the website's address looks made for advertising"


@feature(tell)
def website_habits(evidence: Evidence) -> float:
    """Return 1 for a website whose address has the habits of advertising, 0.5 for a hyphen."""
    url = evidence.author_url
    if not url:
        return 0.0
    if HABIT.search(url) or CAPITAL.match(url):
        return 1.0
    return 0.5 if TWO_WORDS.match(url) else 0.0
