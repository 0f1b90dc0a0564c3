"""The field that people cannot see."""

from moderation.scoring.evidence import Evidence

from .base import feature


def tell(evidence: Evidence) -> str:
    return "filled in a field that people cannot see"


# By hand, because no training set holds it: odds of 150 to 1. Browsers that
# fill forms by themselves reach the field now and then, so it is not certainty.
@feature(tell, weight=5.0)
def trap(evidence: Evidence) -> float:
    """Return 1 if the hidden field came back filled."""
    return 1.0 if evidence.trap_filled else 0.0
