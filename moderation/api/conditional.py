"""Conditional requests: an answer that has not changed is not sent again."""

import hashlib
import json
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response


class PreconditionFailed(APIException):
    status_code = 412
    default_code = "precondition_failed"
    default_detail = "It is not as you saw it any more."


def revalidated(request: Request, body: dict[str, Any]) -> HttpResponseBase:
    """Answer with a body and its ETag: 304 if the caller has it, 412 if they want another."""
    refuse_stale(request, body)
    answered = Response(body, headers={"ETag": etag_of(body)})
    condition = get_conditional_response(request._request, etag=answered["ETag"], response=answered)
    return condition or answered


def refuse_stale(request: Request, body: dict[str, Any]) -> None:
    """Raise PreconditionFailed if the caller's If-Match names something else."""
    if "HTTP_IF_MATCH" not in request.META:
        return
    condition = get_conditional_response(request._request, etag=etag_of(body))
    if condition is not None and condition.status_code == PreconditionFailed.status_code:
        raise PreconditionFailed


def etag_of(body: dict[str, Any]) -> str:
    return quote_etag(hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32])
