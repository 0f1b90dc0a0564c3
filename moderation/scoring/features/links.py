"""How many links a comment carries."""

import re
from math import log2

from moderation.scoring.evidence import Evidence

from .base import feature

MOST_COUNTED = 32
BARE = re.compile(r"(?<![/\w.])www\.")


def count_links(evidence: Evidence) -> int:
    """Return how many addresses the body holds, however they are marked up."""
    body = evidence.body.lower()
    # A "www." straight behind a scheme is the same link.
    return body.count("http://") + body.count("https://") + bare_links(body)


def bare_links(body: str) -> int:
    # Every comment pays for the search, so the cheap question comes first.
    return len(BARE.findall(body)) if "www." in body else 0


def tell(evidence: Evidence) -> str:
    count = count_links(evidence)
    return "1 link" if count == 1 else f"{count} links"


@feature(tell)
def links(evidence: Evidence) -> float:
    """Grow with the number of links: one counts 1, three count 2, seven count 3."""
    return log2(1 + min(count_links(evidence), MOST_COUNTED))
