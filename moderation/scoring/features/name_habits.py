"""Names that are advertisements rather than names."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

ADDRESS = re.compile(r"https?:|www\.|\.(?:com|net|org|info|biz|ru|xyz|shop|site|top)\b", re.I)
SEARCH_WORDS = 3  # in small letters: more than a name has
SEARCH, DIGITS = 0.75, 0.25  # what such a row of words says, and a number among several


def tell(evidence: Evidence) -> str:
    if ADDRESS.search(evidence.author_name):
        return "a web address as the name"
    return "a name that reads like a search phrase"


@feature(tell)
def name_habits(evidence: Evidence) -> float:
    """Return 1 for a web address as the name, less for several words in small letters."""
    name = evidence.author_name
    if "." in name and ADDRESS.search(name):
        return 1.0
    words = name.count(" ") + 1
    if words == 1:
        return 0.0
    is_search = words >= SEARCH_WORDS and name == name.lower() != name.upper()
    return SEARCH * is_search + DIGITS * any(letter.isdigit() for letter in name)
