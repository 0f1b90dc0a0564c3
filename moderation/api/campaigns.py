"""Campaigns: near-duplicates of the caller's sites, decided with one call."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of
from moderation.api.errors import refusal
from moderation.api.fields import Text, Whole, asked, asked_query
from moderation.api.pages import PageQuery, page_asked_for, page_body, page_shape
from moderation.api.queue import STATUSES, own_site
from moderation.api.shapes import ActorShape, BatchShape, ErrorShape, batch_body, time
from moderation.models import Campaign, Comment, Ruling
from moderation.models.actor import Actor
from moderation.models.gathered import (
    Summary,
    campaigns_of,
    rulings_of,
    samples_of,
    summaries_of,
)
from moderation.models.pages import Order
from moderation.services.bulk import CountDiffers
from moderation.services.campaigns import decide_campaign
from moderation.services.review import REASON_LENGTH
from moderation.status import Status

OPEN_FIRST = Order(("open_rank", "id"), descending=True)


class CampaignsRequest(PageQuery):
    site = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(
        STATUSES, required=False, help_text="Those with a comment of this status."
    )


class CampaignDecisionRequest(serializers.Serializer):
    status = serializers.ChoiceField(STATUSES)
    reason = Text(default="", max_length=REASON_LENGTH)
    expect = Whole(required=False, min_value=0, help_text="The size that was seen.")


class SampleShape(serializers.Serializer):
    id = serializers.UUIDField()
    site = serializers.UUIDField()
    body = serializers.CharField()


class StandingShape(serializers.Serializer):
    status = serializers.CharField()
    batch = serializers.UUIDField()
    sites = serializers.ListField(child=serializers.UUIDField())
    actor = ActorShape()
    decided_at = serializers.DateTimeField()


class CampaignShape(serializers.Serializer):
    id = serializers.UUIDField()
    size = serializers.IntegerField()
    statuses = serializers.DictField(child=serializers.IntegerField())
    sites = serializers.ListField(child=serializers.UUIDField())
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    mean_score = serializers.FloatField(allow_null=True)
    samples = SampleShape(many=True, help_text="The newest few.")
    decision = StandingShape(allow_null=True, help_text="The latest that stands.")


class CampaignsView(APIView):
    """List campaigns, those with comments that wait first, then the newest first."""

    @extend_schema(parameters=[CampaignsRequest], responses={200: page_shape(CampaignShape)})
    def get(self, request: Request) -> Response:
        wish, actor = asked_query(CampaignsRequest, request), actor_of(request)
        listed = {own_site(wish["site"], actor)} if "site" in wish else actor.site_ids
        status = Status(wish["status"]) if "status" in wish else None
        rows = campaigns_of(actor.site_ids, listed=listed, status=status)
        page = page_asked_for(rows, wish, order=OPEN_FIRST)
        return Response(page_body(request, page, bodies_of(page.rows, actor)))


class CampaignDecisionView(APIView):
    """Decide a campaign's comments on the caller's sites, and those that arrive for it.

    What a person decided about one of them stays. The batch can be undone as one. One call
    decides at most 10,000 comments, those first that will change, and of these the newest:
    while `changed` is 10,000, call again for the rest.
    """

    @extend_schema(
        request=CampaignDecisionRequest,
        responses={201: BatchShape, 400: ErrorShape, 404: ErrorShape, 409: ErrorShape},
    )
    def post(self, request: Request, campaign_id: UUID) -> Response:
        wish, actor = asked(CampaignDecisionRequest, request), actor_of(request)
        own = campaigns_of(actor.site_ids, listed=actor.site_ids)
        campaign = get_object_or_404(own, pk=campaign_id)
        try:
            batch = decide_campaign(
                campaign, **{**wish, "status": Status(wish["status"])}, actor=actor
            )
        except CountDiffers as error:
            return refusal(409, "count_differs", f"It has {error.found} comments now.")
        return Response(batch_body(batch), status=201)


def bodies_of(campaigns: list[Campaign], actor: Actor) -> list[dict[str, Any]]:
    ids = [row.pk for row in campaigns]
    summaries, samples = summaries_of(ids, actor.site_ids), samples_of(ids, actor.site_ids)
    rulings = rulings_of(ids, actor.site_ids)
    return [
        campaign_body(pk, summaries[pk], samples[pk], rulings.get(pk, []))
        for pk in ids
        if pk in summaries
    ]


def campaign_body(
    campaign_id: UUID, summary: Summary, samples: list[Comment], rulings: list[Ruling]
) -> dict[str, Any]:
    return {
        "id": str(campaign_id),
        "size": summary.size,
        "statuses": {status.value: summary.statuses[status] for status in Status},
        "sites": sorted(map(str, summary.sites)),
        "first_seen": time(summary.first_at),
        "last_seen": time(summary.last_at),
        "mean_score": summary.mean_score,
        "samples": [
            {"id": str(one.pk), "site": str(one.site_id), "body": one.body} for one in samples
        ],
        "decision": standing_body(rulings),
    }


def standing_body(rulings: list[Ruling]) -> dict[str, Any] | None:
    """Return the latest decision that stands, with the sites on which it does."""
    if not rulings:
        return None
    batch = rulings[0].batch
    return {
        "status": rulings[0].status,
        "batch": str(batch.pk),
        "sites": sorted(str(row.site_id) for row in rulings if row.batch_id == batch.pk),
        "actor": {"kind": batch.actor_kind, "name": batch.actor_name},
        "decided_at": time(batch.created_at),
    }
