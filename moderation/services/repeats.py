"""Recognise a request that was sent before, so that it stays one comment."""

from datetime import timedelta
from uuid import UUID

from moderation import privacy
from moderation.limits import reduced_ip
from moderation.models import Comment, Site
from moderation.submission import Source, Submission

# A second request with the same words from the same client within this time is a double
# click or an impatient proxy, not a second opinion.
REPEAT_WINDOW = timedelta(seconds=60)

# First byte of a nonce: how strong a proof of sameness it is.
PROVEN = b"p"  # the caller said so: the form's own nonce, or an Idempotency-Key
LIKELY = b"l"  # the same words from the same client; holds for REPEAT_WINDOW


class SameKeyOtherBody(Exception):
    """An Idempotency-Key or external id came again with something else in the body."""

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"used before for comment {comment_id}")
        self.comment_id = comment_id


class WasErased(Exception):
    """The comment that this request made was erased, and stays so."""

    def __init__(self, comment_id: UUID) -> None:
        super().__init__(f"comment {comment_id} was erased")
        self.comment_id = comment_id


class StillInFlight(Exception):
    """The same request is being stored by somebody else right now."""


def request_digest(site: Site, submission: Submission) -> bytes:
    """Return a keyed digest of everything that the sender chose to say.

    A blog repeats what it asked about, but not always the website; it always knows the
    network that the words came from.
    """
    asked = submission.source == Source.AKISMET
    said = (
        submission.article_url,
        str(submission.parent or ""),
        submission.author_name,
        submission.author_email,
        network_of(submission) if asked else submission.author_url,
        submission.body,
    )
    return privacy.fingerprint(site.subkey("repeats"), "\0".join(said))


def network_of(submission: Submission) -> str:
    return reduced_ip(submission.client.ip) if submission.client.ip else ""


def is_proven(comment: Comment) -> bool:
    """Tell whether a repeat of this comment's nonce is certain to be the same request."""
    return bytes(comment.nonce or b"")[:1] == PROVEN


def nonce_of(site: Site, submission: Submission, digest: bytes) -> bytes | None:
    """Return what at most one comment of a site may hold, so that a repeat collides with it.

    The form's nonce counts together with the words: whoever goes back and changes them
    sends another comment. An Idempotency-Key stands for one request whatever its words are.
    Where the caller's own id tells comments apart, equal words are no sign of a repeat: None.
    """
    if submission.source == Source.AKISMET:
        kind, proof = PROVEN, f"check\0{digest.hex()}"
    elif submission.nonce is None and submission.external_id:
        return None
    elif submission.nonce is None:
        client = f"{submission.client.ip}\0{submission.client.user_agent}"
        kind, proof = LIKELY, f"{client}\0{digest.hex()}"
    elif submission.source == Source.FORM:
        kind, proof = PROVEN, f"form\0{submission.nonce}\0{digest.hex()}"
    else:
        kind, proof = PROVEN, f"key\0{submission.nonce}"
    return kind + privacy.fingerprint(site.subkey("repeats"), proof)
