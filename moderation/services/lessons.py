"""Lessons: what a site has learnt, for its owner to see, and to wipe away."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from moderation.models import LearningReset, Lesson, Site, WordCount
from moderation.models.actor import Actor
from moderation.services.training import lock_learning

logger = logging.getLogger(__name__)

LATEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Month:
    """How many lessons were taught in a month, by when people decided."""

    month: datetime
    spam: int
    ham: int


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a site has learnt: how much, when, and from whom lately."""

    spam: int
    ham: int
    months: Sequence[Month]  # the latest first
    latest: Sequence[Lesson]  # with their decisions and comments
    reset: LearningReset | None  # the last one


def learnt(site: Site) -> Learnt:
    """Return what a site has learnt."""
    spam, ham = Count("pk", filter=Q(is_spam=True)), Count("pk", filter=Q(is_spam=False))
    lessons = Lesson.objects.filter(site=site)
    rows = (
        lessons.annotate(month=TruncMonth("taught_at"))
        .values_list("month")
        .annotate(spam=spam, ham=ham)
        .order_by("-month")
    )
    months = [Month(*row) for row in rows]
    latest = lessons.select_related("decision", "comment").order_by("-taught_at", "-pk")
    return Learnt(
        spam=sum(month.spam for month in months),
        ham=sum(month.ham for month in months),
        months=months,
        latest=list(latest[:LATEST_SHOWN]),
        reset=LearningReset.objects.filter(site=site).order_by("id").last(),
    )


@transaction.atomic
def reset(site: Site, *, actor: Actor) -> LearningReset:
    """Forget all lessons of a site, on the record; decisions from before teach no more."""
    lock_learning([site.pk])
    forgotten, _by_model = Lesson.objects.filter(site=site).delete()
    WordCount.objects.filter(site=site).delete()
    logger.warning("a site's learning was reset", extra={"site": str(site.pk), "count": forgotten})
    return LearningReset.objects.create(
        site=site, actor_kind=actor.kind, actor_name=actor.name, lessons=forgotten
    )
