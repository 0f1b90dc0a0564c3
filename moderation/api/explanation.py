"""Why a comment got its verdict, and what would change it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.comments import own_comment
from moderation.api.errors import refusal
from moderation.api.fields import Query, asked_query
from moderation.api.shapes import ErrorShape, ReasonShape, time
from moderation.scoring.flips import Change, Flip
from moderation.services.explanation import CannotBeScored, Explanation, explain
from moderation.services.triage import reason_body


class StoredShape(serializers.Serializer):
    status = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)
    classifier = serializers.CharField(allow_null=True)
    rules = serializers.CharField(allow_blank=True)


class ThresholdsShape(serializers.Serializer):
    approve_below = serializers.FloatField()
    spam_above = serializers.FloatField()


class VersionsShape(serializers.Serializer):
    classifier = serializers.CharField()
    rules = serializers.CharField(allow_blank=True)
    block_list = serializers.CharField(allow_blank=True)
    policy = serializers.IntegerField()
    evidence = serializers.CharField(
        help_text="Names all that was looked at, what the site has learnt included."
    )


class ChangeShape(serializers.Serializer):
    field = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text="What stands there now.")
    span = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Where the body loses characters: start and end.",
    )
    to = serializers.JSONField(allow_null=True, help_text="What would stand there instead.")


class FlipShape(serializers.Serializer):
    changes = ChangeShape(many=True)
    score = serializers.FloatField()
    status = serializers.CharField()
    reason = serializers.CharField()


class ExplanationShape(serializers.Serializer):
    comment = serializers.UUIDField()
    score = serializers.FloatField(help_text="What it would get now, the rules' weights included.")
    status = serializers.CharField(help_text="What the policy would make of it now.")
    reason = serializers.CharField()
    stored = StoredShape(help_text="What it got when it was looked at, and where it stands.")
    thresholds = ThresholdsShape()
    versions = VersionsShape()
    contributions = ReasonShape(many=True, help_text="The most telling, the loudest first.")
    flip = FlipShape(
        allow_null=True,
        help_text="The nearest change found that gives another status; null if none was.",
    )


class ExplanationView(APIView):
    """Why a comment got its verdict, and the nearest change that would flip it."""

    @extend_schema(responses={200: ExplanationShape, 404: ErrorShape, 409: ErrorShape})
    def get(self, request: Request, comment_id: UUID) -> Response:
        """Judge a comment anew, and store nothing.

        The same versions give the same answer.
        """
        asked_query(Query, request)
        try:
            return Response(explanation_body(explain(own_comment(request, comment_id))))
        except CannotBeScored:
            return refusal(409, "cannot_be_scored", "The classifier fails on this comment.")


def explanation_body(seen: Explanation) -> dict[str, Any]:
    comment, judged, site = seen.comment, seen.judged, seen.comment.site
    reasons = sorted(judged.score.reasons, key=lambda reason: -abs(reason.weight))
    return {
        "comment": str(comment.pk),
        "score": judged.score.value,
        "status": judged.verdict.status,
        "reason": judged.verdict.reason,
        "stored": {
            "status": comment.status,
            "score": comment.score,
            "scored_at": time(comment.scored_at),
            "classifier": comment.classifier or None,
            "rules": comment.rule_set,
        },
        "thresholds": {"approve_below": site.approve_below, "spam_above": site.spam_above},
        "versions": {
            "classifier": seen.classifier,
            "rules": seen.rule_set,
            "block_list": seen.block_list,
            "policy": site.policy_version,
            "evidence": seen.evidence,
        },
        "contributions": [reason_body(reason) for reason in reasons],
        "flip": flip_body(seen.flip) if seen.flip else None,
    }


def flip_body(flip: Flip) -> dict[str, Any]:
    return {
        "changes": [change_body(change) for change in flip.changes],
        "score": flip.score.value,
        "status": flip.verdict.status,
        "reason": flip.verdict.reason,
    }


def change_body(change: Change) -> dict[str, Any]:
    return {"field": change.field, "text": change.text, "span": change.span, "to": change.to}
