"""Names that are advertisements rather than names."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

ADDRESS = re.compile(r"https?:|www\.|\.(?:com|net|org|info|biz|ru|xyz|shop|site|top)\b", re.I)
SMALL_WORDS = (0.0, 0.0, 0.0, 0.75)  # by how many words a name in small letters has
DIGITS = 0.25  # a number among several words


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
    small = SMALL_WORDS[min(words, 3)] if name == name.lower() != name.upper() else 0.0
    return small + DIGITS * any(letter.isdigit() for letter in name)
