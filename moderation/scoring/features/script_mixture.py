"""Letters borrowed from other alphabets inside one word."""

import re

from moderation.scoring.evidence import Evidence

from .base import feature

# A letter that no Latin alphabet has, or an invisible character, right behind a
# plain one; or letters from the mathematical and enclosed alphabets. Scripts
# that are commonly written without a space beside Latin words do not count.
DISGUISE = re.compile(
    "[A-Za-z](?:"
    "[\u0250-\u02af\u0370-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1950-\u197f\u1d00-\u1d7f"
    "\u2100-\u218f\u2c80-\u2cff\ua4d0-\ua4ff]"
    "|[\u200b\u200c\u2060\ufeff\u00ad][A-Za-z])"
    "|[\U0001d400-\U0001d7ff\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
MOST_COUNTED = 8


def tell(evidence: Evidence) -> str:
    return "letters disguised with other alphabets"


@feature(tell)
def script_mixture(evidence: Evidence) -> float:
    """Rise from 0 to 1 with the number of disguised letters."""
    if evidence.body.isascii():
        return 0.0
    return min(len(DISGUISE.findall(evidence.body)), MOST_COUNTED) / MOST_COUNTED
