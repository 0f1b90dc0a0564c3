"""A comment as moderators see it: marked, folded, explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from moderation.dashboard.forms import WHOLE
from moderation.dashboard.marks import Piece, fold_at, marked, parted
from moderation.dashboard.words import (
    STATUS_NAMES,
    ago,
    more_words,
    score_words,
    status_counts,
)
from moderation.models import Comment
from moderation.models.gathered import Extent
from moderation.scoring.rules import RULE
from moderation.status import Status

CHIPS = 4
# Their reasons quote what a field holds, without saying which.
FIELD_NAMES = {"author_name": gettext_lazy("Name"), "website": gettext_lazy("Website")}
# Not contributions to the score but the sentence above them.
SENTENCES = ("policy", "failure")


@dataclass(frozen=True, slots=True)
class Chip:
    """One reason, readable; positive weights speak for spam."""

    text: str
    weight: float
    field: str = ""

    @property
    def is_against(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True, slots=True)
class ScoreBar:
    percent: int
    words: str
    level: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the template of one comment needs; `neighbour` is the row to return to."""

    comment: Comment
    head: list[Piece]
    tail: list[Piece]
    tail_length: int
    score: ScoreBar | None
    sentence: str
    chips: list[Chip]
    neighbour: Comment | None = None
    campaign: Extent | None = None

    @property
    def more_like_this(self) -> str:
        """How many comments this card stands for beside its own, and where they are."""
        if self.campaign is None:
            return ""
        extent = self.campaign
        return more_words(extent.size - 1, len(extent.sites), is_more=extent.is_more)

    @property
    def size_words(self) -> str:
        """How many comments the card of a campaign stands for."""
        if self.campaign is None:
            return ""
        return f"{self.campaign.size}{'+' if self.campaign.is_more else ''}"

    @property
    def standing(self) -> str:
        """Where those of a campaign stand that do not all stand in one place."""
        if self.campaign is None or len(self.campaign.statuses) < 2:
            return ""
        return status_counts(self.campaign.statuses)

    @property
    def status_name(self) -> str:
        return str(STATUS_NAMES[self.comment.status])

    @property
    def arrived(self) -> str:
        return ago(self.comment.created_at)

    @property
    def top_chips(self) -> list[Chip]:
        return self.chips[:CHIPS]

    @property
    def is_pending(self) -> bool:
        return self.comment.status == Status.PENDING

    @property
    def choice(self) -> str:
        """How the bulk form names this card, as it was seen."""
        return f"{self.comment.pk}:{self.comment.version}{WHOLE if self.campaign else ''}"

    @property
    def article_link(self) -> str:
        """The article's address if a browser may follow it."""
        url = self.comment.article.url
        return url if url.startswith(("https://", "http://")) else ""


def card_of(
    comment: Comment, neighbour: Comment | None = None, campaign: Extent | None = None
) -> Card:
    """Prepare one comment; its article and site must be loaded."""
    fold = fold_at(comment.body)
    head, tail = parted(marked(comment.body, comment.reasons), fold)
    return Card(
        comment=comment,
        head=head,
        tail=tail,
        tail_length=len(comment.body) - fold,
        score=score_bar(comment.score),
        sentence=sentence_of(comment.reasons),
        chips=chips_of(comment.reasons),
        neighbour=neighbour,
        campaign=campaign,
    )


def cards_of(comments: Sequence[Comment], campaigns: Mapping[UUID, Extent]) -> list[Card]:
    """Prepare a page; a decided row hands over to the next one, the last to the one before."""
    neighbours = [*comments[1:], comments[-2] if len(comments) > 1 else None]
    return [
        card_of(row, beside, campaigns.get(row.campaign_id) if row.campaign_id else None)
        for row, beside in zip(comments, neighbours, strict=False)
    ]


def score_bar(score: float | None) -> ScoreBar | None:
    if score is None:
        return None
    words, level = score_words(score)
    return ScoreBar(percent=round(score * 100), words=words, level=level)


def sentence_of(reasons: Sequence[dict[str, Any]]) -> str:
    """Return why the policy left a comment where it is, "" when it has not said."""
    return next((r["text"] for r in reasons if r["feature"] in SENTENCES), "")


def chips_of(reasons: Sequence[dict[str, Any]]) -> list[Chip]:
    """Return what the classifier saw, the most telling first."""
    return [
        Chip(r["text"], r["weight"], str(FIELD_NAMES.get(r["feature"], "")))
        for r in reasons
        if r["feature"] not in SENTENCES and not names_a_decision(r)
    ]


def names_a_decision(reason: dict[str, Any]) -> bool:
    """Tell whether a rule decided, as the sentence says already, rather than added weight."""
    return bool(reason["feature"] == RULE and not reason["weight"])
