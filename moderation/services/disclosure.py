"""Disclosure: a moderator reads an address, and that is on the record."""

from django.db import transaction

from moderation.models import Action, Comment, Decision
from moderation.models.actor import Actor
from moderation.services.review import decision_row
from moderation.status import Status


@transaction.atomic
def reveal_email(comment: Comment, *, actor: Actor) -> str:
    """Return the address of a comment's author and log who read it.

    Returns "" when none was given. Raises privacy.Unreadable when it does not open.
    """
    address = comment.open_email()
    row: Decision = decision_row(comment, Status(comment.status), "", actor)
    row.action = Action.REVEAL
    row.save(force_insert=True)
    return address
