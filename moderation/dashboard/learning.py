"""The owner's page about what a site has learnt, and the way to wipe it away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.sites import site_page
from moderation.dashboard.words import actor_words
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.services.lessons import learnt, reset


@owned
@require_safe
def learning(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show how much a site has learnt, when, and from whom lately."""
    known = learnt(site)
    lessons = [{"lesson": row, "who": actor_words(row.decision)} for row in known.latest]
    return site_page(request, site, "learning.html", known=known, lessons=lessons)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def reset_learning(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Ask first; then forget all that the site has learnt."""
    if request.method != "POST":
        return site_page(request, site, "reset_learning.html", known=learnt(site))
    done = reset(site, actor=actor)
    words = ngettext("%d lesson was forgotten.", "%d lessons were forgotten.", done.lessons)
    tell(request, Notice(words % done.lessons))
    return redirect("dashboard:learning", site.pk)
