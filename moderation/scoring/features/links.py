"""How many links a comment carries."""

import re
from math import log2

from moderation.scoring.evidence import Evidence
from moderation.scoring.hosts import leads_home

from .base import feature

MOST_COUNTED = 32
LINK = re.compile(r"(?:https?://|(?<![/\w.])www\.)[^\s\"'<>\])]+")
BARE = re.compile(r"(?<![/\w.])www\.")


def count_links(evidence: Evidence) -> int:
    """Return how many addresses the body holds, marked up or not; the site's own apart."""
    body = evidence.body.lower()
    # A "www." straight behind a scheme is the same link.
    count = body.count("http://") + body.count("https://") + bare_links(body)
    if count and evidence.own_hosts:
        count -= sum(leads_home(link, evidence.own_hosts) for link in LINK.findall(body))
    return count


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
