"""One comment: as it stands, its history, its author's address."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of
from moderation.api.errors import refusal
from moderation.api.shapes import (
    CommentShape,
    DecisionShape,
    ErrorShape,
    comment_body,
    decision_body,
)
from moderation.models import Comment, Decision, Scope
from moderation.privacy import Unreadable
from moderation.services.disclosure import reveal_email


class EmailShape(serializers.Serializer):
    email = serializers.CharField(allow_blank=True)


class HistoryShape(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DecisionShape(many=True)


class CommentView(APIView):
    """One comment as it stands."""

    scope = Scope.SUBMIT

    @extend_schema(responses={200: CommentShape, 404: ErrorShape})
    def get(self, request: Request, comment_id: UUID) -> Response:
        return Response(comment_body(own_comment(request, comment_id), actor_of(request)))


class HistoryView(APIView):
    """The audit trail of a comment, oldest first."""

    @extend_schema(responses={200: HistoryShape, 404: ErrorShape})
    def get(self, request: Request, comment_id: UUID) -> Response:
        comment = own_comment(request, comment_id)
        rows = Decision.objects.filter(site=comment.site_id, comment=comment).order_by("id")
        results = [decision_body(row) for row in rows]
        return Response({"next": None, "previous": None, "results": results})


class RevealEmailView(APIView):
    """Read the e-mail address of a comment's author. The audit trail keeps who did."""

    @extend_schema(request=None, responses={200: EmailShape, 404: ErrorShape, 409: ErrorShape})
    def post(self, request: Request, comment_id: UUID) -> Response:
        try:
            address = reveal_email(own_comment(request, comment_id), actor=actor_of(request))
        except Unreadable:
            return refusal(409, "unreadable", "The sealed address does not open.")
        return Response({"email": address}, headers={"Cache-Control": "no-store"})


def own_comment(request: Request, comment_id: UUID) -> Comment:
    """Return a comment of the caller's sites; anybody else's does not exist."""
    rows = Comment.objects.visible_to(actor_of(request).site_ids).filter(erased_at=None)
    return get_object_or_404(rows.select_related("article", "site"), pk=comment_id)
