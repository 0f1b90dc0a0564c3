"""Decide, in bulk or one by one, and take back."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of
from moderation.api.errors import refusal
from moderation.api.fields import Id, Text, Whole, asked
from moderation.api.pages import MAX_PAGE_SIZE
from moderation.api.parsing import BULK_BYTES, sent_in
from moderation.api.queue import STATUSES, FilterRequest, filter_of
from moderation.api.shapes import (
    BatchShape,
    ConflictShape,
    DecisionShape,
    ErrorShape,
    batch_body,
    comment_body,
    decision_body,
)
from moderation.models import Action, Batch, Comment, Decision
from moderation.models.gathered import with_campaign
from moderation.models.pages import ORDERS
from moderation.services.bulk import (
    MAX_BATCH,
    AlreadyUndone,
    CountDiffers,
    TooMany,
    decide_many,
    decide_matching,
    undo,
    undo_batch,
)
from moderation.services.review import REASON_LENGTH, Choice, Conflict, Outcome, decide
from moderation.status import Status


class DecisionRequest(serializers.Serializer):
    status = serializers.ChoiceField(STATUSES)
    reason = Text(default="", max_length=REASON_LENGTH)
    seen_version = Whole(required=False, min_value=1, max_value=2**31 - 1)


class BulkRequest(serializers.Serializer):
    status = serializers.ChoiceField(STATUSES)
    reason = Text(default="", max_length=REASON_LENGTH)


class BulkByIds(BulkRequest):
    ids = serializers.ListField(child=Id(), min_length=1, max_length=MAX_BATCH)
    seen_versions = serializers.DictField(
        child=Whole(min_value=1), required=False, help_text="Version seen, by comment id."
    )

    def validate_seen_versions(self, sent: dict[str, int]) -> dict[UUID, int]:
        try:
            return {UUID(pk): version for pk, version in sent.items()}
        except ValueError as error:
            raise ValidationError("has a key that is not an id") from error


class BulkFilter(FilterRequest):
    """The names of the queue's query. What only arranges its pages chooses nothing here."""

    order = serializers.ChoiceField([*ORDERS], required=False)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MAX_PAGE_SIZE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if name not in ("order", "limit")}


class BulkByFilter(BulkRequest):
    filter = BulkFilter()
    expect = Whole(min_value=0, help_text="How many you saw; 409 when it is another number.")


class DecisionView(APIView):
    """Decide one comment of the queue."""

    @extend_schema(
        operation_id="queue_decide",
        request=DecisionRequest,
        responses={201: DecisionShape, 200: DecisionShape, 409: ConflictShape},
    )
    def post(self, request: Request, comment_id: UUID) -> Response:
        wish = asked(DecisionRequest, request)
        choice = Choice(comment_id=comment_id, **{**wish, "status": Status(wish["status"])})
        return answer(decide([choice], actor=actor_of(request)), request)


class BulkDecisionView(APIView):
    """Decide many comments with one call: by ids, or everything that matches a filter."""

    max_bytes = BULK_BYTES

    @extend_schema(
        operation_id="queue_decide_many",
        request=PolymorphicProxySerializer(
            component_name="BulkRequest",
            serializers=[BulkByIds, BulkByFilter],
            resource_type_field_name=None,
        ),
        responses={201: BatchShape, 409: ErrorShape},
    )
    def post(self, request: Request) -> Response:
        wish = asked(bulk_form(sent_in(request)), request)
        try:
            batch = decided_batch(wish, request)
        except TooMany as error:
            raise ValidationError({"filter": str(error)}) from error
        except CountDiffers as error:
            return refusal(409, "count_differs", f"{error.found} comments match now.")
        return Response(batch_body(batch), status=201)


def bulk_form(sent: Any) -> type[BulkRequest]:
    """Return the form for what was sent; raise ValidationError for both or neither."""
    if isinstance(sent, dict) and ("ids" in sent) == ("filter" in sent):
        raise ValidationError("Send either ids or filter.")
    return BulkByIds if isinstance(sent, dict) and "ids" in sent else BulkByFilter


def decided_batch(wish: Any, request: Request) -> Batch:
    meant = {"status": Status(wish["status"]), "actor": actor_of(request), "reason": wish["reason"]}
    if "ids" in wish:
        return decide_many(wish["ids"], seen_versions=wish.get("seen_versions"), **meant)
    matching = filter_of(wish["filter"], actor_of(request))
    return decide_matching(matching, expect=wish["expect"], **meant)


class UndoView(APIView):
    """Take one decision back."""

    @extend_schema(
        operation_id="decisions_undo",
        request=None,
        responses={201: DecisionShape, 409: ConflictShape},
    )
    def post(self, request: Request, decision_id: UUID) -> Response:
        own = Decision.objects.filter(site__in=actor_of(request).site_ids, action=Action.DECIDE)
        return answer(
            undo(get_object_or_404(own, pk=decision_id), actor=actor_of(request)), request
        )


class UndoBatchView(APIView):
    """Take back what one call decided."""

    @extend_schema(
        operation_id="batches_undo", request=None, responses={201: BatchShape, 409: ErrorShape}
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        seen = Decision.objects.filter(batch=OuterRef("pk"), site__in=actor_of(request).site_ids)
        batch = get_object_or_404(Batch.objects.filter(Exists(seen)), pk=batch_id)
        try:
            return Response(batch_body(undo_batch(batch, actor=actor_of(request))), status=201)
        except AlreadyUndone:
            return refusal(409, "conflict", "This batch was taken back before.")


def answer(outcome: Outcome, request: Request) -> Response:
    """Say what came of deciding one comment: 201, 200 for a repetition, 409, or 404."""
    if outcome.conflicts:
        return conflict_answer(outcome.conflicts[0], request)
    if outcome.decisions:
        return Response(decision_body(outcome.decisions[0]), status=201)
    if outcome.repeated:
        return Response(decision_body(outcome.repeated[0]), status=200)
    raise Http404


def conflict_answer(conflict: Conflict, request: Request) -> Response:
    rows = with_campaign(Comment.objects.all(), actor_of(request).site_ids)
    comment = rows.select_related("article", "site").get(pk=conflict.comment.pk)
    latest = conflict.decision
    who = f"{latest.actor_name} ({latest.actor_kind})" if latest else "somebody"
    return refusal_with(
        f"This comment is {comment.status} now: {who} was quicker.",
        comment=comment_body(comment, actor_of(request)),
        decision=decision_body(latest) if latest else None,
    )


def refusal_with(message: str, **beside: Any) -> Response:
    answered = refusal(409, "conflict", message)
    answered.data |= beside
    return answered
