"""PATCH /api/v1/comments/{id}/: an owner changes the words."""

from uuid import uuid4

import pytest

from moderation.models import Action, Comment, Decision, Role
from moderation.scoring.doubt import UNSCORED
from moderation.scoring.weights import BadWeights
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_user


@pytest.fixture
def comment(site):
    reasons = [{"feature": "wording", "text": "“555-0199”", "weight": 1.0, "span": [5, 13]}]
    return make_scored_comment(
        site, body="Call 555-0199", status=Status.APPROVED, reasons=reasons, lease_token=uuid4()
    )


class Broken:
    version = "broken"

    def score_batch(self, evidence):
        raise RuntimeError

    score = score_batch


def unreadable():
    raise BadWeights


@pytest.fixture
def patch(client_of, site, comment):
    client = client_of(make_user("olga", site, role=Role.OWNER))

    def patch(body, **headers):
        url = f"/api/v1/comments/{comment.pk}/"
        return client.patch(url, body, content_type="application/json", headers=headers)

    return patch


def test_the_words_change_and_the_status_stays(patch):
    response = patch({"seen_version": 1, "body": "Call  me.", "author": {"name": " Ann "}})

    body = response.json()
    assert response.status_code == 200
    assert (body["body"], body["author"]["name"]) == ("Call  me.", "Ann")
    assert (body["status"], body["version"]) == ("approved", 2)
    assert Comment.objects.get().lease_token is None


def test_score_and_reasons_are_those_of_the_new_words(patch, comment):
    spam = patch({"seen_version": 1, "body": "Buy cheap viagra http://pills.example now"}).json()
    ham = patch({"seen_version": 2, "body": "Thank you, the second example works now."}).json()

    assert spam["score"] > 0.9 > 0.5 > ham["score"]
    assert "555-0199" not in str(spam["reasons"])
    words = [one["text"] for one in ham["reasons"] if one["feature"] == "words"]
    assert words
    assert ham["classifier"] != comment.classifier
    assert Comment.objects.get().status == Status.APPROVED


def test_redacted_words_have_a_new_place_among_what_is_uncertain(patch, client_of, alice, site):
    Comment.objects.update(status=Status.PENDING)
    other = make_scored_comment(site, score=0.05)

    def places():
        rows = client_of(alice).get("/api/v1/queue/", {"order": "uncertain"}).json()["results"]
        return [row["id"] == str(other.pk) for row in rows]

    assert places() == [False, True]
    patch({"seen_version": 1, "body": "Buy cheap viagra http://pills.example now"})
    assert places() == [True, False]


def test_what_no_worker_has_looked_at_waits_for_one(patch):
    Comment.objects.update(scored_at=None, score=None)

    body = patch({"seen_version": 1, "body": "Call me."}).json()

    assert (body["scored_at"], body["score"], body["reasons"]) == (None, None, [])


@pytest.mark.parametrize("classifier", [Broken, unreadable])
def test_words_that_cannot_be_scored_have_no_score(patch, monkeypatch, classifier):
    monkeypatch.setattr("moderation.services.erasure.classifier", classifier)

    body = patch({"seen_version": 1, "body": "Call me."}).json()

    assert (body["body"], body["score"], body["reasons"]) == ("Call me.", None, [])
    assert Comment.objects.get().doubt == UNSCORED


def test_it_is_on_the_record(patch):
    patch({"seen_version": 1, "body": "Call me."})

    row = Decision.objects.get()
    assert (row.action, row.actor_name, row.version) == (Action.REDACT, "olga", 2)
    assert (row.from_status, row.to_status) == ("approved", "approved")


def test_who_was_slower_is_told(patch, comment, alice):
    decide_as(alice, comment, Status.SPAM)

    response = patch({"seen_version": 1, "body": "Call me."})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    assert response.json()["comment"]["version"] == 2
    assert response.json()["decision"]["actor"]["name"] == "alice"
    assert Comment.objects.get().body == "Call 555-0199"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": "x"}, "seen_version"),
        ({"seen_version": 1}, "body"),
        ({"seen_version": 1, "body": " \n"}, "body"),
        ({"seen_version": 1, "body": "nul \0"}, "body"),
        ({"seen_version": 1, "body": "x" * 20_001}, "body"),
        ({"seen_version": 1, "body": 7}, "body"),
        ({"seen_version": 1, "author": {"name": ""}}, "author.name"),
        ({"seen_version": 1, "author": {"name": "\u3164"}}, "author.name"),
        ({"seen_version": 0, "body": "x"}, "seen_version"),
    ],
)
def test_it_names_the_bad_field(patch, body, field):
    response = patch(body)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]
    assert Comment.objects.get().body == "Call 555-0199"


def test_only_an_etag_that_still_holds_lets_it_through(patch):
    response = patch({"seen_version": 1, "body": "Call me."}, **{"If-Match": '"other"'})

    assert response.status_code == 412


def test_moderators_see_in_the_history_who_changed_the_words(patch, comment, client_of, alice):
    patch({"seen_version": 1, "body": "Call me."})

    page = client_of(alice).get(f"/moderate/comments/{comment.pk}/").content.decode()

    assert "changed the words" in page
