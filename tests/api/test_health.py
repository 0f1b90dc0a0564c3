"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.services import upkeep
from moderation.services.nudge import flags
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def canary():
    upkeep.sing()
    yield
    flags().delete(upkeep.CANARY)


def test_a_process_that_answers_is_up(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "up"})


def test_ready_when_everything_works(client, canary):
    assert client.get("/readyz").status_code == 200


def test_not_ready_when_no_worker_ran_for_a_minute(client, caplog):
    flags().delete(upkeep.CANARY)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"status": "down"})
    assert "worker" in caplog.text


def test_not_ready_when_a_comment_waits_too_long(client, canary, site):
    make_comment(site, created_at=timezone.now() - timedelta(minutes=4))

    assert client.get("/readyz").status_code == 503


def test_ready_while_comments_wait_briefly(client, canary, site):
    make_comment(site)

    assert client.get("/readyz").status_code == 200
