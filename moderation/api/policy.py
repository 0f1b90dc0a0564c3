"""A site's policy: what its owner wants, and what that is expected to do."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.errors import refusal
from moderation.api.fields import Number, Query, Strict, Text, Whole, YesNo, asked, asked_query
from moderation.api.shapes import ErrorShape
from moderation.models import Site
from moderation.services.backtest import expected
from moderation.services.policy import FIELDS, InvalidPolicy, PolicyChanged, change_policy


class PolicyFields(Strict):
    """The fields of a policy, all of them optional: what is not sent stays as it is."""

    approve_below = Number(
        required=False, help_text="A known author's comment with a lower score is published."
    )
    spam_above = Number(
        required=False, help_text="A comment with this score or a higher one is spam."
    )
    lost_cost = Whole(
        required=False,
        allow_null=True,
        help_text="One lost real comment costs as much as so many spams seen; the thresholds"
        " follow. Null: thresholds by hand.",
    )
    hold_all = YesNo(required=False)
    hold_first_time = YesNo(required=False)
    hold_links_over = Whole(required=False, allow_null=True)
    languages = serializers.ListField(
        child=Text(),
        required=False,
        help_text="Hold what is surely in another language (ISO 639); empty: any.",
    )
    when_unsure = Text(
        required=False, help_text="What Akismet clients hear of a held comment: publish or spam."
    )
    close_after_days = Whole(required=False, allow_null=True)
    retention_days = Whole(required=False)
    trust_after = Whole(
        required=False,
        allow_null=True,
        help_text="Approvals of a confirmed address; null, for addresses cannot be confirmed yet.",
    )

    def validate_trust_after(self, value: int | None) -> None:
        if value is not None:
            raise ValidationError("must be null: addresses cannot be confirmed yet")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Leave out what says nothing."""
        attrs.pop("trust_after", None)
        return attrs


class PolicyRequest(PolicyFields):
    seen_version = Whole(required=False, help_text="409 if the policy has changed since.")


class ForecastShape(serializers.Serializer):
    comments = serializers.FloatField(help_text="A day, as the following ones.")
    queue = serializers.FloatField()
    lost = serializers.FloatField(help_text="Real comments hidden, by the calibrated scores.")
    published_spam = serializers.FloatField()
    seen = serializers.IntegerField(help_text="Comments of the last 30 days this rests on.")


class PolicyShape(PolicyFields):
    version = serializers.IntegerField()
    expected = ForecastShape()


class PolicyView(APIView):
    """A site's policy, for its owners."""

    @extend_schema(responses={200: PolicyShape, 404: ErrorShape})
    def get(self, request: Request, site_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(policy_body(owned_site(request, site_id)))

    @extend_schema(
        request=PolicyRequest, responses={200: PolicyShape, 400: ErrorShape, 409: ErrorShape}
    )
    def patch(self, request: Request, site_id: UUID) -> Response:
        """Change some fields; the next comment that is scored knows them."""
        site = owned_site(request, site_id)
        changes = asked(PolicyRequest, request)
        seen = changes.pop("seen_version", None)
        try:
            changed = change_policy(site, changes, actor=actor_of(request), seen_version=seen)
        except InvalidPolicy as error:
            raise ValidationError(error.fields) from error
        except PolicyChanged as error:
            return refusal(409, "conflict", f"Somebody was quicker: {error}.")
        return Response(policy_body(changed))


def policy_body(site: Site) -> dict[str, Any]:
    forecast, seen = expected(site, now=timezone.now())
    fields = {name: getattr(site, name) for name in FIELDS}
    return {
        **fields,
        "trust_after": None,
        "version": site.policy_version,
        "expected": asdict(forecast) | {"seen": seen},
    }
