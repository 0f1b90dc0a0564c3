"""POST /api/v1/queue/{id}/decision/ and POST /api/v1/decisions/{id}/undo/."""

import pytest

from moderation.models import Decision
from moderation.services.access import user_actor
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_user


def url(comment):
    return f"/api/v1/queue/{comment.pk}/decision/"


def undo_url(decision):
    return f"/api/v1/decisions/{decision.pk}/undo/"


def send(client, address, body=None):
    return client.post(address, body or {}, content_type="application/json")


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM])
def test_it_decides(client_of, alice, site, status):
    comment = make_scored_comment(site)

    response = send(client_of(alice), url(comment), {"status": status, "reason": "seen"})

    assert response.status_code == 201
    comment.refresh_from_db()
    assert (comment.status, comment.version) == (status, 2)
    body = response.json()
    assert body["actor"] == {"kind": "user", "name": "alice"}
    assert (body["from"], body["to"], body["reason"]) == ("pending", status, "seen")


def test_a_review_key_decides(keys, bearer, client):
    comment = make_scored_comment(keys.site)

    response = client.post(
        url(comment), {"status": "spam"}, content_type="application/json", **bearer(keys.review_key)
    )

    assert response.json()["actor"] == {"kind": "key", "name": "review"}


def test_a_submit_key_may_not(keys, bearer, client):
    comment = make_scored_comment(keys.site)

    response = client.post(
        url(comment), {"status": "spam"}, content_type="application/json", **bearer(keys.key)
    )

    assert response.status_code == 403


def test_it_hides_other_peoples_comments(client_of, mallory, site):
    comment = make_scored_comment(site)

    response = send(client_of(mallory), url(comment), {"status": "approved"})

    # 404 rather than 403: strangers learn nothing about what exists.
    assert response.status_code == 404
    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_it_requires_login(client_of, site):
    response = send(client_of(None), url(make_scored_comment(site)), {"status": "approved"})

    assert response.status_code == 401


def test_a_session_needs_its_csrf_token(alice, site):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = send(client, url(make_scored_comment(site)), {"status": "approved"})

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "lovely"}, "status"),
        ({}, "status"),
        ({"status": "spam", "seen_version": "1"}, "seen_version"),
        ({"status": "spam", "seen_version": 2**40}, "seen_version"),
        ({"status": "spam", "reason": "x" * 201}, "reason"),
        ({"status": "spam", "reason": ["x"]}, "reason"),
    ],
)
def test_it_names_the_bad_field(client_of, alice, site, body, field):
    response = send(client_of(alice), url(make_scored_comment(site)), body)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]


def test_the_slower_moderator_is_told_who_was_quicker(client_of, alice, site):
    comment = make_scored_comment(site, email="c@example.org")
    decide_as(make_user("bea", site), comment, Status.SPAM)

    response = send(client_of(alice), url(comment), {"status": "approved", "seen_version": 1})

    assert response.status_code == 409
    body = response.json()
    assert body["error"]["code"] == "conflict"
    assert body["decision"]["actor"]["name"] == "bea"
    assert body["comment"]["status"] == "spam"
    comment.refresh_from_db()
    assert comment.status == Status.SPAM


def test_confirming_somebody_elses_decision_is_recorded(client_of, alice, site):
    comment = make_scored_comment(site)
    decide_as(make_user("bea", site), comment, Status.SPAM)

    response = send(client_of(alice), url(comment), {"status": "spam"})

    assert response.status_code == 201
    assert comment.decisions.count() == 2
    comment.refresh_from_db()
    assert comment.version == 2  # its status did not change


def test_saying_the_same_again_is_not(client_of, alice, site):
    comment = make_scored_comment(site)
    first = send(client_of(alice), url(comment), {"status": "spam", "seen_version": 1})

    again = send(client_of(alice), url(comment), {"status": "spam", "seen_version": 1})

    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert comment.decisions.count() == 1


