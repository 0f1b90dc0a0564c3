"""Whether the comment speaks about the article."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

FEWEST_LETTERS = 4
MOST_COUNTED = 3
WORD = re.compile(rf"\w{{{FEWEST_LETTERS},}}")


def shared_words(evidence: Evidence) -> set[str]:
    """Return the longer words that stand both in the article's title and in the body."""
    body = evidence.body.lower()
    return {word for word in WORD.findall(evidence.article_title.lower()) if word in body}


def tell(evidence: Evidence) -> str:
    words = sorted(shared_words(evidence))[:MOST_COUNTED]
    return "words of the article's title: " + ", ".join(words)


@feature(tell)
def title_overlap(evidence: Evidence) -> float:
    """Rise from 0 to 1 with the words that body and title share."""
    if not evidence.article_title:
        return 0.0
    return min(len(shared_words(evidence)), MOST_COUNTED) / MOST_COUNTED
