"""One shape for every refusal: {"error": {"code", "message", "fields"?}}."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from moderation.headers import RETRY_AFTER_SECONDS
from moderation.limits import Flooded
from moderation.services.repeats import SameKeyOtherBody, StillInFlight, WasErased
from moderation.services.validation import InvalidSubmission

logger = logging.getLogger(__name__)


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate what went wrong into the contract's shape; None lets Django answer 500."""
    if answer := refused_submission(error):
        return answer
    if isinstance(error, Flooded):
        answer = refusal(429, "too_many_requests", "Too many requests; try again later.")
        answer["Retry-After"] = str(error.retry_after_seconds)
        return answer
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("the database does not answer")
        answer = refusal(503, "overloaded", "Busy; please try again in a moment.")
        answer["Retry-After"] = RETRY_AFTER_SECONDS
        return answer
    answered = exception_handler(error, context)
    if answered is not None:
        answered.data = body_of(answered)
    return answered


def refused_submission(error: Exception) -> Response | None:
    """Say why a comment was not stored; None for any other error."""
    if isinstance(error, InvalidSubmission):
        return refusal(400, "invalid", "Some fields cannot be accepted.", fields=error.fields)
    if isinstance(error, SameKeyOtherBody):
        return refusal(409, "key_reused", "This key came before with another body.")
    if isinstance(error, WasErased):
        return refusal(410, "erased", "This comment was erased, and stays so.")
    if isinstance(error, StillInFlight):
        answer = refusal(409, "in_flight", "The same request is just being stored.")
        answer["Retry-After"] = "1"
        return answer
    return None


def refusal(status_code: int, code: str, message: str, **more: Any) -> Response:
    """Build an answer that says no; `fields` names the bad ones."""
    return Response({"error": {"code": code, "message": message, **more}}, status=status_code)


def body_of(answered: Response) -> dict[str, Any]:
    detail = answered.data
    if isinstance(detail, dict) and set(detail) == {"detail"}:
        words = detail["detail"]
        return {"error": {"code": getattr(words, "code", "error"), "message": str(words)}}
    fields = flat(detail)
    return {
        "error": {"code": "invalid", "message": "Some fields cannot be accepted.", "fields": fields}
    }


def flat(detail: Any, path: str = "") -> dict[str, str]:
    """Name nested fields with dots, each with its first complaint."""
    if isinstance(detail, dict):
        found: dict[str, str] = {}
        for name, inner in detail.items():
            here = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            found |= flat(inner, ".".join(part for part in (path, here) if part))
        return found
    if isinstance(detail, list):
        return flat(detail[0], path) if detail else {}
    return {path or "body": str(detail)}


@csrf_exempt  # there is nothing to protect, and its refusal would be a page
def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer 404 under /api/ in the API's shape."""
    return JsonResponse({"error": {"code": "not_found", "message": "Not found."}}, status=404)
