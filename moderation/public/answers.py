"""Answers to visitors: pages without cookies, JSON for those who ask for it, and refusals."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from moderation.models import Site

View = Callable[..., HttpResponseBase]

JSON = "application/json"


class Refusal(Exception):
    """An answer that says no: its status, its code for programs, its sentence for people."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.fields, self.headers = fields, headers


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return a page's HTML.

    It is rendered without the request: nothing in it can depend on a cookie or a session.
    """
    return render_to_string(f"moderation/public/{template}", dict(context))


def page(template: str, context: Mapping[str, Any], **more: Any) -> HttpResponse:
    """Answer with a page; `more` is its status and headers."""
    return HttpResponse(render(template, context), **more)


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", JSON]) == JSON


def refused_as_json(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    error: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.fields:
        error["fields"] = dict(refusal.fields)
    return JsonResponse({"error": error}, status=refusal.status, headers=refusal.headers)


def refused_as_asked(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if wants_json(request):
        return refused_as_json(request, refusal)
    context = {"message": refusal.message, "details": refusal.fields or {}}
    return page("refused.html", context, status=refusal.status, headers=refusal.headers)


def refusing(
    answer: Callable[[HttpRequest, Refusal], HttpResponse],
) -> Callable[[View], View]:
    """Let a view say no by raising a Refusal; `answer` gives it its form."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                return answer(request, refusal)

        return guarded

    return decorate


def not_found() -> Refusal:
    return Refusal(404, "not_found", _("There is nothing at this address."))


def site_of(site_id: UUID) -> Site:
    """Return the site of an address; raise a 404 if there is none."""
    if site := Site.objects.filter(pk=site_id).first():
        return site
    raise not_found()


def absolute(request: HttpRequest, path: str) -> str:
    """Return the whole address of a path, by the configured name of this service if it has one."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def with_query(path: str, **query: str | None) -> str:
    """Return a path with those parameters that have a value."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def revalidated(
    request: HttpRequest, response: HttpResponse, *, content: bytes, weak: bool = False
) -> HttpResponseBase:
    """Give an answer the ETag of its content, or answer 304 to somebody who has it already."""
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response["ETag"] = f"W/{etag}" if weak else etag
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
