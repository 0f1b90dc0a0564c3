"""Addresses that are thrown away after use."""

from disposable_email_domains import blocklist

from moderation.scoring.evidence import Evidence

from .base import feature

# What the collected list lacks.
MORE = frozenset(("spamgourmet.com", "tempmail.com"))


def tell(evidence: Evidence) -> str:
    return f"throw-away mail service {evidence.email_domain.lower()}"


# By hand, because no training set holds it: odds of 2.7 to 1. Careful people
# use such addresses too.
@feature(tell, weight=1.0)
def mail_domain(evidence: Evidence) -> float:
    """Return 1 if the address belongs to a throw-away mail service."""
    domain = evidence.email_domain.lower()
    return 1.0 if domain in blocklist or domain in MORE else 0.0
