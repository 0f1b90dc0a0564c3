"""Link markup that belongs to forums and web pages, not to a comment box."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

BBCODE = re.compile(r"\[(?:url|link)\s*[=\]]", re.IGNORECASE)
ANCHOR = re.compile(r"<a\s+[^>]{0,200}href", re.IGNORECASE)


def tell(evidence: Evidence) -> str:
    kinds = [("[url] codes", BBCODE), ("raw HTML links", ANCHOR)]
    return " and ".join(name for name, pattern in kinds if pattern.search(evidence.body))


@feature(tell)
def markup(evidence: Evidence) -> float:
    """Return 1 for forum link codes, 2 where raw HTML links stand beside them.

    Raw HTML alone says nothing: many comment boxes accept it, and programmers
    write it.
    """
    if "[" not in evidence.body or not BBCODE.search(evidence.body):
        return 0.0
    return 2.0 if ANCHOR.search(evidence.body) else 1.0
