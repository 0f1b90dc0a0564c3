"""Addresses that are thrown away after use."""

from moderation.scoring.evidence import Evidence

from .base import feature

DISPOSABLE = frozenset(
    (
        "mailinator.com",
        "guerrillamail.com",
        "10minutemail.com",
        "temp-mail.org",
        "tempmail.com",
        "yopmail.com",
        "trashmail.com",
        "getnada.com",
        "sharklasers.com",
        "dispostable.com",
        "maildrop.cc",
        "mohmal.com",
        "throwawaymail.com",
        "fakeinbox.com",
        "mintemail.com",
        "emailondeck.com",
        "mailnesia.com",
        "spamgourmet.com",
        "discard.email",
        "moakt.com",
        "tempr.email",
        "mytemp.email",
    )
)


def tell(evidence: Evidence) -> str:
    return f"throw-away mail service {evidence.email_domain.lower()}"


# By hand, because no training set holds it: odds of 2.7 to 1. Careful people
# use such addresses too.
@feature(tell, weight=1.0)
def mail_domain(evidence: Evidence) -> float:
    """Return 1 if the address belongs to a throw-away mail service."""
    return 1.0 if evidence.email_domain.lower() in DISPOSABLE else 0.0
