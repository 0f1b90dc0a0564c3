"""POST /api/v1/queue/decisions/ and POST /api/v1/batches/{id}/undo/."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from moderation.models import Comment, Decision
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_user

URL = "/api/v1/queue/decisions/"


@pytest.fixture
def send(client_of, alice):
    def send(body, address=URL, user=alice):
        return client_of(user).post(address, body, content_type="application/json")

    return send


def pks(comments):
    return [str(comment.pk) for comment in comments]


def statuses():
    return set(Comment.objects.values_list("status", flat=True))


def test_it_decides_by_ids(send, site):
    comments = [make_scored_comment(site) for _ in range(3)]

    response = send({"ids": pks(comments), "status": "spam", "reason": "a flood"})

    assert response.status_code == 201
    body = response.json()
    assert (body["asked"], body["changed"], body["conflicts"]) == (3, 3, [])
    assert statuses() == {"spam"}
    assert set(Decision.objects.values_list("reason", "batch_id")) == {
        ("a flood", Decision.objects.first().batch_id)
    }


def test_it_decides_by_filter(send, site):
    for score in (0.1, 0.9, 0.95):
        make_scored_comment(site, score=score)

    response = send({"filter": {"min_score": 0.9}, "expect": 2, "status": "spam"})

    assert response.json()["changed"] == 2
    assert Comment.objects.filter(status=Status.PENDING).count() == 1


def test_the_queues_own_query_is_a_filter_as_it_stands(send, site):
    make_scored_comment(site, score=0.9)
    make_scored_comment(site, score=0.95)
    query = {"min_score": 0.9, "status": "pending", "order": "score", "limit": 1}

    response = send({"filter": query, "expect": 2, "status": "spam"})

    assert (response.status_code, response.json()["changed"]) == (201, 2)
    assert send({"filter": {"order": "email"}, "expect": 0, "status": "spam"}).status_code == 400


def test_a_filter_that_matches_something_else_now_decides_nothing(send, site):
    make_scored_comment(site)

    response = send({"filter": {}, "expect": 2, "status": "spam"})

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "count_differs"
    assert statuses() == {"pending"}


@pytest.mark.parametrize(
    "body",
    [
        {"status": "spam"},
        {"status": "spam", "ids": []},
        {"status": "spam", "ids": ["x"]},
        {"status": "spam", "ids": [str(uuid7())], "filter": {}},
        {"status": "spam", "filter": {}},
        {"status": "spam", "filter": {"min_scor": 0.9}, "expect": 1},
        {"status": "lovely", "ids": [str(uuid7())]},
        {"status": "spam", "ids": [str(uuid7())], "seen_versions": {"x": 1}},
    ],
)
def test_it_refuses_what_is_unclear(send, site, body):
    make_scored_comment(site)

    assert send(body).status_code == 400
    assert statuses() == {"pending"}


def test_more_than_ten_thousand_ids_are_refused(send, site):
    assert send({"ids": [str(uuid7())] * 10_001, "status": "spam"}).status_code == 400


def test_strangers_rows_are_not_there(send, site, mallory):
    comments = [make_scored_comment(site)]

    response = send({"ids": pks(comments), "status": "spam"}, user=mallory)

    assert response.json()["changed"] == 0
    assert statuses() == {"pending"}


def test_it_requires_login(client_of, site):
    response = client_of(None).post(URL, {"ids": []}, content_type="application/json")

    assert response.status_code == 401


def test_where_somebody_was_quicker_is_reported(send, site):
    ours, theirs = make_scored_comment(site), make_scored_comment(site)
    decision = decide_as(make_user("bea", site), theirs, Status.APPROVED)

    response = send(
        {
            "ids": pks([ours, theirs]),
            "status": "spam",
            "seen_versions": {str(ours.pk): 1, str(theirs.pk): 1},
        }
    )

    body = response.json()
    assert body["changed"] == 1
    assert body["conflicts"] == [
        {"id": str(theirs.pk), "status": "approved", "version": 2, "decision": str(decision.pk)}
    ]


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(send, site):
    def statements(size):
        comments = [make_scored_comment(site) for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            send({"ids": pks(comments), "status": "spam"})
        return len(captured)

    assert statements(40) == statements(1)


class TestUndo:
    def test_it_gives_everything_back(self, send, site, alice):
        pending, approved = make_scored_comment(site), make_scored_comment(site)
        decide_as(alice, approved, Status.APPROVED)
        batch = send({"ids": pks([pending, approved]), "status": "spam"}).json()

        response = send({}, f"/api/v1/batches/{batch['id']}/undo/")

        assert response.status_code == 201
        assert (response.json()["status"], response.json()["changed"]) == (None, 2)
        for comment in (pending, approved):
            comment.refresh_from_db()
        assert (pending.status, approved.status) == (Status.PENDING, Status.APPROVED)

    def test_twice_is_a_conflict(self, send, site):
        batch = send({"ids": pks([make_scored_comment(site)]), "status": "spam"}).json()
        send({}, f"/api/v1/batches/{batch['id']}/undo/")

        assert send({}, f"/api/v1/batches/{batch['id']}/undo/").status_code == 409

    def test_what_was_decided_since_is_left_alone(self, send, site):
        ours, theirs = make_scored_comment(site), make_scored_comment(site)
        batch = send({"ids": pks([ours, theirs]), "status": "spam"}).json()
        decide_as(make_user("bea", site), theirs, Status.APPROVED)

        body = send({}, f"/api/v1/batches/{batch['id']}/undo/").json()

        assert (body["asked"], body["changed"]) == (2, 1)
        assert [line["id"] for line in body["conflicts"]] == [str(theirs.pk)]

    def test_strangers_batches_are_not_there(self, send, site, mallory):
        batch = send({"ids": pks([make_scored_comment(site)]), "status": "spam"}).json()

        response = send({}, f"/api/v1/batches/{batch['id']}/undo/", user=mallory)

        assert response.status_code == 404
