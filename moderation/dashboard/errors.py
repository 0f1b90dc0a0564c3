"""Refusals: a friendly page, or the same in JSON for queue.js."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _


def wants_json(request: HttpRequest) -> bool:
    """Tell whether queue.js asks, rather than a browser that shows a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refuse(
    request: HttpRequest, status: int, message: str, /, *, code: str, **beside: Any
) -> HttpResponse:
    """Say no, in the form that was asked for; `beside` stands beside the error in JSON."""
    if wants_json(request):
        return JsonResponse({"error": {"code": code, "message": message}, **beside}, status=status)
    told = {"message": message}
    return render(request, "moderation/dashboard/error.html", told, status=status)


def missing(request: HttpRequest) -> HttpResponse:
    """Answer for what is not there, or not there for the asker: both look the same."""
    return refuse(request, 404, _("There is nothing at this address."), code="not_found")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that did not come from a page of ours, or came too late."""
    message = _(
        "This form could not be checked. It may have been open for a long time, or your browser"
        " keeps no cookies. Nothing was changed. Please go back, load the page again and retry."
    )
    response = refuse(request, 403, message, code="csrf")
    add_never_cache_headers(response)
    return response
