"""The same words over and over."""

from moderation.scoring.evidence import Evidence

from .base import feature

FEWEST_WORDS = 8
ORDINARY_SHARE = 0.4


def tell(evidence: Evidence) -> str:
    return "repeats the same words"


@feature(tell)
def repetition(evidence: Evidence) -> float:
    """Rise from 0 to 1 as more words of the body are ones it used before."""
    words = evidence.body.lower().split()
    if len(words) < FEWEST_WORDS:
        return 0.0
    repeated = 1.0 - len(set(words)) / len(words)
    return max(0.0, repeated - ORDINARY_SHARE) / (1.0 - ORDINARY_SHARE)
