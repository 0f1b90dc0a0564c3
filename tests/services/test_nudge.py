"""A nudge wakes a worker once, and never keeps a visitor waiting."""

import json
import socket
from time import monotonic

import pytest

from moderation.breaker import broker_breaker
from moderation.services import nudge
from moderation.services.nudge import SCORE_WAITING, flags, ring, take_flag_down

pytestmark = pytest.mark.real_broker
QUEUE = "winnow"


@pytest.fixture(autouse=True)
def empty_queue():
    flags().delete(QUEUE, nudge.flag(SCORE_WAITING))
    yield
    flags().delete(QUEUE, nudge.flag(SCORE_WAITING))


@pytest.fixture
def elsewhere(settings):
    """Point at another broker; forget it afterwards."""

    def point_at(url):
        settings.REDIS_URL = url
        nudge.flags.cache_clear()
        nudge.publisher.cache_clear()

    yield point_at
    nudge.flags.cache_clear()
    nudge.publisher.cache_clear()


def test_a_burst_is_one_task_without_data():
    for _ in range(100):
        ring(SCORE_WAITING)

    messages = flags().lrange(QUEUE, 0, -1)
    assert len(messages) == 1
    headers = json.loads(messages[0])["headers"]
    assert (headers["task"], headers["argsrepr"], headers["kwargsrepr"]) == (
        SCORE_WAITING,
        "()",
        "{}",
    )


def test_once_the_worker_has_begun_the_next_nudge_passes():
    ring(SCORE_WAITING)
    take_flag_down(SCORE_WAITING)
    ring(SCORE_WAITING)

    assert flags().llen(QUEUE) == 2


def test_a_broker_that_refuses_costs_no_time_and_no_error(elsewhere, caplog):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    elsewhere(f"redis://127.0.0.1:{port}/0")

    began = monotonic()
    ring(SCORE_WAITING)

    assert monotonic() - began < 0.3
    assert broker_breaker.is_open()


def test_a_broker_that_hangs_costs_at_most_300_ms_once(elsewhere):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        elsewhere(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")

        began = monotonic()
        for _ in range(20):
            ring(SCORE_WAITING)

        assert monotonic() - began < 0.3
