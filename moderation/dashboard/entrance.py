"""Who comes in: a signed-in person, as the actor that services know."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from moderation.dashboard.errors import missing, refuse, wants_json
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.services.access import user_actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
ModeratorView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def moderated(view: ModeratorView[P]) -> View[P]:
    """Let signed-in people in, as actors; what is not theirs does not exist; keep no copies."""

    @cache_control(private=True, no_store=True)
    @wraps(view)
    def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return turn_away(request)
        try:
            return view(request, user_actor(request.user), *args, **kwargs)
        except Http404:
            return missing(request)

    return entered


def owned(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a site's owners in, with the site; for everybody else its pages do not exist."""

    def entered(
        request: HttpRequest, actor: Actor, /, *, site_id: UUID, **more: object
    ) -> HttpResponse:
        if site_id not in actor.owned_site_ids:
            raise Http404
        return view(request, actor, Site.objects.get(pk=site_id), **more)

    return wraps(view)(moderated(entered))


def turn_away(request: HttpRequest) -> HttpResponse:
    """Send a person to the sign-in page, and from there to where they wanted to go."""
    if wants_json(request):
        return refuse(request, 401, _("You are signed out."), code="signed_out")
    wanted = request.get_full_path() if request.method == "GET" else resolve_url("dashboard:queue")
    return redirect_to_login(wanted)