class TestUndo:
    def test_it_takes_a_decision_back_on_the_record(self, client_of, alice, site):
        comment = make_scored_comment(site)
        decision = decide_as(alice, comment, Status.SPAM)

        response = send(client_of(alice), undo_url(decision))

        assert response.status_code == 201
        assert response.json()["undoes"] == str(decision.pk)
        comment.refresh_from_db()
        assert (comment.status, comment.version) == (Status.PENDING, 3)
        assert comment.decisions.count() == 2

    def test_twice_is_a_conflict(self, client_of, alice, site):
        decision = decide_as(alice, make_scored_comment(site), Status.SPAM)
        send(client_of(alice), undo_url(decision))

        assert send(client_of(alice), undo_url(decision)).status_code == 409

    def test_not_while_something_newer_stands(self, client_of, alice, site):
        comment = make_scored_comment(site)
        decision = decide_as(alice, comment, Status.SPAM)
        decide_as(make_user("bea", site), comment, Status.APPROVED)

        response = send(client_of(alice), undo_url(decision))

        assert response.status_code == 409
        assert response.json()["decision"]["actor"]["name"] == "bea"

    def test_not_while_somebody_has_confirmed_it(self, client_of, alice, site):
        comment = make_scored_comment(site)
        decision = decide_as(alice, comment, Status.SPAM)
        decide_as(make_user("bea", site), comment, Status.SPAM)

        assert send(client_of(alice), undo_url(decision)).status_code == 409

    def test_an_undo_can_be_undone(self, client_of, alice, site):
        comment = make_scored_comment(site)
        decision = decide_as(alice, comment, Status.SPAM)
        undone = send(client_of(alice), undo_url(decision)).json()

        send(client_of(alice), f"/api/v1/decisions/{undone['id']}/undo/")

        comment.refresh_from_db()
        assert comment.status == Status.SPAM

    def test_it_hides_other_peoples_decisions(self, client_of, alice, mallory, site):
        decision = decide_as(alice, make_scored_comment(site), Status.SPAM)

        assert send(client_of(mallory), undo_url(decision)).status_code == 404


class TestHistory:
    def test_it_tells_who_did_what_in_order(self, client_of, alice, site):
        comment = make_scored_comment(site)
        decide_as(alice, comment, Status.SPAM)
        decide_as(make_user("bea", site), comment, Status.APPROVED)

        rows = client_of(alice).get(f"/api/v1/comments/{comment.pk}/history/").json()["results"]

        assert [(row["actor"]["name"], row["to"]) for row in rows] == [
            ("alice", "spam"),
            ("bea", "approved"),
        ]

    def test_it_hides_other_peoples_comments(self, client_of, mallory, site):
        comment = make_scored_comment(site)

        assert client_of(mallory).get(f"/api/v1/comments/{comment.pk}/history/").status_code == 404


class TestRevealEmail:
    def test_it_reveals_and_leaves_a_trace(self, client_of, alice, site):
        comment = make_scored_comment(site, email="canary@example.org")

        response = send(client_of(alice), f"/api/v1/comments/{comment.pk}/reveal-email/")

        assert response.json() == {"email": "canary@example.org"}
        assert response["Cache-Control"] == "no-store"
        [line] = Decision.objects.filter(comment=comment)
        assert (line.action, line.actor_name) == ("reveal", "alice")

    def test_a_look_at_the_address_is_no_decision(self, client_of, alice, site):
        comment = make_scored_comment(site, email="canary@example.org")
        decision = decide_as(alice, comment, Status.SPAM)
        send(client_of(alice), f"/api/v1/comments/{comment.pk}/reveal-email/")

        assert send(client_of(alice), undo_url(decision)).status_code == 201

    def test_a_look_cannot_be_taken_back(self, client_of, alice, site):
        comment = make_scored_comment(site, email="canary@example.org")
        send(client_of(alice), f"/api/v1/comments/{comment.pk}/reveal-email/")

        assert send(client_of(alice), undo_url(Decision.objects.get())).status_code == 404

    def test_it_hides_other_peoples_comments(self, client_of, mallory, site):
        comment = make_scored_comment(site, email="canary@example.org")

        response = send(client_of(mallory), f"/api/v1/comments/{comment.pk}/reveal-email/")

        assert response.status_code == 404
        assert not Decision.objects.exists()

    def test_an_address_moved_to_another_row_does_not_open(self, client_of, alice, site):
        comment = make_scored_comment(site, email="canary@example.org")
        thief = make_scored_comment(site)
        thief.email_sealed = comment.email_sealed
        thief.save()

        response = send(client_of(alice), f"/api/v1/comments/{thief.pk}/reveal-email/")

        assert response.status_code == 409
        assert thief.masked_email == "unreadable"
        assert not Decision.objects.exists()


def test_the_actors_sites_are_those_of_the_membership(alice, mallory, site):
    assert user_actor(alice).site_ids == {site.pk}
    assert site.pk not in user_actor(mallory).site_ids
