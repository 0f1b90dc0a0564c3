"""One comment: as it stands, its history, its author's address."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.conditional import refuse_stale, revalidated
from moderation.api.errors import refusal
from moderation.api.fields import Query, Text, Whole, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.review import conflict_answer
from moderation.api.shapes import (
    CommentShape,
    ConflictShape,
    DecisionShape,
    ErrorShape,
    comment_body,
    decision_body,
)
from moderation.api.submit import renamed
from moderation.models import Comment, Decision, Scope
from moderation.models.gathered import with_campaign
from moderation.models.pages import ORDERS
from moderation.privacy import Unreadable
from moderation.services.disclosure import reveal_email
from moderation.services.erasure import erase, redact
from moderation.services.validation import BODY_LENGTH, NAME_LENGTH, InvalidSubmission


class EmailShape(serializers.Serializer):
    email = serializers.CharField(allow_blank=True)


class RedactAuthorRequest(serializers.Serializer):
    name = Text(required=False, min_length=1, max_length=NAME_LENGTH)


class RedactRequest(serializers.Serializer):
    seen_version = Whole(min_value=1, max_value=2**31 - 1)
    author = RedactAuthorRequest(required=False)
    body = Text(required=False, min_length=1, max_length=BODY_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a request that changes nothing."""
        words = {"author_name": attrs.get("author", {}).get("name"), "body": attrs.get("body")}
        attrs["words"] = {name: value for name, value in words.items() if value is not None}
        if not attrs["words"]:
            raise ValidationError({"body": "send a body or author.name"})
        return attrs


class CommentView(APIView):
    """One comment as it stands."""

    @property
    def scope(self) -> Scope:
        """Whoever may submit may look; changing is more."""
        return Scope.SUBMIT if self.request.method in SAFE_METHODS else Scope.REVIEW

    @extend_schema(operation_id="comments_retrieve", responses={200: CommentShape, 304: None})
    def get(self, request: Request, comment_id: UUID) -> HttpResponseBase:
        asked_query(Query, request)
        return revalidated(
            request, comment_body(own_comment(request, comment_id), actor_of(request))
        )

    @extend_schema(
        operation_id="comments_redact",
        request=RedactRequest,
        responses={200: CommentShape, 409: ConflictShape, 412: ErrorShape},
    )
    def patch(self, request: Request, comment_id: UUID) -> Response:
        """Replace the words or the name, for instance an address in a text. Owners only.

        It is scored anew, and stays where it stands. The audit trail says who did.
        """
        comment = own_comment(request, comment_id)
        owned_site(request, comment.site_id)
        refuse_stale(request, comment_body(comment, actor_of(request)))
        wish = asked(RedactRequest, request)
        try:
            outcome = redact(
                comment.pk,
                wish["words"],
                seen_version=wish["seen_version"],
                actor=actor_of(request),
            )
        except InvalidSubmission as error:
            raise renamed(error) from error
        if outcome.conflicts:
            return conflict_answer(outcome.conflicts[0], request)
        return Response(comment_body(own_comment(request, comment_id), actor_of(request)))

    @extend_schema(operation_id="comments_erase", responses={204: None, 412: ErrorShape})
    def delete(self, request: Request, comment_id: UUID) -> Response:
        """Erase a comment: its words and addresses are gone for good. Moderators may.

        Its history stays, its replies keep their place, and submitting it again is answered
        with 410.
        """
        comment = own_comment(request, comment_id)
        refuse_stale(request, comment_body(comment, actor_of(request)))
        if not erase([comment.pk], actor=actor_of(request)):
            raise Http404
        return Response(status=204)


class HistoryView(APIView):
    """The audit trail of a comment, oldest first. It survives the comment."""

    @extend_schema(
        operation_id="comments_history",
        parameters=[PageQuery],
        responses={200: page_shape(DecisionShape)},
    )
    def get(self, request: Request, comment_id: UUID) -> Response:
        wish = asked_query(PageQuery, request)
        own = Comment.objects.visible_to(actor_of(request).site_ids)
        comment = get_object_or_404(own, pk=comment_id)
        rows = Decision.objects.filter(site=comment.site_id, comment=comment)
        return Response(paged(request, rows, wish, order=ORDERS["oldest"], body_of=decision_body))


class RevealEmailView(APIView):
    """Read the e-mail address of a comment's author. The audit trail keeps who did."""

    @extend_schema(
        operation_id="comments_reveal_email",
        request=None,
        responses={200: EmailShape, 409: ErrorShape},
    )
    def post(self, request: Request, comment_id: UUID) -> Response:
        try:
            address = reveal_email(own_comment(request, comment_id), actor=actor_of(request))
        except Unreadable:
            return refusal(409, "unreadable", "The sealed address does not open.")
        return Response({"email": address}, headers={"Cache-Control": "no-store"})


def own_comment(request: Request, comment_id: UUID) -> Comment:
    """Return a comment of the caller's sites; anybody else's does not exist."""
    site_ids = actor_of(request).site_ids
    rows = with_campaign(Comment.objects.visible_to(site_ids).filter(erased_at=None), site_ids)
    return get_object_or_404(rows.select_related("article", "site"), pk=comment_id)
