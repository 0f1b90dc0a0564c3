"""Statistics of a site, for those who moderate it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import moderated_site
from moderation.api.fields import Query, asked_query
from moderation.models.statistics import Days, agreement, counts_by_day, queue_age

USUAL_DAYS = 30
MOST_DAYS = 366


class DaysQuery(Query):
    since = serializers.DateField(required=False, help_text="First day, UTC.")
    until = serializers.DateField(required=False, help_text="Last day, UTC; today if not given.")


class DayShape(serializers.Serializer):
    day = serializers.DateField()
    pending = serializers.IntegerField()
    approved = serializers.IntegerField()
    rejected = serializers.IntegerField()
    spam = serializers.IntegerField()


class AgreementShape(serializers.Serializer):
    spam_agreed = serializers.IntegerField()
    ham_agreed = serializers.IntegerField()
    spam_missed = serializers.IntegerField(help_text="Scored below 0.5, spam to people.")
    ham_accused = serializers.IntegerField(help_text="Scored 0.5 or more, approved by people.")
    judged = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class QueueAgeShape(serializers.Serializer):
    waiting = serializers.IntegerField()
    oldest_seconds = serializers.FloatField(allow_null=True)


class StatsShape(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    days = DayShape(many=True)
    agreement = AgreementShape()
    queue = QueueAgeShape()


class StatsView(APIView):
    """What came to a site, where it stands, and whether the machine was right."""

    @extend_schema(operation_id="sites_stats", parameters=[DaysQuery], responses={200: StatsShape})
    def get(self, request: Request, site_id: UUID) -> Response:
        """Count at most 366 days, by when comments arrived; the last 30 if nothing is said."""
        site = moderated_site(request, site_id)
        days = days_of(asked_query(DaysQuery, request))
        return Response(
            {
                "since": days.since.isoformat(),
                "until": days.until.isoformat(),
                "days": counts_by_day(site.pk, days),
                "agreement": agreement(site.pk, days),
                "queue": queue_age(site.pk),
            }
        )


def days_of(wish: dict[str, Any]) -> Days:
    try:
        until = wish.get("until") or datetime.now(UTC).date()
        days = Days(wish.get("since") or until - timedelta(days=USUAL_DAYS - 1), until)
        _first, _after = days.bounds
    except OverflowError as error:
        raise ValidationError({"until": "is out of range"}) from error
    if not 0 <= (days.until - days.since).days < MOST_DAYS:
        raise ValidationError({"since": f"must be at most {MOST_DAYS} days up to until"})
    return days
