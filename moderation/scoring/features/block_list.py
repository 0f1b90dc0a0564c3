"""What of a comment stands on the site's own block list."""

from moderation.scoring.evidence import Evidence

from .base import feature

CAUTION = 1.3  # hits on top of the real ones: nobody has weighed the entries of a long list
MOST_NAMED = 2


def tell(evidence: Evidence) -> str:
    named = ", ".join(evidence.listed[:MOST_NAMED])
    more = len(evidence.listed) - MOST_NAMED
    return f"on your block list: {named}" + (f" and {more} more" if more > 0 else "")


# By hand, for each site has its own list. One hit makes odds of 2 to 1, and any number of them
# 6 to 1 at most.
@feature(tell, weight=1.8)
def block_list(evidence: Evidence) -> float:
    """Return 0 to 1, the more the more of the list is found; a site without one has none."""
    hits = len(evidence.listed)
    return hits / (hits + CAUTION)
