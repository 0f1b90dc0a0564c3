"""The owner's pages: the sites one has, and what can be configured about each."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from moderation.dashboard.entrance import moderated, owned
from moderation.dashboard.notices import told
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.services.webhooks import silenced


@dataclass(frozen=True, slots=True)
class Section:
    """One page about a site: the name of its address in urls.py, and two lines for people."""

    view: str
    name: str | Promise
    about: str | Promise


# In the order in which they are shown. To add one: view, address, template, a line here.
SECTIONS: tuple[Section, ...] = (
    Section("dashboard:site", gettext_lazy("Overview"), gettext_lazy("What can be set.")),
    Section(
        "dashboard:policy",
        gettext_lazy("Policy"),
        gettext_lazy("What is published, held and called spam, and what to expect of it."),
    ),
    Section(
        "dashboard:rules",
        gettext_lazy("Rules"),
        gettext_lazy("Words, hosts and names to act on."),
    ),
    Section(
        "dashboard:block-list",
        gettext_lazy("Block list"),
        gettext_lazy("Words, hosts and addresses that you have collected."),
    ),
    Section(
        "dashboard:learning",
        gettext_lazy("Learning"),
        gettext_lazy("What people's decisions have taught this site."),
    ),
    Section(
        "dashboard:general",
        gettext_lazy("General"),
        gettext_lazy("Name, address, and where its pages may lie."),
    ),
    Section(
        "dashboard:members", gettext_lazy("Members"), gettext_lazy("Who moderates and owns it.")
    ),
    Section(
        "dashboard:keys", gettext_lazy("Keys"), gettext_lazy("By which programs speak for it.")
    ),
    Section(
        "dashboard:webhooks",
        gettext_lazy("Webhooks"),
        gettext_lazy("Who is told what happens to comments."),
    ),
    Section(
        "dashboard:imports",
        gettext_lazy("Import & export"),
        gettext_lazy("Bring comments from elsewhere, and take yours with you."),
    ),
)


@moderated
@require_safe
def sites(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the sites that one owns."""
    rows = Site.objects.filter(pk__in=actor.owned_site_ids).order_by("name", "pk")
    shown = {"sites": rows, "silenced": silenced(actor.owned_site_ids)}
    return render(request, "moderation/dashboard/sites.html", shown)


@owned
@require_safe
def site(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show what can be configured about one site."""
    return site_page(request, site, "site.html")


def site_page(
    request: HttpRequest, site: Site, template: str, /, status: int = 200, **shown: Any
) -> HttpResponse:
    """Render one section of a site's pages; its template extends site_frame.html."""
    context = {
        "site": site,
        "sections": SECTIONS,
        "notices": told(request),
        "is_silenced": bool(silenced([site.pk])),
        **shown,
    }
    return render(request, f"moderation/dashboard/{template}", context, status=status)
