"""Deliveries: send what waits in the outbox, and keep trying for three days.

The table is the queue, shared out by leases like the waiting comments. Each target has a
lane of its own: a slow one occupies its lane, and nobody else waits for it. Only the thread
that runs `send_waiting` speaks to the database; the lanes do nothing but send.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import uniform
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Min, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from moderation.channels import CHANNELS
from moderation.channels.base import DeliveryFailed, Message, NotTaken, Receipt
from moderation.models import Delivery
from moderation.services import endpoints, verdicts

logger = logging.getLogger(__name__)

# Between the attempts, by Standard Webhooks: about three days in all.
PAUSES = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
# For what a healthy target will not have: it may know better in five minutes.
FEW_TRIES = 3
JITTER = 0.1  # pauses grow by up to a tenth, so that not everything comes back at once
# After a failure the rest for the same target waits this long: its lane is worth more.
HOLD = timedelta(seconds=60)

NOBODY = "there was nobody to send this to"

LANES = 16
ROWS_PER_LANE = 5
# A lane begins no new row after LANE_SECONDS, a run no new lane after RUN_SECONDS. With the
# 20 s that one request can take, both end within a task's time limit and within a lease.
LANE_SECONDS = 5.0
RUN_SECONDS = 15.0
POLL_SECONDS = 0.5  # how soon a run that waits for slow lanes sees new rows
LEASE = timedelta(seconds=60)

# What `record` writes.
OUTCOME = [
    "lease_until",
    "lease_token",
    "attempts",
    "next_at",
    "sent_at",
    "dead_at",
    "last_status",
    "last_words",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a channel's rows need that the channel cannot know.

    `targets_of` says what is sent and to whom; a row that it leaves out is given up.
    `note` learns which targets took something, which did not, and which never will.
    """

    targets_of: Callable[[Sequence[Delivery]], dict[UUID, tuple[Message, Any]]]
    note: Callable[[Sequence[tuple[Delivery, Receipt | DeliveryFailed]]], None]


