"""Network addresses and e-mail addresses on their way into a row: reduced, hashed, sealed."""

import secrets
from datetime import date
from functools import lru_cache

from django.utils import timezone

from moderation import privacy
from moderation.limits import reduced_ip
from moderation.models import AddressSalt, Comment
from moderation.models.comment import EMAIL_INDEX, EMAIL_SEAL
from moderation.submission import Client

USER_AGENT_LENGTH = 200
REFERRER_LENGTH = 200


def seal_email(comment: Comment, address: str) -> None:
    """Put the sealed address and its fingerprint into the row, or nothing for no address."""
    if not address:
        return
    comment.email_sealed = privacy.seal(
        comment.site.subkey(EMAIL_SEAL), address, place=comment.sealed_place
    )
    comment.email_fingerprint = email_fingerprint(comment, address)


def email_fingerprint(comment: Comment, address: str) -> bytes:
    """Return what recognises an address on its site; the local part's case does not matter."""
    return privacy.fingerprint(comment.site.subkey(EMAIL_INDEX), address.lower())


def trace_client(comment: Comment, client: Client) -> None:
    """Put into the row what is kept of the client: a network, a hash of the day, a name cut short.

    The user agent and the referrer are hints, not words of a visitor: these may be cut.
    """
    if client.ip:
        comment.ip_prefix = reduced_ip(client.ip)
        comment.ip_hash = privacy.fingerprint(todays_salt(timezone.now().date()), client.ip)
    comment.user_agent = printable(client.user_agent)[:USER_AGENT_LENGTH]
    comment.referrer = printable(client.referrer).partition("?")[0][:REFERRER_LENGTH]
    comment.seconds_on_page = client.seconds_on_page
    comment.trap_filled = client.trap_filled


def printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


@lru_cache(maxsize=1)  # yesterday's is forgotten here too
def todays_salt(day: date) -> bytes:
    """Return the salt of a day, made by whoever needs it first."""
    fresh = AddressSalt(day=day, salt=secrets.token_bytes(32))
    AddressSalt.objects.bulk_create([fresh], ignore_conflicts=True)
    return bytes(AddressSalt.objects.get(day=day).salt)
