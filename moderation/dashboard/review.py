"""The buttons: decide one comment or the ticked ones, and take back.

Browsers are sent back to where they were, with a notice. queue.js asks for JSON and gets
{"message", "status", "version", "undo", "moved"?}, or {"error"} with 409 when somebody was quicker.
"""

from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from moderation.dashboard.entrance import moderated
from moderation.dashboard.errors import refuse, wants_json
from moderation.dashboard.forms import BulkForm, DecisionForm, first_error
from moderation.dashboard.notices import SHOWN_AT_ONCE, Notice, tell
from moderation.dashboard.words import DONE, conflict_words, many_done, quicker_words
from moderation.models import Action, Batch, Comment, Decision
from moderation.models.actor import Actor
from moderation.models.gathered import campaigns_of
from moderation.services.bulk import MAX_BATCH, AlreadyUndone, undo, undo_batch
from moderation.services.campaigns import Outdated, decide_campaign, decide_chosen
from moderation.services.review import Choice, Conflict, Outcome
from moderation.services.review import decide as decide_choices
from moderation.status import Status


@moderated
@require_POST
def decide(request: HttpRequest, actor: Actor, comment_id: UUID) -> HttpResponse:
    """Give one comment a status, if it is still as it was seen."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    choice = Choice(comment_id=comment_id, **form.cleaned_data)
    return answer(request, decide_choices([choice], actor=actor))


@moderated
@require_POST
def decide_all_like(request: HttpRequest, actor: Actor, comment_id: UUID) -> HttpResponse:
    """Give the campaign of a comment a status, if the comment is still as it was seen."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    seen = Choice(comment_id=comment_id, **form.cleaned_data)
    own = campaigns_of(actor.site_ids, listed=actor.site_ids)
    comment = Comment.objects.visible_to(actor.site_ids).filter(pk=comment_id)
    campaign = get_object_or_404(own, comments__in=comment)
    try:
        batch = decide_campaign(campaign, status=seen.status, actor=actor, seen=seen)
    except Outdated as error:
        return slower(request, error.conflict)
    undo_url = reverse("dashboard:undo-all-like", args=[comment_id, batch.pk])
    message = batch_words(batch, seen.status)
    if wants_json(request):
        return JsonResponse({**now_stands(comment_id, batch, message), "undo": undo_url})
    tell(request, Notice(message, undo=undo_url if batch.changed else ""))
    return back(request)


@moderated
@require_POST
def take_back(request: HttpRequest, actor: Actor, decision_id: UUID) -> HttpResponse:
    """Undo one decision, if it is the one that stands."""
    own = Decision.objects.filter(site__in=actor.site_ids, action=Action.DECIDE)
    decision = get_object_or_404(own, pk=decision_id)
    return answer(request, undo(decision, actor=actor), is_undo=True)