DESKS = {
    "webhook": Desk(endpoints.targets_of, endpoints.note),
    "akismet": Desk(verdicts.targets_of, verdicts.note),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed row with everything that its lane needs."""

    row: Delivery
    message: Message
    target: Any


@dataclass(frozen=True, slots=True)
class Result:
    """How it went; None: it was not tried, for lack of time or after another's failure."""

    row: Delivery
    outcome: Receipt | DeliveryFailed | None


def send_waiting() -> bool:
    """Send what is due, for a while; tell whether there may be more."""
    end = monotonic() + RUN_SECONDS
    running: set[Future[list[Result]]] = set()
    with ThreadPoolExecutor(LANES) as lanes:
        while True:
            has_time = monotonic() < end
            if has_time and len(running) < LANES:
                running |= {lanes.submit(send_lane, lane) for lane in take(LANES - len(running))}
            if not running:
                return not has_time
            done, running = wait(running, POLL_SECONDS, return_when=FIRST_COMPLETED)
            record([result for lane in done for result in lane.result()])


def take(lanes: int) -> list[list[Letter]]:
    """Claim rows for some lanes and fetch what they need, one list per target."""
    letters = letters_of(claim(lanes))
    return [list(group) for _, group in groupby(letters, key=lambda letter: letter.row.target)]


@transaction.atomic
def claim(targets: int) -> list[Delivery]:
    """Take a few due rows of each of some targets, the oldest first, grouped by target."""
    due = Delivery.objects.due()
    longest = due.values("target").annotate(since=Min("next_at")).order_by("since")
    chosen = [row["target"] for row in longest[:targets]]
    place = Window(RowNumber(), partition_by=F("target"), order_by=F("id").asc())
    few = due.filter(target__in=chosen).annotate(place=place).filter(place__lte=ROWS_PER_LANE)
    free = Delivery.objects.waiting().filter(
        Q(lease_until=None) | Q(lease_until__lte=timezone.now()),
        pk__in=list(few.values_list("pk", flat=True)),
    )
    ids = list(free.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not ids:
        return []
    claimed = Delivery.objects.filter(pk__in=ids)
    claimed.update(lease_until=timezone.now() + LEASE, lease_token=uuid4())
    return list(claimed.select_related("comment__article").order_by("target", "id"))


def letters_of(rows: Sequence[Delivery]) -> list[Letter]:
    """Address the claimed rows; what has nowhere to go any more is given up."""
    addressed: dict[UUID, tuple[Message, Any]] = {}
    for channel, desk in DESKS.items():
        if own := [row for row in rows if row.channel == channel]:
            addressed |= desk.targets_of(own)
    lost = [row.pk for row in rows if row.pk not in addressed]
    if lost:
        Delivery.objects.waiting().filter(pk__in=lost).update(
            dead_at=timezone.now(), last_words=NOBODY, lease_until=None, lease_token=None
        )
    return [Letter(row, *addressed[row.pk]) for row in rows if row.pk in addressed]


def send_lane(letters: Sequence[Letter]) -> list[Result]:
    """Send one after the other; stop when the target fails, or when time is over."""
    end = monotonic() + LANE_SECONDS
    results: list[Result] = []
    stopped = False
    for letter in letters:
        stopped = stopped or monotonic() > end
        outcome = None if stopped else send(letter)
        stopped = stopped or is_down(outcome)
        results.append(Result(letter.row, outcome))
    return results


def send(letter: Letter) -> Receipt | DeliveryFailed:
    try:
        return CHANNELS[letter.row.channel](letter.message, letter.target)
    except DeliveryFailed as failure:
        return failure
    except Exception:  # one message's failure is that message's alone
        logger.exception("a delivery cannot be sent", extra={"site": str(letter.row.site_id)})
        return DeliveryFailed("an error of Winnow's own")


@transaction.atomic
def record(results: Sequence[Result]) -> None:
    """Write down how it went. Only the holder of a row's lease may: a late one changes nothing."""
    if not results:
        return
    by_id = {result.row.pk: result for result in results}
    locked = Delivery.objects.waiting().filter(pk__in=by_id).select_for_update().order_by("id")
    held = [row for row in locked if row.lease_token == by_id[row.pk].row.lease_token]
    now = timezone.now()
    for row in held:
        write_outcome(row, by_id[row.pk].outcome, now)
    Delivery.objects.bulk_update(held, OUTCOME)
    tried = [(row, outcome) for row in held if (outcome := by_id[row.pk].outcome) is not None]
    hold_back([row for row, outcome in tried if is_down(outcome)], now)
    for channel, desk in DESKS.items():
        if own := [pair for pair in tried if pair[0].channel == channel]:
            desk.note(own)


def write_outcome(row: Delivery, outcome: Receipt | DeliveryFailed | None, now: datetime) -> None:
    """Set what came of a row; its lease is over."""
    row.lease_until = row.lease_token = None
    if outcome is None:
        return
    row.attempts += 1
    row.last_status, row.last_words = outcome.status, outcome.words
    if isinstance(outcome, Receipt):
        row.sent_at = now
    elif outcome.permanent or row.attempts >= most_tries(outcome):
        row.dead_at = now
    else:
        pause = PAUSES[row.attempts] * uniform(1, 1 + JITTER)
        row.next_at = now + timedelta(seconds=max(pause, outcome.retry_after))


def is_down(outcome: Receipt | DeliveryFailed | None) -> bool:
    """Tell whether it was the target that failed, and not a message that it will not have."""
    return isinstance(outcome, DeliveryFailed) and not isinstance(outcome, NotTaken)


def most_tries(failure: DeliveryFailed) -> int:
    return FEW_TRIES if isinstance(failure, NotTaken) else len(PAUSES)


def hold_back(failed: Sequence[Delivery], now: datetime) -> None:
    """Let everything else for targets that just failed wait a while."""
    if failed:
        waiting = Delivery.objects.waiting().filter(lease_until=None, next_at__lt=now + HOLD)
        others = waiting.filter(target__in={row.target for row in failed})
        others.exclude(pk__in=[row.pk for row in failed]).update(next_at=now + HOLD)
