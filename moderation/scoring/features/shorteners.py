"""Links that hide where they lead."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

SHORTENER = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|adf\.ly|rebrand\.ly"
    r"|cutt\.ly|shorturl\.at|t\.me|wa\.me|s\.id|linktr\.ee|rb\.gy|tiny\.cc|v\.gd)/",
    re.IGNORECASE,
)


def tell(evidence: Evidence) -> str:
    found = SHORTENER.search(f"{evidence.body} {evidence.author_url}")
    return f"hides a link behind {found[0].rstrip('/').lower()}" if found else "hidden link"


@feature(tell)
def shorteners(evidence: Evidence) -> float:
    """Return 1 if the body or the website leads through a link shortener."""
    if "/" in evidence.body and SHORTENER.search(evidence.body):
        return 1.0
    return 1.0 if evidence.author_url and SHORTENER.search(evidence.author_url) else 0.0
