"""Links that hide where they lead."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

HOSTS = (
    "bit.ly",
    "tinyurl.com",
    "goo.gl",
    "t.co",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "adf.ly",
    "rebrand.ly",
    "cutt.ly",
    "shorturl.at",
    "t.me",
    "wa.me",
    "s.id",
    "linktr.ee",
    "rb.gy",
    "tiny.cc",
    "v.gd",
)
SHORTENER = re.compile(rf"\b(?:{'|'.join(map(re.escape, HOSTS))})/", re.IGNORECASE)


def find_shortener(text: str) -> str:
    """Return the host of the first link shortener in a text, or an empty string."""
    # Every comment pays for the search, so the cheap question comes first.
    for piece in text.lower().split("/")[:-1]:
        if piece.endswith(HOSTS):
            found = SHORTENER.search(text)
            return found[0].rstrip("/").lower() if found else ""
    return ""


def tell(evidence: Evidence) -> str:
    found = find_shortener(evidence.body) or find_shortener(evidence.author_url)
    return f"hides a link behind {found}"


@feature(tell)
def shorteners(evidence: Evidence) -> float:
    """Return 1 if the body or the website leads through a link shortener."""
    if "/" in evidence.body and find_shortener(evidence.body):
        return 1.0
    return 1.0 if evidence.author_url and find_shortener(evidence.author_url) else 0.0
