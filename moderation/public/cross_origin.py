"""Let a site's own pages read its public answers from another origin, and nobody else's.

Written here because which origins may read depends on the site in the address, which
django-cors-headers learns from signals only. No credentials, ever; the API for programs is
not for browsers and takes no part.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from moderation.models import Site

Answer = Callable[[HttpRequest], HttpResponseBase]

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "600",
}
READABLE = "ETag, Retry-After"
SERVER_ERROR = 500  # the database may not be there to ask


def for_own_pages(get_response: Answer) -> Answer:
    """Answer preflights under /sites/{id}/, and name the asking origin if it is the site's."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if (site_id := public_site(request)) is None:
            return response
        patch_vary_headers(response, ["Origin"])
        origin = request.headers.get("Origin")
        if origin and response.status_code < SERVER_ERROR and is_own_page(site_id, origin):
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = READABLE
        return response

    def process_view(
        request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        is_preflight = request.method == "OPTIONS" and public_site(request) is not None
        return HttpResponse(status=204, headers=PREFLIGHT) if is_preflight else None

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer


def public_site(request: HttpRequest) -> UUID | None:
    """Return the site of a public address; None for every other address."""
    match = request.resolver_match
    return match.kwargs.get("site_id") if match and match.namespace == "public" else None


def is_own_page(site_id: UUID, origin: str) -> bool:
    """Tell whether an origin is, letter by letter, one of the site's."""
    origins = Site.objects.filter(pk=site_id).values_list("origins", flat=True).first()
    return origin in (origins or [])
