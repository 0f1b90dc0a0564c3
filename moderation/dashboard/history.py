"""One comment with everything that was done to it, and its author's address on request."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moderation.dashboard.cards import card_of
from moderation.dashboard.entrance import moderated
from moderation.dashboard.errors import refuse, wants_json
from moderation.dashboard.notices import told
from moderation.dashboard.words import STATUS_NAMES, actor_words
from moderation.models import Action, Comment, Decision
from moderation.models.actor import Actor
from moderation.privacy import Unreadable
from moderation.services.disclosure import reveal_email

LINES_SHOWN = 200


@moderated
@require_safe
def history(request: HttpRequest, actor: Actor, comment_id: UUID) -> HttpResponse:
    """Show a comment and its audit trail, the latest first."""
    return history_page(request, own_comment(actor, comment_id))


@moderated
@require_POST
def email(request: HttpRequest, actor: Actor, comment_id: UUID) -> HttpResponse:
    """Show the address of a comment's author. The audit trail keeps who read it."""
    comment = own_comment(actor, comment_id)
    try:
        address = reveal_email(comment, actor=actor)
    except Unreadable:
        message = _("The address cannot be opened with this installation's keys.")
        return refuse(request, 409, message, code="unreadable")
    if wants_json(request):
        return JsonResponse({"email": address})
    return history_page(request, comment, address)


def own_comment(actor: Actor, comment_id: UUID) -> Comment:
    """Return a comment of the actor's sites; anybody else's does not exist."""
    rows = Comment.objects.visible_to(actor.site_ids).filter(erased_at=None)
    return get_object_or_404(rows.select_related("article", "site"), pk=comment_id)


def history_page(request: HttpRequest, comment: Comment, address: str = "") -> HttpResponse:
    shown = {
        "card": card_of(comment),
        "email": address,
        "lines": lines_of(comment),
        "notices": told(request),
        "place": reverse("dashboard:history", args=[comment.pk]),
    }
    return render(request, "moderation/dashboard/history.html", shown)


def lines_of(comment: Comment) -> list[dict[str, object]]:
    """Return the audit trail in words; the decision that stands can be taken back."""
    rows = Decision.objects.filter(site=comment.site_id, comment=comment).order_by("-id")
    decisions = list(rows[:LINES_SHOWN])
    standing = next((row for row in decisions if row.action == Action.DECIDE), None)
    return [line_of(row, is_standing=row is standing) for row in decisions]


def line_of(row: Decision, *, is_standing: bool) -> dict[str, object]:
    return {
        "decision": row,
        "who": actor_words(row),
        "from": STATUS_NAMES[row.from_status],
        "to": STATUS_NAMES[row.to_status],
        "is_reveal": row.action == Action.REVEAL,
        "is_redaction": row.action == Action.REDACT,
        "can_be_undone": is_standing and row.from_status != row.to_status,
    }
