"""Forms that come back faster than anybody reads."""

from moderation.scoring.evidence import Evidence

from .base import feature

READING_SECONDS = 10


def tell(evidence: Evidence) -> str:
    return f"sent {evidence.seconds_on_page or 0:.0f} s after the page was opened"


# By hand, because no training set holds it: sent at once is worth odds of 4.5 to 1.
@feature(tell, weight=1.5)
def time_on_page(evidence: Evidence) -> float:
    """Rise from 0 to 1 the faster the form came back after the page loaded."""
    if evidence.seconds_on_page is None:
        return 0.0
    return min(1.0, max(0.0, 1.0 - evidence.seconds_on_page / READING_SECONDS))
