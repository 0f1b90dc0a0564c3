"""Receipts: the private link by which a commenter, and nobody else, follows a comment."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from moderation.models import Comment

SIGNER = Signer(salt="winnow.receipt", sep=".")


def receipt_token(comment_id: UUID) -> str:
    """Return the token of a comment's receipt; give it to the submitter of that request only."""
    return SIGNER.sign(comment_id.hex)


def comment_of_receipt(token: str) -> Comment:
    """Return the comment that a token stands for; raise Comment.DoesNotExist for any other."""
    try:
        comment_id = UUID(hex=SIGNER.unsign(token))
    except (BadSignature, ValueError) as error:
        raise Comment.DoesNotExist from error
    return Comment.objects.select_related("site", "article").get(pk=comment_id, erased_at=None)
