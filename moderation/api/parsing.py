"""Read request bodies: JSON only, strict, and never more than allowed."""

import json
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

KIB = 1024
COMMENT_BYTES = 64 * KIB
BULK_BYTES = 1024 * KIB
IDENTITY = "identity"  # the name of no encoding


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The body is too large."


class LengthRequired(APIException):
    """WSGI gives us no body whose length was not announced."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = "Send the body with a Content-Length, not in chunks."


class Encoded(APIException):
    """What is packed small may be large: nothing is unpacked."""

    status_code = status.HTTP_415_UNSUPPORTED_MEDIA_TYPE
    default_code = "unsupported_media_type"
    default_detail = "Send the body as it is, without a Content-Encoding."


def sent_in(request: Request) -> Any:
    """Return what the body of a request says; raise LengthRequired for one in chunks.

    No parser would be asked about that: without a length there seems to be no body.
    """
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    return request.data


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no name twice; anything else is a ParseError.

    The view's `max_bytes` (64 KiB unless it says more) bounds what is read.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        context = parser_context or {}
        limit = getattr(context.get("view"), "max_bytes", COMMENT_BYTES)
        if context["request"].META.get("HTTP_CONTENT_ENCODING", IDENTITY).lower() != IDENTITY:
            raise Encoded
        try:
            raw = stream.read(limit + 1)
        except RequestDataTooBig as error:
            raise TooLarge from error
        if len(raw) > limit:
            raise TooLarge(f"The body is larger than {limit // KIB} KiB.")
        return strict_json(raw)


def strict_json(raw: bytes) -> Any:
    """Return what the JSON text says; raise ParseError for anything doubtful."""
    try:
        return json.loads(
            raw.decode(), parse_constant=refuse_constant, object_pairs_hook=refuse_twins
        )
    except (ValueError, RecursionError) as error:
        raise ParseError("The body is not valid JSON.") from error


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names
