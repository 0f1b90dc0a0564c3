"""POST many comments with one call."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, site_of
from moderation.api.errors import body_of, refused_submission
from moderation.api.fields import asked, checked
from moderation.api.parsing import BULK_BYTES
from moderation.api.shapes import CommentShape, ErrorDetail, comment_body
from moderation.api.submit import (
    IDEMPOTENCY_KEY,
    SubmitRequest,
    idempotency_key,
    receipt_of,
    renamed,
    submission_of,
)
from moderation.models import Scope
from moderation.services.bulk_intake import MAX_SUBMISSIONS, Refused, accept_many
from moderation.services.intake import Accepted
from moderation.services.validation import InvalidSubmission
from moderation.submission import Submission


class BulkSubmitRequest(serializers.Serializer):
    comments = serializers.ListField(
        child=serializers.JSONField(allow_null=True), min_length=1, max_length=MAX_SUBMISSIONS
    )


# Any item is accepted and gets its own answer; what it should be stands first.
BULK_SUBMIT_SCHEMA = {
    "type": "object",
    "required": ["comments"],
    "properties": {
        "comments": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_SUBMISSIONS,
            "items": {"anyOf": [{"$ref": "#/components/schemas/SubmitRequest"}, {}]},
        }
    },
}


class StoredShape(serializers.Serializer):
    status = serializers.IntegerField(min_value=200, max_value=201)
    comment = CommentShape()


class RefusedShape(serializers.Serializer):
    status = serializers.IntegerField(min_value=400, max_value=499)
    error = ErrorDetail()


class BulkResultShape(serializers.Serializer):
    results = serializers.ListField(
        child=PolymorphicProxySerializer(
            component_name="BulkItem",
            serializers=[StoredShape, RefusedShape],
            resource_type_field_name=None,
        )
    )


class BulkSubmitView(APIView):
    """Submit many comments, for migrations and high volume."""

    scope = Scope.SUBMIT
    max_bytes = BULK_BYTES

    @extend_schema(
        operation_id="comments_bulk_create",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": BULK_SUBMIT_SCHEMA},
        responses={200: BulkResultShape},
    )
    def post(self, request: Request) -> Response:
        """Store up to 500 comments; `results` tells of each, in order, as a single call would.

        All that can be stored are durable once this answers. With an `Idempotency-Key`, or an
        `external_id` for each, the same call again gives the same comments.
        """
        sent, key = asked(BulkSubmitRequest, request)["comments"], idempotency_key(request)
        # Each is named by its place in the call; no header can hold a line break.
        names = [key and f"{key}\n{number}" for number in range(len(sent))]
        items = [understood(item, name) for item, name in zip(sent, names, strict=True)]
        good = [item for item in items if isinstance(item, Submission)]
        answers = iter(accept_many(site_of(request), good))
        results = [
            outcome_body(next(answers), request) if isinstance(item, Submission) else item
            for item in items
        ]
        return Response({"results": results})


def understood(item: Any, name: str | None) -> Submission | dict[str, Any]:
    """Return the submission of an item, or the answer that says what is wrong with it."""
    try:
        return submission_of(checked(SubmitRequest, item), name)
    except ValidationError as error:
        return {"status": 400, **body_of(Response(error.detail))}


def outcome_body(outcome: Accepted | Refused, request: Request) -> dict[str, Any]:
    if isinstance(outcome, Accepted):
        comment = comment_body(outcome.comment, actor_of(request), receipt_of(outcome, request))
        return {"status": 201 if outcome.is_new else 200, "comment": comment}
    refused = refused_submission(
        renamed(outcome) if isinstance(outcome, InvalidSubmission) else outcome
    )
    assert refused
    return {"status": refused.status_code, **refused.data}
