"""Names that are advertisements rather than names."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

KEYWORD_NAME_WORDS = 4
ADDRESS = re.compile(r"https?:|www\.|\.(?:com|net|org|info|biz|ru|xyz|shop|site|top)\b", re.I)


def tell(evidence: Evidence) -> str:
    if ADDRESS.search(evidence.author_name):
        return "a web address as the name"
    return "a name that reads like a search phrase"


@feature(tell)
def name_habits(evidence: Evidence) -> float:
    """Return 1 for a web address as the name, 0.5 for a long row of lower-case words."""
    name = evidence.author_name
    if "." in name and ADDRESS.search(name):
        return 1.0
    long_phrase = name.count(" ") >= KEYWORD_NAME_WORDS - 1 and name == name.lower()
    return 0.5 if long_phrase and name.isascii() else 0.0
