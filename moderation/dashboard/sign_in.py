"""Sign in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control

from moderation import privacy
from moderation.dashboard.forms import SignInForm
from moderation.limits import Flooded, client_ip, count_hit, flood_key, flood_prefix

no_copies = cache_control(private=True, no_store=True)


@method_decorator(no_copies, name="dispatch")
class SignIn(LoginView):
    """Ask for a name and a password; too many tries from one place have to wait."""

    template_name = "moderation/dashboard/sign_in.html"
    form_class = SignInForm
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            count_try(request)
        except Flooded as flood:
            return please_wait(request, flood.retry_after_seconds)
        return super().post(request, *args, **kwargs)


@method_decorator(no_copies, name="dispatch")
class SignOut(LogoutView):
    """End the session; by POST alone, so that no link can do it."""

    next_page = "dashboard:sign-in"


def count_try(request: HttpRequest) -> None:
    """Count one try for an account from an address; raise Flooded when it is one too many.

    The broker keeps keyed hashes of both, so that nobody reads there who signs in from where.
    """
    username = request.POST.get("username", "").strip().lower()
    account = privacy.fingerprint(flood_key(), f"account {username}").hex()
    count_hit(settings.LOGIN_LIMIT, "login", flood_prefix(client_ip(request.META)), account)


def please_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    message = ngettext(
        "Too many tries. Please wait %(seconds)d second and try again.",
        "Too many tries. Please wait %(seconds)d seconds and try again.",
        seconds,
    ) % {"seconds": seconds}
    told = {"form": SignInForm(request), "flooded": message}
    response = render(request, "moderation/dashboard/sign_in.html", told, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
