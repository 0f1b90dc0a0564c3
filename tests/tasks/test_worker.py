"""A real worker, a real broker: from the API to a verdict without anybody's help."""

import json
from time import monotonic, sleep

import pytest
from django.test import Client

from moderation.models import Comment, Decision, Delivery, Event
from moderation.services.sites import create_site
from moderation.services.upkeep import canary_sang
from project.celery import app
from tests.factories import make_webhook
from tests.sinks import http_sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_broker]
PATIENCE_SECONDS = 15


def wait_until(condition, what):
    deadline = monotonic() + PATIENCE_SECONDS
    while not condition():
        assert monotonic() < deadline, f"waited in vain for {what}"
        sleep(0.02)


def post(key, number):
    return Client().post(
        "/api/v1/comments/",
        json.dumps(
            {
                "article": {"url": "https://blog.example/"},
                "author": {"name": "Bo", "email": "canary-worker@example.org"},
                "body": f"I liked chapter {number} best.",
            }
        ),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_what_is_submitted_is_scored_and_judged(worker):
    made = create_site("Blog", "https://blog.example")

    answers = [post(made.key, number) for number in range(40)]

    assert {answer.status_code for answer in answers} == {201}
    wait_until(lambda: not Comment.objects.waiting().exists(), "scores")
    comment = Comment.objects.first()
    assert 0 <= comment.score <= 1
    assert comment.reasons[0]["feature"] == "policy"
    assert comment.decisions.get().actor_kind == "policy"


def test_the_next_comment_knows_what_a_person_decided(worker):
    made = create_site("Blog", "https://blog.example")
    review = {"Authorization": f"Bearer {made.review_key}"}

    def scored(number):
        pk = post(made.key, number).json()["id"]
        wait_until(lambda: not Comment.objects.waiting().exists(), "a score")
        return Comment.objects.get(pk=pk)

    def decide(comment, status):
        Client().post(
            f"/api/v1/queue/{comment.pk}/decision/",
            {"status": status},
            content_type="application/json",
            headers=review,
        )
        wait_until(lambda: not Decision.objects.unlearned().exists(), "a lesson")

    first, second = scored("fourteen"), scored("nine")
    decide(first, "spam")
    decide(second, "approved")

    again = scored("fourteen hundred")
    assert again.score > first.score
    assert any(reason["feature"] == "site_words" for reason in again.reasons)


def test_the_canary_tells_that_the_worker_works(worker):
    app.send_task("tasks.upkeep.sing")

    wait_until(canary_sang, "the canary")


def test_a_worker_killed_in_the_middle_loses_nothing(worker):
    made = create_site("Blog", "https://blog.example")
    for number in range(20):
        post(made.key, number)
    Comment.objects.update(attempts=1)  # as a killed worker leaves them, its lease gone

    app.send_task("tasks.triage.score_waiting")

    wait_until(lambda: not Comment.objects.waiting().exists(), "scores")
    assert Comment.objects.filter(score__isnull=False).count() == 20


def test_the_outbox_is_emptied_without_anybodys_help(worker):
    """From a POST through outbox, nudge and worker to the door; this machine is not let in."""
    with http_sink() as sink:
        made = create_site("Blog", "https://blog.example")
        make_webhook(made.site, url=sink.url, events=[Event.CREATED])

        post(made.key, 1)

        wait_until(lambda: Delivery.objects.filter(attempts=1).exists(), "an attempt")
    assert sink.requests == []
    assert Delivery.objects.get().last_words == "no answer from this address"
