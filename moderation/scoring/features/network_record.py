"""What people decided here about comments from the same network, as long as it is kept."""

from moderation.scoring.evidence import Evidence

from .base import feature

CAUTION = 3  # decisions on top of the real ones: neighbours are other people


def tell(evidence: Evidence) -> str:
    spam = evidence.network_spam
    return f"same network: {spam} spam of {spam + evidence.network_ham} here"


# By hand, for no training set holds networks. Half of what the address itself says.
@feature(tell, weight=1.0)
def network_record(evidence: Evidence) -> float:
    """Return 0 to 1, the more the spam outnumbers the ham; good neighbours earn no trust."""
    spam, ham = evidence.network_spam, evidence.network_ham
    return max(0, spam - ham) / (spam + ham + CAUTION)
