"""How long somebody had a page before its form came back."""

from time import time

from django.core.signing import BadSignature, TimestampSigner, b62_decode

from moderation.models import Site

SIGNER = TimestampSigner(salt="winnow.timing")

# Pages are kept by caches: after this long a token says nothing about the visitor.
LONGEST_SECONDS = 3600


def timing_token(site: Site) -> str:
    """Return a signed note of when a page of this site was made."""
    return SIGNER.sign(site.pk.hex)


def seconds_on_page(token: str, site: Site) -> float | None:
    """Return the age of a page; None if its token is absent, old, foreign or no token at all."""
    try:
        made_for = SIGNER.unsign(token, max_age=LONGEST_SECONDS)
    except BadSignature:
        return None
    if made_for != site.pk.hex:
        return None
    made_at = b62_decode(token.split(SIGNER.sep)[1])
    age = time() - made_at
    return age if age >= 0 else None
