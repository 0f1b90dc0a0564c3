"""The queue page, and the count of what came in since it was loaded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from moderation.dashboard.cards import cards_of
from moderation.dashboard.entrance import moderated
from moderation.dashboard.errors import refuse
from moderation.dashboard.forms import ORDER_NAMES, QueueForm, first_error
from moderation.dashboard.notices import told
from moderation.dashboard.words import STATUS_NAMES
from moderation.models import Comment, CommentQuerySet, Site
from moderation.models.actor import Actor
from moderation.models.campaign import Among
from moderation.models.gathered import Extent, extents_of, leads_of
from moderation.models.pages import ORDERS, BadCursor, Page, page_of
from moderation.models.queue import QueueFilter, queue_of
from moderation.status import Status

PAGE_SIZE = 50
# Counting stops here, so that a page costs the same whatever the queue holds.
COUNTED_AT_MOST = 1000
NEW_AT_MOST = 100
# "Select all on this page" without JavaScript: the same page with every box ticked.
ALL_TICKED = "ticked"


@dataclass(frozen=True, slots=True)
class Tab:
    status: Status
    name: str
    count: str
    url: str
    is_current: bool


@moderated
@require_safe
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show one page of the queue."""
    form = QueueForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    wish, order = own_wish(form, actor), form.cleaned_data["order"]
    lists = [rows.select_related("article", "site") for rows in listed(wish, actor)]
    try:
        cursor = form.cleaned_data["cursor"]
        page = page_of(*lists, order=ORDERS[order], cursor=cursor, limit=PAGE_SIZE)
    except BadCursor:
        return refuse(request, 400, _("This page of the queue does not exist."), code="invalid")
    shown = page_context(request, actor, wish, page) | {"order": order, "orders": ORDER_NAMES}
    return render(request, "moderation/dashboard/queue.html", shown)


def listed(wish: QueueFilter, actor: Actor) -> list[CommentQuerySet]:
    """Return what the page lists: one comment for each campaign, unless somebody searches.

    Two lists then, to be merged: what belongs to no campaign, and what stands for one.
    """
    rows = queue_of(actor.site_ids, wish)
    if wish.q or wish.campaign:
        return [rows]
    sites = {wish.site} if wish.site else actor.site_ids
    leads = leads_of(wish.status, listed=sites, site_ids=actor.site_ids)
    alone = rows.alone()
    return [alone, rows.filter(Among("id", leads))] if leads else [alone]


@moderated
@require_safe
def arrivals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Count the comments that are newer than the newest one the page has seen."""
    form = QueueForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    rows = queue_of(actor.site_ids, own_wish(form, actor))
    if newest := form.cleaned_data["newest"]:
        rows = rows.filter(pk__gt=newest)
    count = rows[:NEW_AT_MOST].count()
    return JsonResponse({"count": count, "text": arrivals_text(count)})


def own_wish(form: QueueForm, actor: Actor) -> QueueFilter:
    """Return the filter of a valid form; a stranger's site does not exist."""
    wish = form.wish()
    if wish.site and wish.site not in actor.site_ids:
        raise Http404
    return wish


def page_context(
    request: HttpRequest, actor: Actor, wish: QueueFilter, page: Page[Comment]
) -> dict[str, Any]:
    sites = sites_of(actor, wish.status)
    return {
        "cards": cards_of(page.rows, campaigns_on(page.rows, wish, actor)),
        "tabs": tabs_of(request, actor.site_ids, wish),
        "sites": sites,
        "wish": wish,
        "status_name": STATUS_NAMES[wish.status],
        "is_filtered": bool(wish.q or wish.site or wish.campaign),
        "all_ticked": ALL_TICKED in request.GET,
        "newest": newest_of(sites, wish.site),
        "notices": told(request),
        # Where to come back to after a decision; "ticked" would tick everything again.
        "place": changed_url(request, **{ALL_TICKED: None}),
        "first_url": changed_url(request, cursor=None, **{ALL_TICKED: None}),
        "tick_url": changed_url(request, **{ALL_TICKED: "1"}),
        "next_url": changed_url(request, cursor=page.next) if page.next else "",
        "previous_url": changed_url(request, cursor=page.previous) if page.previous else "",
    }


def campaigns_on(rows: Sequence[Comment], wish: QueueFilter, actor: Actor) -> dict[UUID, Extent]:
    """Return the campaigns that the comments of a page stand for; in a search, none."""
    if wish.q or wish.campaign:
        return {}
    return extents_of({row.campaign_id for row in rows if row.campaign_id}, actor.site_ids)


def tabs_of(request: HttpRequest, site_ids: Collection[UUID], wish: QueueFilter) -> list[Tab]:
    """Return the four statuses with how much stands in each; a search does not narrow them."""
    return [
        Tab(
            status=status,
            name=str(STATUS_NAMES[status]),
            count=bounded_count(queue_of(site_ids, narrowed(wish, status))),
            url=changed_url(request, status=status.value, cursor=None),
            is_current=status == wish.status,
        )
        for status in Status
    ]


def narrowed(wish: QueueFilter, status: Status) -> QueueFilter:
    return QueueFilter(status=status, site=wish.site, campaign=wish.campaign)


def bounded_count(rows: CommentQuerySet) -> str:
    count = rows[:COUNTED_AT_MOST].count()
    return f"{COUNTED_AT_MOST - 1}+" if count >= COUNTED_AT_MOST else str(count)


def sites_of(actor: Actor, status: Status) -> list[Site]:
    """Return the actor's sites, each with the id of its newest comment of a status."""
    # Asked for site by site: the newest of several at once would sort them all.
    newest = Comment.objects.in_queue(status).filter(site=OuterRef("pk")).order_by("-pk")
    sites = Site.objects.filter(pk__in=actor.site_ids).only("id", "name").order_by("name", "pk")
    return list(sites.annotate(newest=Subquery(newest.values("pk")[:1])))


def newest_of(sites: list[Site], chosen: UUID | None) -> UUID | str:
    """Return the newest comment of the chosen site, or of all; "" where there is none yet."""
    rows = [site for site in sites if chosen in (None, site.pk)]
    known = [newest for newest in (getattr(site, "newest", None) for site in rows) if newest]
    return max(known, default="")


def arrivals_text(count: int) -> str:
    if count >= NEW_AT_MOST:
        return _("More than %(count)d new comments") % {"count": NEW_AT_MOST - 1}
    return ngettext("%(count)d new comment", "%(count)d new comments", count) % {"count": count}


def changed_url(request: HttpRequest, **changes: str | None) -> str:
    """Return this page's address with other values; None takes one out."""
    values = {**request.GET.dict(), **changes}
    query = urlencode({name: value for name, value in values.items() if value})
    return reverse("dashboard:queue") + (f"?{query}" if query else "")
