"""One comment's explanation: what spoke, by how much, and what would change its fate."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from moderation.dashboard.cards import card_of, chips_of
from moderation.dashboard.entrance import moderated
from moderation.dashboard.errors import refuse
from moderation.dashboard.history import own_comment
from moderation.dashboard.words import STATUS_NAMES
from moderation.models.actor import Actor
from moderation.scoring.flips import Change, Flip
from moderation.services.explanation import CannotBeScored, Explanation, explain
from moderation.services.triage import reason_body

# What could be otherwise, as the rest of a sentence that begins with "If".
CHANGES: dict[str, Promise] = {
    "body": gettext_lazy("these words were not there:"),
    "author_url": gettext_lazy("no website was given:"),
    "author_name": gettext_lazy("no name was given:"),
    "approved_before": gettext_lazy("an earlier comment from this address had been approved"),
    "trap_filled": gettext_lazy("the hidden field had been left empty"),
    "seconds_on_page": gettext_lazy("the form had not come back so soon"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One "if": a phrase, and what of the comment it is about."""

    phrase: str
    quoted: str


@moderated
@require_safe
def explanation(request: HttpRequest, actor: Actor, comment_id: UUID) -> HttpResponse:
    """Show what the machine makes of a comment now, and why."""
    comment = own_comment(actor, comment_id)
    try:
        seen = explain(comment)
    except CannotBeScored:
        return refuse(request, 409, _("This comment cannot be scored."), code="cannot_be_scored")
    return render(request, "moderation/dashboard/explanation.html", shown(seen))


def shown(seen: Explanation) -> dict[str, object]:
    score = seen.judged.score
    reasons = sorted(map(reason_body, score.reasons), key=lambda one: -abs(one["weight"]))
    return {
        "card": card_of(seen.comment),
        "seen": seen,
        "score": score.value,
        "verdict": STATUS_NAMES[seen.judged.verdict.status],
        "chips": chips_of(reasons),
        "flip_to": STATUS_NAMES[seen.flip.verdict.status] if seen.flip else "",
        "ifs": lines_of(seen.flip) if seen.flip else [],
    }


def lines_of(flip: Flip) -> list[ChangeLine]:
    return [line_of(change) for change in flip.changes]


def line_of(change: Change) -> ChangeLine:
    """Put a change into words; facts have nothing to quote."""
    quoted = change.text if change.field in {"body", "author_url", "author_name"} else ""
    return ChangeLine(str(CHANGES[change.field]), quoted)
