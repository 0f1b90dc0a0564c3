"""What people's decisions have taught a site, for its owner to see and to wipe away."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.fields import Query, asked_query
from moderation.api.shapes import ActorShape, ErrorShape, time
from moderation.models import LearningReset, Lesson
from moderation.services.lessons import Learnt, learnt, reset


class MonthShape(serializers.Serializer):
    month = serializers.CharField(help_text="Year and month, UTC.")
    spam = serializers.IntegerField()
    ham = serializers.IntegerField()


class LessonShape(serializers.Serializer):
    comment = serializers.UUIDField()
    decision = serializers.UUIDField()
    label = serializers.ChoiceField(["spam", "ham"])  # type: ignore[assignment]
    actor = ActorShape()
    taught_at = serializers.DateTimeField()


class ResetShape(serializers.Serializer):
    actor = ActorShape()
    lessons = serializers.IntegerField(help_text="How many were forgotten.")
    created_at = serializers.DateTimeField()


class LearningShape(serializers.Serializer):
    spam = serializers.IntegerField(help_text="Lessons of spam.")
    ham = serializers.IntegerField()
    months = MonthShape(many=True)
    latest = LessonShape(many=True)
    reset = ResetShape(allow_null=True)


class LearningView(APIView):
    """What a site has learnt from people's decisions. For its owners."""

    @extend_schema(responses={200: LearningShape, 403: ErrorShape, 404: ErrorShape})
    def get(self, request: Request, site_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(learnt_body(learnt(owned_site(request, site_id))))

    @extend_schema(responses={200: ResetShape, 403: ErrorShape, 404: ErrorShape})
    def delete(self, request: Request, site_id: UUID) -> Response:
        """Forget it all. Decisions from before teach no more; the record keeps who did it."""
        done = reset(owned_site(request, site_id), actor=actor_of(request))
        return Response(reset_body(done))


def learnt_body(known: Learnt) -> dict[str, Any]:
    return {
        "spam": known.spam,
        "ham": known.ham,
        "months": [
            {"month": f"{row.month:%Y-%m}", "spam": row.spam, "ham": row.ham}
            for row in known.months
        ],
        "latest": [lesson_body(lesson) for lesson in known.latest],
        "reset": reset_body(known.reset) if known.reset else None,
    }


def lesson_body(lesson: Lesson) -> dict[str, Any]:
    teacher = lesson.decision
    return {
        "comment": str(lesson.comment_id),
        "decision": str(lesson.decision_id),
        "label": "spam" if lesson.is_spam else "ham",
        "actor": {"kind": teacher.actor_kind, "name": teacher.actor_name},
        "taught_at": time(lesson.taught_at),
    }


def reset_body(done: LearningReset) -> dict[str, Any]:
    return {
        "actor": {"kind": done.actor_kind, "name": done.actor_name},
        "lessons": done.lessons,
        "created_at": time(done.created_at),
    }
