"""Triage: from a waiting row to a verdict, beside other workers and through failures."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Comment
from moderation.scoring.evidence import Reason, Score
from moderation.services import claims, triage
from moderation.services.claims import claim
from moderation.services.training import learn_waiting
from moderation.status import Status
from tests.factories import decide_as, make_comment, make_scored_comment, make_site, make_user

POISON = "poison"


class Judge:
    """A classifier that knows its mind: a body that is a number is its score."""

    version = "judge"

    def score_batch(self, evidence):
        return [self.score(seen) for seen in evidence]

    def score(self, evidence):
        if evidence.body == POISON:
            raise ValueError(evidence.body)
        return Score(
            value=float(evidence.body), reasons=(Reason(feature="f", text="t", weight=1.0),)
        )


@pytest.fixture(autouse=True)
def judge(monkeypatch):
    monkeypatch.setattr(triage, "classifier", lambda: Judge())


def drain():
    while triage.score_waiting():
        pass


@pytest.fixture
def open_site(db):
    return make_site(hold_first_time=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [("0.95", Status.SPAM), ("0.5", Status.PENDING), ("0.05", Status.APPROVED)],
)
def test_the_policy_decides_on_the_record(open_site, body, status):
    comment = make_comment(open_site, body=body)

    drain()

    comment.refresh_from_db()
    assert (comment.status, comment.score, comment.classifier) == (status, float(body), "judge")
    assert comment.scored_at is not None
    assert [reason["feature"] for reason in comment.reasons] == ["policy", "f"]
    [decision] = comment.decisions.all()
    assert (decision.actor_kind, decision.to_status) == ("policy", status)
    assert decision.reason == comment.reasons[0]["text"]


def test_a_comment_that_is_held_keeps_its_version(open_site):
    comment = make_comment(open_site, body="0.5")

    drain()

    comment.refresh_from_db()
    assert comment.version == 1


def test_new_settings_of_the_site_apply_to_the_next_comment(open_site):
    make_comment(open_site, body="0.5")
    drain()
    open_site.spam_above = 0.4
    open_site.save()

    comment = make_comment(open_site, body="0.5")
    drain()

    comment.refresh_from_db()
    assert comment.status == Status.SPAM


def test_a_known_author_is_not_held_as_a_first_one(db):
    site = make_site()
    alice = make_user("alice", site)
    first = make_comment(site, body="0.05", email="Bo@example.org")
    drain()
    first.refresh_from_db()
    assert first.status == Status.PENDING
    decide_as(alice, first, Status.APPROVED)

    second = make_comment(site, body="0.05", email="bo@example.org")
    stranger = make_comment(site, body="0.05", email="other@example.org")
    drain()

    second.refresh_from_db()
    stranger.refresh_from_db()
    assert (second.status, stranger.status) == (Status.APPROVED, Status.PENDING)


def test_approvals_on_another_site_do_not_count(db):
    here, there = make_site(), make_site(url="https://there.example")
    make_scored_comment(there, status=Status.APPROVED, email="bo@example.org")
    comment = make_comment(here, body="0.05", email="bo@example.org")

    drain()

    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_one_failure_does_not_hold_up_the_rest(open_site):
    poison = make_comment(open_site, body=POISON)
    others = [make_comment(open_site, body="0.05") for _ in range(3)]

    drain()

    poison.refresh_from_db()
    assert {Comment.objects.get(pk=c.pk).status for c in others} == {Status.APPROVED}
    assert (poison.status, poison.score) == (Status.PENDING, None)


def test_three_failures_bring_a_comment_to_people_with_the_reason(open_site, caplog):
    poison = make_comment(open_site, body=POISON)

    drain()

    poison.refresh_from_db()
    assert poison.scored_at is not None
    assert poison.attempts == 3
    assert poison.reasons[0] == {
        "feature": "failure",
        "text": "scoring failed three times; a moderator decides",
        "weight": 0.0,
        "span": None,
    }
    assert poison in Comment.objects.in_queue(Status.PENDING)


def uncertain(client):
    """Return the ids of the queue, what is most worth deciding first."""
    rows = client.get("/api/v1/queue/", {"order": "uncertain"}).json()["results"]
    return [UUID(row["id"]) for row in rows]


def test_the_order_of_doubt_knows_scores_thresholds_and_failures(client_of, alice, site):
    site.approve_below, site.spam_above = 0.6, 0.8
    site.save()
    certain, even, open_, poison = (
        make_comment(site, body=body) for body in ("0.01", "0.5", "0.65", POISON)
    )

    drain()

    assert uncertain(client_of(alice)) == [open_.pk, even.pk, certain.pk, poison.pk]


def test_who_is_scored_anew_has_a_new_place(client_of, alice, site):
    first, second = make_comment(site, body="0.5"), make_comment(site, body="0.4")
    drain()
    assert uncertain(client_of(alice)) == [first.pk, second.pk]

    Comment.objects.filter(pk=first.pk).update(body="0.1", scored_at=None, attempts=0)
    drain()

    assert uncertain(client_of(alice)) == [second.pk, first.pk]


def test_what_the_lessons_speak_about_comes_later(client_of, alice, site):
    for name, status in (("Max Win", Status.SPAM), ("Ann", Status.APPROVED)):
        decide_as(alice, make_scored_comment(site, author_name=name), status)
    learn_waiting()
    unheard = make_comment(site, body="0.5", author_name="Bo Bee")
    known = make_comment(site, body="0.5", author_name="Max Win")

    drain()

    assert uncertain(client_of(alice)) == [unheard.pk, known.pk]


def test_a_comment_that_kills_its_worker_takes_nobody_with_it(open_site):
    """A worker that dies leaves its leases; each time fewer comments share the killer's."""
    comments = [make_comment(open_site, body="0.5") for _ in range(30)]
    killer = comments[10].pk

    while batch := claim():
        if any(comment.pk == killer for comment in batch):
            # ... and the worker is gone, and a minute passes.
            Comment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        else:
            triage.settle_comments(batch, Judge())
    drain()

    assert Comment.objects.filter(score=0.5).count() == len(comments) - 1
    assert Comment.objects.get(pk=killer).reasons[0]["feature"] == "failure"


def test_leased_comments_are_left_to_their_worker(open_site):
    make_comment(open_site, body="0.5")
    claim()

    assert triage.score_waiting() == 0


def test_an_expired_lease_is_taken_over(open_site):
    comment = make_comment(open_site, body="0.5")
    claim()
    Comment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    drain()

    comment.refresh_from_db()
    assert (comment.score, comment.attempts) == (0.5, 2)


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(open_site):
    def statements(size):
        for _ in range(size):
            make_comment(open_site, body="0.5", email="someone@example.org")
        with CaptureQueriesContext(connection) as captured:
            assert triage.score_waiting() == size
        return len(captured)

    assert statements(60) == statements(2)


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_rows_and_take_none_twice(monkeypatch):
    monkeypatch.setattr(claims, "BATCH_SIZES", (7, 7, 1))
    site = make_site(hold_first_time=False)
    for _ in range(60):
        make_comment(site, body="0.05")
    barrier, taken = threading.Barrier(3), []

    def work():
        barrier.wait()
        while comments := claim():
            taken.extend(comment.pk for comment in comments)
            triage.settle_comments(comments, Judge())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    drain()  # what a worker that met another's locks left
    assert len(taken) == len(set(taken))
    assert Comment.objects.filter(status=Status.APPROVED, attempts=1).count() == 60
