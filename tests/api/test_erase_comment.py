"""DELETE /api/v1/comments/{id}/: words and addresses are gone for good."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Action, Comment, Decision
from moderation.services.erasure import erase
from moderation.services.receipts import receipt_token
from moderation.services.review import Choice, decide
from moderation.services.triage import score_waiting
from moderation.status import Status
from tests.factories import decide_as, make_comment, make_scored_comment, make_site

CANARY = "canary"
QUOTE = [{"feature": "wording", "text": "“canary”", "weight": 1.0, "span": [0, 6]}]


def url_of(comment):
    return f"/api/v1/comments/{comment.pk}/"


@pytest.fixture
def written(site):
    """A comment in which every word of its sender is the canary."""
    return make_scored_comment(
        site,
        status=Status.APPROVED,
        author_name=CANARY,
        author_url=f"https://{CANARY}.example",
        body=f"{CANARY} sings",
        email=f"{CANARY}@example.org",
        external_id="wp-7",
        reasons=QUOTE,
        ip_prefix="203.0.113.0/24",
        ip_hash=b"x" * 16,
        user_agent=CANARY,
        referrer=f"https://{CANARY}.example/",
        seconds_on_page=5.0,
        nonce=b"p" + b"x" * 16,
        request_digest=b"x" * 16,
    )


def test_words_and_addresses_are_gone(client_of, alice, written):
    assert client_of(alice).delete(url_of(written)).status_code == 204

    row = Comment.objects.filter(pk=written.pk).values().get()
    assert CANARY not in str(row)
    assert row["erased_at"] is not None
    assert not any(row[name] for name in ("ip_prefix", "ip_hash", "email_sealed", "reasons"))
    assert not any(row[name] for name in ("email_fingerprint", "request_digest", "user_agent"))
    assert (row["status"], row["version"]) == (Status.APPROVED, 2)


def test_it_is_on_the_record_and_the_record_stays(client_of, alice, written):
    decide_as(alice, written, Status.APPROVED)
    client_of(alice).delete(url_of(written))

    lines = client_of(alice).get(f"{url_of(written)}history/").json()["results"]

    assert [line["action"] for line in lines] == [Action.DECIDE, Action.ERASE]
    assert (lines[1]["actor"]["name"], lines[1]["version"]) == ("alice", 2)


def test_everything_forgets_it_at_once(client_of, alice, site, written):
    page = {"url": written.article.url}
    visitor = Client()
    assert CANARY in visitor.get(f"/sites/{site.pk}/thread/", page).content.decode()

    client_of(alice).delete(url_of(written))

    assert client_of(alice).get(url_of(written)).status_code == 404
    assert client_of(alice).get("/api/v1/queue/counts/").json()["approved"] == 0
    assert client_of(alice).get("/api/v1/queue/?status=approved").json()["results"] == []
    assert visitor.get(f"/receipts/{receipt_token(written.pk)}/").status_code == 404
    assert visitor.get(f"/sites/{site.pk}/thread.json", page).json()["count"] == 0
    assert CANARY not in visitor.get(f"/sites/{site.pk}/thread/", page).content.decode()


def test_replies_stay_under_nobody(client_of, alice, site, written):
    reply = make_scored_comment(site, parent=written, status=Status.APPROVED)
    client_of(alice).delete(url_of(written))

    page = Client().get(f"/sites/{site.pk}/thread.json", {"url": written.article.url}).json()

    assert [(c["id"], c["parent"]) for c in page["comments"]] == [(str(reply.pk), None)]
    assert client_of(alice).get(url_of(reply)).json()["parent"] == str(written.pk)


def test_erased_twice_is_not_found(client_of, alice, written):
    client_of(alice).delete(url_of(written))

    assert client_of(alice).delete(url_of(written)).status_code == 404
    assert Decision.objects.filter(action=Action.ERASE).count() == 1


def test_somebody_elses_comment_is_not_there(client_of, mallory, written):
    assert client_of(mallory).delete(url_of(written)).status_code == 404


def test_it_requires_login(client_of, written):
    assert client_of(None).delete(url_of(written)).status_code == 401


def test_a_comment_that_changed_since_is_left_alone(client_of, alice, written):
    seen = client_of(alice).get(url_of(written))["ETag"]
    decide_as(alice, written, Status.SPAM)

    response = client_of(alice).delete(url_of(written), headers={"If-Match": seen})

    assert response.status_code == 412
    assert response.json()["error"]["code"] == "precondition_failed"
    assert Comment.objects.get().erased_at is None


def test_nobody_decides_about_it_any_more(actor, written):
    erase([written.pk], actor=actor)

    outcome = decide([Choice(comment_id=written.pk, status=Status.SPAM)], actor=actor)

    assert (outcome.decisions, outcome.conflicts) == ([], [])


def test_a_worker_that_has_read_the_words_stores_nothing(actor, site, monkeypatch):
    comment = make_comment(site, lease_token=uuid4(), body=CANARY)
    erase([comment.pk], actor=actor)

    score_waiting()

    comment.refresh_from_db()
    assert (comment.lease_token, comment.scored_at, comment.reasons) == (None, None, [])


def test_any_number_takes_as_many_statements_as_one(actor, site):
    def statements(size):
        ids = [make_scored_comment(site).pk for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            assert len(erase(ids, actor=actor)) == size
        return len(captured)

    assert statements(1) == statements(30)


def test_comments_of_other_sites_are_left_out(actor):
    theirs = make_comment(make_site(url="https://elsewhere.example"))

    assert erase([theirs.pk], actor=actor) == []
    theirs.refresh_from_db()
    assert theirs.body


class TestStaysErased:
    BODY = {
        "article": {"url": "https://blog.example/post/"},
        "author": {"name": "Bo"},
        "body": "Well said.",
    }

    @pytest.fixture
    def post(self, keys, bearer):
        def post(url="/api/v1/comments/", body=self.BODY, **headers):
            auth = bearer(keys.review_key, **headers)
            return Client().post(url, json.dumps(body), content_type="application/json", **auth)

        return post

    @pytest.fixture
    def erased(self, keys, bearer):
        def erased(response):
            url = f"/api/v1/comments/{response.json()['id']}/"
            assert Client().delete(url, **bearer(keys.review_key)).status_code == 204

        return erased

    def test_a_repeated_external_id_is_gone(self, post, erased):
        body = self.BODY | {"external_id": "wp-7"}
        erased(post(body=body))

        response = post(body=body)

        assert (response.status_code, response.json()["error"]["code"]) == (410, "erased")
        assert Comment.objects.count() == 1

    def test_a_repeated_idempotency_key_is_gone(self, post, erased):
        erased(post(**{"Idempotency-Key": "k1"}))

        assert post(**{"Idempotency-Key": "k1"}).status_code == 410

    def test_in_bulk_too(self, post, erased):
        body = self.BODY | {"external_id": "wp-7"}
        erased(post(body=body))

        [result] = post("/api/v1/comments/bulk/", {"comments": [body]}).json()["results"]

        assert (result["status"], result["error"]["code"]) == (410, "erased")

    def test_a_form_sent_again_is_gone(self, site, actor):
        form = {
            "name": "Bo",
            "email": "bo@example.org",
            "comment": "Well said.",
            "article_url": "https://blog.example/post/",
            "nonce": "n1",
        }
        url = f"/sites/{site.pk}/comments/"

        def send():
            return Client().post(
                url, "&".join(f"{k}={v}" for k, v in form.items()),
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip

        assert send().status_code == 303
        erase([Comment.objects.get().pk], actor=actor)

        assert send().status_code == 410
        assert Comment.objects.count() == 1

    def test_the_same_words_without_a_name_are_another_comment(self, post, erased):
        erased(post())
        Comment.objects.update(created_at=timezone.now() - timedelta(seconds=5))

        assert post().status_code == 201
