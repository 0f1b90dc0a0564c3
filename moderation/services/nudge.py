"""Wake a worker once the current transaction is safely committed.

A nudge carries no data and may be lost: the rows say what work is waiting, and the beat
schedule sweeps up whatever a lost nudge left behind. Tasks are called by name because
tasks/ imports this package, never the other way round.

A burst is one nudge: a flag in the broker stands while one is on its way, and the worker
takes it down before it looks for work.
"""

from functools import cache

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from moderation.breaker import ANSWER_SECONDS, broker_breaker

SCORE_WAITING = "tasks.triage.score_waiting"
SEND_DELIVERIES = "tasks.deliveries.send_waiting"
IMPORT_WAITING = "tasks.imports.import_waiting"
LEARN_WAITING = "tasks.training.learn_waiting"

# A flag that a dead worker left up is taken down by the clock, about when the sweep comes.
FLAG_SECONDS = 30

PATIENCE = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}


def nudge(task_name: str) -> None:
    """Ask for one run of a task after commit, unless one is on its way already."""

    # Not a partial: Django's report of a failed robust hook needs a __qualname__.
    def send_nudge() -> None:
        ring(task_name)

    # robust: whatever goes wrong out there, the comment is stored.
    transaction.on_commit(send_nudge, robust=True)


def ring(task_name: str) -> None:
    """Send one nudge now, if the broker answers and none is on its way."""
    if broker_breaker.is_open():
        return
    try:
        if flags().set(flag(task_name), 1, nx=True, ex=FLAG_SECONDS):
            send(task_name)
    except (RedisError, OperationalError, OSError):
        broker_breaker.trip()


def take_flag_down(task_name: str) -> None:
    """Let the next nudge through: whatever comes from now on may be missed by this run."""
    try:
        flags().delete(flag(task_name))
    except RedisError:
        broker_breaker.trip()


def flag(task_name: str) -> str:
    return f"winnow:nudged:{task_name}"


@cache
def flags() -> Redis:
    return Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **PATIENCE)


@cache
def publisher() -> Connection:
    # Not the worker's connection: its patience of 30 s is not a visitor's.
    options = {**PATIENCE, "max_retries": 1, "interval_start": 0, "interval_max": 0.1}
    return Connection(settings.REDIS_URL, transport_options=options)


def send(task_name: str) -> None:
    with producers[publisher()].acquire(block=True, timeout=ANSWER_SECONDS) as producer:
        current_app.send_task(task_name, producer=producer, retry=False)