@moderated
@require_POST
def decide_ticked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give every ticked comment one status, as one batch."""
    form = BulkForm(
        {"status": request.POST.get("status"), "chosen": request.POST.getlist("chosen")}
    )
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    chosen, status = form.cleaned_data["chosen"], form.cleaned_data["status"]
    seen = {one.comment_id: one.version for one in chosen}
    leads = {one.comment_id for one in chosen if one.is_lead}
    batch = decide_chosen(seen, leads=leads, status=status, actor=actor)
    undo_url = reverse("dashboard:undo-batch", args=[batch.pk]) if batch.changed else ""
    tone = "good" if batch.changed else "hold"
    tell(request, Notice(batch_words(batch, status), tone=tone, undo=undo_url))
    tell_conflicts(request, batch)
    return back(request)


@moderated
@require_POST
def take_batch_back(
    request: HttpRequest, actor: Actor, batch_id: UUID, comment_id: UUID | None = None
) -> HttpResponse:
    """Undo what one press decided; what changed since is left alone.

    `comment_id` is the one that stood for its campaign: queue.js asks what became of it.
    """
    own = Decision.objects.filter(batch=OuterRef("pk"), site__in=actor.site_ids)
    batch = get_object_or_404(Batch.objects.filter(Exists(own)), pk=batch_id)
    try:
        undoing = undo_batch(batch, actor=actor)
    except AlreadyUndone:
        message = _("This was taken back before.")
        if wants_json(request):
            return refuse(request, 409, message, code="conflict")
        tell(request, Notice(message, tone="bad"))
        return back(request)
    message = taken_back(undoing.changed)
    if comment_id and wants_json(request):
        return JsonResponse(now_stands(comment_id, undoing, message))
    tell(request, Notice(message))
    tell_conflicts(request, undoing)
    return back(request)


def now_stands(comment_id: UUID, batch: Batch, message: str) -> dict[str, Any]:
    """Return what queue.js needs about a card; `moved` comments changed their status."""
    comment = Comment.objects.only("status", "version").get(pk=comment_id)
    moved = batch.decisions.exclude(from_status=F("to_status")).count()
    stands = {"status": comment.status, "version": comment.version}
    return {"message": message, "moved": moved, **stands}


def batch_words(batch: Batch, status: Status) -> str:
    """Return what was done, and that a flood may be larger than what one press decides."""
    done = many_done(status, batch.changed)
    if batch.changed + len(batch.conflicts) < MAX_BATCH:
        return done
    again = _(
        "One press decides at most %(count)d comments of campaigns. Press again for the rest."
    )
    return f"{done} {again % {'count': MAX_BATCH}}"


def answer(request: HttpRequest, outcome: Outcome, *, is_undo: bool = False) -> HttpResponse:
    """Say what came of deciding one comment; one that is not there is not found."""
    if outcome.conflicts:
        return slower(request, outcome.conflicts[0])
    for decision in outcome.decisions + outcome.repeated:
        return done(request, decision, is_undo=is_undo)
    raise Http404


def done(request: HttpRequest, decision: Decision, *, is_undo: bool) -> HttpResponse:
    status, message = decision.to_status, str(DONE[decision.to_status])
    if is_undo:
        message = _("Taken back. %(done)s") % {"done": message}
    undo_url = "" if is_undo else reverse("dashboard:undo", args=[decision.pk])
    if wants_json(request):
        told = {"message": message, "status": status, "version": decision.version}
        return JsonResponse({**told, "undo": undo_url})
    tell(request, Notice(message, undo=undo_url))
    return back(request)


def slower(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    """Tell who was quicker; the comment stays as they left it."""
    message, comment = conflict_words(conflict), conflict.comment
    if wants_json(request):
        now = {"status": comment.status, "version": comment.version}
        return refuse(request, 409, message, code="conflict", **now)
    tell(request, Notice(message, tone="bad", see=reverse("dashboard:history", args=[comment.pk])))
    return back(request)


def tell_conflicts(request: HttpRequest, batch: Batch) -> None:
    """Tell about the first few comments of a batch where somebody was quicker, and how many."""
    shown = batch.conflicts[: SHOWN_AT_ONCE - 2]
    latest = {row.pk: row for row in Decision.objects.filter(pk__in=[c["decision"] for c in shown])}
    for conflict in shown:
        decision = latest.get(UUID(conflict["decision"])) if conflict["decision"] else None
        is_edit = decision is None or decision.version != conflict["version"]
        changed = _("A comment was changed since you saw it, and was left alone.")
        text = changed if is_edit or decision is None else quicker_words(decision)
        see = reverse("dashboard:history", args=[conflict["id"]])
        tell(request, Notice(text, tone="bad", see=see))
    if unnamed := len(batch.conflicts) - len(shown):
        more = ngettext(
            "%(count)d more was left alone for the same reason.",
            "%(count)d more were left alone for the same reason.",
            unnamed,
        )
        tell(request, Notice(more % {"count": unnamed}, tone="bad"))


def taken_back(count: int) -> str:
    return ngettext(
        "Taken back: %(count)d comment is where it was.",
        "Taken back: %(count)d comments are where they were.",
        count,
    ) % {"count": count}


def back(request: HttpRequest) -> HttpResponse:
    """Return to the page that the form stood on; to no other site, whatever the form says."""
    queue = reverse("dashboard:queue")
    place = request.POST.get("next", "")
    is_ours = place.startswith(queue) and place.isprintable()
    return HttpResponseRedirect(place if is_ours else queue, status=303)
