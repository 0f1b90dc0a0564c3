"""Questions about campaigns, always answered from the comments that the asker may see."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from moderation.status import Status

from .campaign import Among, Campaign, Ruling
from .comment import Comment, CommentQuerySet
from .decision import Action, ActorKind, Decision
from .leads import count_members, newest_members

# Fewer comments than that are not shown as a campaign: two may be chance.
LEAST_MEMBERS = 3
SAMPLES = 3
# A card says "1000+" then: it costs the same whatever the flood is.
COUNTED_AT_MOST = 1000
MACHINES = (ActorKind.POLICY, ActorKind.CAMPAIGN)


@dataclass(slots=True)
class Summary:
    """A campaign as somebody may know it."""

    size: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    sites: set[UUID] = field(default_factory=set)
    first_at: datetime | None = None
    last_at: datetime | None = None
    scored: int = 0
    score_sum: float = 0.0

    def add(self, row: Mapping[str, Any]) -> None:
        """Count in the comments of one site that have one status."""
        self.size += row["number"]
        self.statuses[row["status"]] += row["number"]
        self.sites.add(row["site"])
        self.first_at = min(self.first_at or row["first_at"], row["first_at"])
        self.last_at = max(self.last_at or row["last_at"], row["last_at"])
        self.scored += row["scored"]
        self.score_sum += row["score_sum"] or 0.0

    @property
    def mean_score(self) -> float | None:
        return self.score_sum / self.scored if self.scored else None


@dataclass(slots=True)
class Extent:
    """How much of a campaign somebody may see, and where; counted up to a bound."""

    statuses: Counter[str] = field(default_factory=Counter)
    sites: set[UUID] = field(default_factory=set)
    is_more: bool = False

    @property
    def size(self) -> int:
        return self.statuses.total()


def visible(site_ids: Collection[UUID]) -> CommentQuerySet:
    return Comment.objects.visible_to(site_ids).filter(erased_at=None)


def members_of(campaign_ids: Collection[UUID], site_ids: Collection[UUID]) -> CommentQuerySet:
    """Return the comments of campaigns on these sites."""
    return visible(site_ids).filter(campaign__in=campaign_ids)


def undecided(members: CommentQuerySet) -> CommentQuerySet:
    """Leave out the comments about which a person decided by itself, and nobody took it back."""
    undone = Decision.objects.filter(site=OuterRef("site"), undoes=OuterRef("pk"))
    with_the_campaign = Ruling.objects.filter(
        campaign=OuterRef("comment__campaign"), site=OuterRef("site"), batch=OuterRef("batch")
    )
    own = Decision.objects.filter(
        ~Q(actor_kind__in=MACHINES),
        ~Exists(undone),
        ~Exists(with_the_campaign),
        site=OuterRef("site"),
        comment=OuterRef("pk"),
        action=Action.DECIDE,
        undoes=None,
    )
    return members.filter(~Exists(own))


def enough(site_ids: Collection[UUID], campaign: str) -> Exists:
    """Say in a query whether one may see enough comments of a campaign."""
    members = visible(site_ids).filter(campaign=OuterRef(campaign))
    return Exists(members[LEAST_MEMBERS - 1 : LEAST_MEMBERS])


def leads_of(status: Status, *, listed: Collection[UUID], site_ids: Collection[UUID]) -> set[UUID]:
    """Return the comments that stand for campaigns under a status on the `listed` sites.

    That is the newest of each; and all of a campaign of which one may see too little. Costs
    by the number of campaigns, not of their comments.
    """
    members: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for campaign, newest in newest_members(listed, status, number=LEAST_MEMBERS):
        members[campaign] += newest
    doubtful = [pk for pk, found in members.items() if len(found) < LEAST_MEMBERS]
    # Those that one sees enough of elsewhere, or under another status.
    big = members.keys() - doubtful
    if doubtful:
        shown = Campaign.objects.filter(Among("id", doubtful), enough(site_ids, "pk"))
        big |= set(shown.values_list("pk", flat=True))
    leads: set[UUID] = set()
    for campaign, found in members.items():
        leads.update([max(found)] if campaign in big and found else found)
    return leads


def with_campaign(rows: CommentQuerySet, site_ids: Collection[UUID]) -> CommentQuerySet:
    """Add `shown_campaign`: None too where others' comments make the campaign."""
    shown = When(Q(campaign__isnull=False) & enough(site_ids, "campaign"), then=F("campaign_id"))
    return rows.annotate(shown_campaign=Case(shown))


def campaigns_of(
    site_ids: Collection[UUID], *, listed: Collection[UUID], status: Status | None = None
) -> QuerySet[Campaign]:
    """Return the campaigns that one may see, with `open_rank`: 1 where something waits.

    `listed` and `status` ask for those that have such a comment.
    """
    member = visible(listed).filter(campaign=OuterRef("pk"))
    wanted = member.filter(status=status) if status else member
    waits = Exists(member.filter(status=Status.PENDING))
    return Campaign.objects.filter(enough(site_ids, "pk"), Exists(wanted)).annotate(
        open_rank=Case(When(waits, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    )


def summaries_of(
    campaign_ids: Iterable[UUID | None], site_ids: Collection[UUID]
) -> dict[UUID, Summary]:
    """Return what one may know of campaigns; those of which one may see too little are left out."""
    wanted = {pk for pk in campaign_ids if pk}
    found: dict[UUID, Summary] = {}
    if not wanted:
        return found
    rows = visible(site_ids).filter(campaign__in=wanted).values("campaign", "site", "status")
    for row in rows.annotate(
        number=Count("id"),
        scored=Count("score"),
        score_sum=Sum("score"),
        first_at=Min("created_at"),
        last_at=Max("created_at"),
    ):
        found.setdefault(row["campaign"], Summary()).add(row)
    return {pk: summary for pk, summary in found.items() if summary.size >= LEAST_MEMBERS}


def extents_of(campaign_ids: Collection[UUID], site_ids: Collection[UUID]) -> dict[UUID, Extent]:
    """Return how large campaigns are; those of which one may see too little are left out."""
    found: defaultdict[UUID, Extent] = defaultdict(Extent)
    if not campaign_ids:
        return found
    for pk, site, status, count in count_members(campaign_ids, site_ids, limit=COUNTED_AT_MOST):
        if count:
            found[pk].statuses[status] += count
            found[pk].sites.add(site)
            found[pk].is_more |= count >= COUNTED_AT_MOST
    return {pk: extent for pk, extent in found.items() if extent.size >= LEAST_MEMBERS}


def samples_of(
    campaign_ids: Collection[UUID], site_ids: Collection[UUID]
) -> dict[UUID, list[Comment]]:
    """Return the newest few comments of each campaign."""
    newest = visible(site_ids).filter(campaign=OuterRef("pk")).order_by("-pk").values("pk")
    places = {f"n{number}": Subquery(newest[number : number + 1]) for number in range(SAMPLES)}
    rows = Campaign.objects.filter(pk__in=campaign_ids).values_list("pk", *places.values())
    chosen = {pk: [one for one in picked if one] for pk, *picked in rows}
    comments = visible(site_ids).in_bulk([one for picked in chosen.values() for one in picked])
    return {
        pk: [comments[one] for one in picked if one in comments] for pk, picked in chosen.items()
    }


def rulings_of(
    campaign_ids: Collection[UUID], site_ids: Collection[UUID]
) -> dict[UUID, list[Ruling]]:
    """Return what stands for campaigns on these sites, the latest first."""
    found: dict[UUID, list[Ruling]] = {}
    rows = Ruling.objects.standing().filter(campaign__in=campaign_ids, site__in=site_ids)
    for row in rows.select_related("batch").order_by("-batch_id"):
        found.setdefault(row.campaign_id, []).append(row)
    return found
