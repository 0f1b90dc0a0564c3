"""A website that is some page rather than somebody's own place."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

ADDRESS = re.compile(r"^(?:https?://)?[^/?#]*(?P<path>/[^?#]*)?(?P<query>\?.*)?", re.I | re.S)
# The first segment of a path behind which people have their profiles.
PROFILES = frozenset(("in", "u", "user", "users", "profile", "people", "channel", "c", "author"))
SCRIPT = re.compile(r"\.(?:php|html?|aspx?|jsp|cgi)\b", re.I)
FEWEST_HYPHENS = 2  # of a title in a path: "best-cheap-loans"
LONG_WORD = re.compile(r"\w{4,}")


def tell(evidence: Evidence) -> str:
    if is_named_like_author(evidence):
        return "the website is a page with the author's name for a title"
    return "the website is a page deep in some site"


def path_of(url: str) -> tuple[list[str], str]:
    """Return the segments of an address's path behind those of profiles, and its query."""
    found = ADDRESS.match(url)
    path, query = (found["path"] or "", found["query"] or "") if found else ("", "")
    segments = [segment for segment in path.split("/") if segment]
    if segments and segments[0].lower() in PROFILES:
        segments = segments[1:2]
    return segments, query


def is_named_like_author(evidence: Evidence) -> bool:
    """Say whether a longer word of the name stands in the title of the page."""
    segments, _query = path_of(evidence.author_url)
    titles = " ".join(segment for segment in segments if "-" in segment).lower()
    return any(word in titles for word in LONG_WORD.findall(evidence.author_name.lower()))


@feature(tell)
def website_page(evidence: Evidence) -> float:
    """Rise with how deep in a site the website is, if one was sent.

    0 is a host alone, 0.5 a short path as of a profile, 1 a page, 2 one called as the author is.
    """
    if not evidence.author_url:
        return 0.0
    segments, query = path_of(evidence.author_url)
    if not (segments or query):
        return 0.0
    if is_named_like_author(evidence):
        return 2.0
    path = "/".join(segments)
    deep = len(segments) > 1 or path.count("-") >= FEWEST_HYPHENS
    return 1.0 if deep or query or SCRIPT.search(path) else 0.5
