"""The same words over and over."""

from moderation.scoring.evidence import Evidence

from .base import feature

FEWEST_WORDS = 8
MOST_WORDS = 30  # that are looked at: any long text says its small words again
LONGEST_BEGINNING = 400  # characters that hold them
ORDINARY_SHARE = 0.4


def tell(evidence: Evidence) -> str:
    return "repeats the same words"


@feature(tell)
def repetition(evidence: Evidence) -> float:
    """Rise from 0 to 1 as more of the body's first words are ones it used before."""
    words = evidence.body[:LONGEST_BEGINNING].lower().split(None, MOST_WORDS)[:MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return 0.0
    repeated = 1.0 - len(set(words)) / len(words)
    return max(0.0, repeated - ORDINARY_SHARE) / (1.0 - ORDINARY_SHARE)
