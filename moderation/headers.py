"""Headers of every answer, and what a visitor is told when the database does not keep up."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

# Nothing from third parties, nothing inline, nobody frames us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
    " object-src 'none'; frame-ancestors 'none'"
)
# The API's documentation writes one script and styles of its own into its page.
DOCS_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
RETRY_AFTER_SECONDS = "5"


def security_headers(get_response: Answer) -> Answer:
    """Send the content security policy and its friends with every answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "interest-cohort=()")
        if request.headers.get("Authorization") or request.path.startswith("/api/v1/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def refuse_overload(get_response: Answer) -> Answer:
    """Answer 503 with Retry-After while the database is away or too slow."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.error("the database does not answer", extra={"exception": type(error).__name__})
        told = {"code": "overloaded", "message": "Busy; please try again in a moment."}
        return JsonResponse(
            {"error": told}, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS}
        )

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer
