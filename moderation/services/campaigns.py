"""Campaigns: gather near-duplicates as they arrive, and decide them once.

A text is compared with at most eight others that share a band of its signature, in a
constant number of statements for a whole batch.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.models import Batch, Campaign, Comment, CommentQuerySet, Likeness
from moderation.models.actor import Actor
from moderation.models.campaign import Among
from moderation.models.gathered import enough, members_of, undecided, visible
from moderation.models.likenesses import (
    NewLikeness,
    owners_of,
    take_turns,
    write_likenesses,
)
from moderation.scoring.similarity import (
    ALIKE,
    SAME,
    Signature,
    Sketch,
    agreement,
    read_signature,
    sketch,
    written,
)
from moderation.services.bulk import MAX_BATCH, CountDiffers, decide_many
from moderation.services.review import Choice, Conflict, is_outdated, standing_decisions
from moderation.services.rulings import lock, rule
from moderation.status import Status

logger = logging.getLogger(__name__)

CANDIDATES = 8
# How exactly "seen last" is known: one write a day.
SEEN_GRAIN = timedelta(days=1)


class Outdated(Exception):
    """The comment that the decider looked at has changed since."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__("somebody was quicker")
        self.conflict = conflict


@dataclass(slots=True, eq=False)
class Known:
    """A text that others are recognised by, and what tells whose it is."""

    id: UUID
    comment_id: UUID
    campaign_id: UUID | None
    signature: Signature
    site_id: UUID
    author_name: str
    email_fingerprint: bytes | memoryview | None


@dataclass(slots=True)
class Gathering:
    """What one batch makes of the texts that are known.

    `known` is by band; None: it belongs to a text that was erased and is not forgotten yet.
    """

    known: dict[int, Known | None]
    members: dict[UUID, UUID] = field(default_factory=dict)
    campaigns: list[Campaign] = field(default_factory=list)
    learnt: dict[Known, list[int]] = field(default_factory=dict)
    joined: list[Known] = field(default_factory=list)  # stored before, in a campaign now
    seen: set[UUID] = field(default_factory=set)


def gather(comments: Sequence[Comment]) -> dict[UUID, UUID]:
    """Return the campaigns of the comments that belong to one; never hold up scoring."""
    try:
        return gather_together(comments)
    except Exception:  # scoring goes on without campaigns
        logger.exception("campaigns cannot be gathered")
        return {}


def gather_together(comments: Sequence[Comment]) -> dict[UUID, UUID]:
    sketches = sketch([comment.body for comment in comments])
    telling = [(comment, made) for comment, made in zip(comments, sketches, strict=True) if made]
    if not telling:
        return {}
    with transaction.atomic():
        take_turns()  # else two workers would begin two campaigns of one flood
        gathering = Gathering(known_by({band for _comment, made in telling for band in made.bands}))
        for comment, made in telling:
            place(comment, made, gathering)
        store(gathering, timezone.now())
    return gathering.members


def known_by(bands: Collection[int]) -> dict[int, Known | None]:
    """Return the text that each band belongs to; the words themselves are not fetched.

    Two queries: in a join the database may begin with all the texts that there are.
    """
    owners = owners_of(bands)
    if not owners:
        return {}
    rows = Likeness.objects.filter(Among("id", set(owners.values())), comment__erased_at=None)
    texts = {
        pk: Known(pk, comment_id, campaign_id, read_signature(digits), site_id, name, fingerprint)
        for pk, comment_id, campaign_id, digits, site_id, name, fingerprint in rows.values_list(
            "id",
            "comment_id",
            "campaign_id",
            "signature",
            "comment__site_id",
            "comment__author_name",
            "comment__email_fingerprint",
        )
    }
    return {band: texts.get(owner) for band, owner in owners.items()}


def place(comment: Comment, made: Sketch, gathering: Gathering) -> None:
    """Put a comment to what it is like, and remember it if that is not nearly the same."""
    nearest, agreed = most_like(comment, made, gathering.known)
    if nearest is not None:
        gathering.seen.add(nearest.id)
        join(comment, nearest, gathering)
    if agreed < SAME:
        new = Known(
            uuid7(),
            comment.pk,
            nearest.campaign_id if nearest else None,
            made.signature,
            comment.site_id,
            comment.author_name,
            comment.email_fingerprint,
        )
        owned = [band for band in made.bands if gathering.known.setdefault(band, new) is new]
        gathering.learnt[new] = owned


def most_like(
    comment: Comment, made: Sketch, known: Mapping[int, Known | None]
) -> tuple[Known | None, int]:
    """Return the text that a comment is a variation of, and in how many places they agree.

    Of several, one that has a campaign, else one by somebody else, else the nearest.
    """
    shared = Counter(text for band in made.bands if (text := known.get(band)))
    best: tuple[bool, bool, int, Known] | None = None
    for text, _count in shared.most_common(CANDIDATES):
        agreed = agreement(made.signature, text.signature)
        rank = (text.campaign_id is not None, not same_author(comment, text), agreed)
        if agreed >= ALIKE and (best is None or rank > best[:3]):
            best = (*rank, text)
    return (best[3], best[2]) if best else (None, 0)


def same_author(comment: Comment, text: Known) -> bool:
    """Tell whether two comments are by one person, as far as one can know.

    Addresses of two sites cannot be compared; there the name alone tells.
    """
    if comment.author_name.strip().casefold() != text.author_name.strip().casefold():
        return False
    if comment.site_id != text.site_id:
        return True
    return bytes(comment.email_fingerprint or b"") == bytes(text.email_fingerprint or b"")


def join(comment: Comment, text: Known, gathering: Gathering) -> None:
    """Make a comment a member of a campaign. Somebody who repeats themselves begins none."""
    if text.campaign_id is None:
        if same_author(comment, text):
            return
        campaign = Campaign()
        gathering.campaigns.append(campaign)
        text.campaign_id = campaign.pk
        if text in gathering.learnt:
            gathering.members[text.comment_id] = campaign.pk
        else:
            gathering.joined.append(text)
    gathering.members[comment.pk] = text.campaign_id


def store(gathering: Gathering, now: datetime) -> None:
    Campaign.objects.bulk_create(gathering.campaigns)
    write_likenesses(
        [
            NewLikeness(text.id, text.comment_id, text.campaign_id, written(text.signature), bands)
            for text, bands in gathering.learnt.items()
        ],
        now=now,
    )
    if gathering.joined:
        Likeness.objects.bulk_update(
            [Likeness(id=text.id, campaign_id=text.campaign_id) for text in gathering.joined],
            ["campaign"],
        )
        add_members({text.comment_id: text.campaign_id for text in gathering.joined})
    if gathering.seen:
        old = Likeness.objects.filter(pk__in=gathering.seen, seen_at__lt=now - SEEN_GRAIN)
        old.update(seen_at=now)


def add_members(campaigns: Mapping[UUID, UUID | None]) -> None:
    """Let comments that were scored before belong to campaigns, locked in the order of ids."""
    rows = Comment.objects.filter(pk__in=campaigns).only("id").order_by("id")
    members = list(rows.select_for_update(no_key=True))
    for member in members:
        member.campaign_id = campaigns[member.pk]
    Comment.objects.bulk_update(members, ["campaign"])


@transaction.atomic
def decide_campaign(
    campaign: Campaign,
    *,
    status: Status,
    actor: Actor,
    reason: str = "",
    expect: int | None = None,
    seen: Choice | None = None,
) -> Batch:
    """Decide a campaign on the actor's sites, and what arrives for it while the score agrees.

    What a person decided about one of its comments stays. At most MAX_BATCH are decided at
    once, see `undecided_ids`. Raises CountDiffers when it has not `expect` comments, and
    Outdated when the comment that was `seen` has changed.
    """
    lock([campaign.pk])
    members = members_of([campaign.pk], actor.site_ids)
    if expect is not None and (found := members.count()) != expect:
        raise CountDiffers(found)
    if seen:
        refuse_outdated(seen, members.filter(pk=seen.comment_id))
    ids = undecided_ids(members, status)
    batch = decide_many(ids, status=status, actor=actor, reason=reason)
    rule([campaign.pk], batch=batch, status=status, actor=actor)
    return batch


@transaction.atomic
def decide_chosen(
    seen_versions: Mapping[UUID, int],
    *,
    leads: Collection[UUID],
    status: Status,
    actor: Actor,
) -> Batch:
    """Decide comments, and with those that are `leads` their whole campaigns, as one batch.

    A campaign whose lead has changed since it was seen is left alone with it.
    """
    shown = visible(actor.site_ids).filter(pk__in=leads)
    own = shown.filter(enough(actor.site_ids, "campaign")).exclude(campaign=None)
    lock(own.values_list("campaign", flat=True))
    campaigns = {
        campaign
        for pk, campaign, version in own.values_list("pk", "campaign", "version")
        if version == seen_versions[pk]
    }
    members = members_of(campaigns, actor.site_ids).exclude(pk__in=seen_versions)
    ids = undecided_ids(members, status, beside=len(seen_versions))
    chosen = [*seen_versions, *ids]
    batch = decide_many(chosen, status=status, actor=actor, seen_versions=seen_versions)
    rule(campaigns, batch=batch, status=status, actor=actor)
    return batch


def undecided_ids(members: CommentQuerySet, status: Status, *, beside: int = 0) -> list[UUID]:
    """Return the comments of campaigns to decide now: what will change first, then the newest.

    So whoever decides a campaign that is larger again, comes to its end.
    """
    stays = Case(When(status=status, then=Value(1)), default=Value(0))
    rows = undecided(members).order_by(stays, "-pk")
    return list(rows.values_list("pk", flat=True)[: MAX_BATCH - beside])


def refuse_outdated(seen: Choice, rows: Iterable[Comment]) -> None:
    for comment in rows:
        latest = standing_decisions([comment]).get(comment.pk)
        if is_outdated(seen, comment, latest):
            raise Outdated(Conflict(comment, latest))
