"""Rulings: what people decided about a campaign, for what arrives later."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from moderation.models import Batch, Campaign, Ruling
from moderation.models.actor import Actor
from moderation.status import Status

# Which ruling stands for a campaign on a site.
Rulings = dict[tuple[UUID, UUID], Ruling]


def lock(campaign_ids: Iterable[UUID]) -> None:
    """Keep others from deciding these campaigns until the transaction ends."""
    rows = Campaign.objects.filter(pk__in=set(campaign_ids)).order_by("id")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def standing_rulings(campaign_ids: Iterable[UUID]) -> Rulings:
    """Return what stands for these campaigns, and keep it so until the transaction ends."""
    wanted = set(campaign_ids)
    if not wanted:
        return {}
    lock(wanted)
    rows = Ruling.objects.standing().filter(campaign__in=wanted)
    return {(row.campaign_id, row.site_id): row for row in rows}


def rule(campaign_ids: Collection[UUID], *, batch: Batch, status: Status, actor: Actor) -> None:
    """Let a decision stand on the actor's sites, in the place of what stood there."""
    before = Ruling.objects.standing().filter(campaign__in=campaign_ids, site__in=actor.site_ids)
    before.update(ended_at=timezone.now())
    Ruling.objects.bulk_create(
        Ruling(campaign_id=campaign_id, site_id=site_id, batch=batch, status=status)
        for campaign_id in campaign_ids
        for site_id in actor.site_ids
    )


def end_rulings(batch: Batch, *, actor: Actor) -> None:
    """Stop what a batch decided from deciding what arrives on the actor's sites."""
    rulings = Ruling.objects.filter(batch=batch, site__in=actor.site_ids)
    campaigns = set(rulings.values_list("campaign_id", flat=True))
    if campaigns:
        lock(campaigns)
        rulings.standing().update(ended_at=timezone.now())
