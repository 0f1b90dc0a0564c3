"""GET and DELETE /api/v1/sites/{id}/learning/."""

import pytest

from moderation.models import LearningReset, Lesson, WordCount
from moderation.services import training
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_site, make_user


def address(site):
    return f"/api/v1/sites/{site.pk}/learning/"


@pytest.fixture
def taught(site, alice):
    """A site that was taught one lesson of each kind."""
    decide_as(alice, make_scored_comment(site, body="pills"), Status.SPAM)
    last = decide_as(alice, make_scored_comment(site, body="tea"), Status.APPROVED)
    training.learn_waiting()
    return last


def test_owners_see_what_was_learnt_and_from_whom(client_of, olga, site, taught):
    body = client_of(olga).get(address(site)).json()

    assert (body["spam"], body["ham"], body["reset"]) == (1, 1, None)
    assert body["months"] == [{"month": f"{taught.decided_at:%Y-%m}", "spam": 1, "ham": 1}]
    assert len(body["latest"]) == 2
    latest, earlier = body["latest"]
    assert earlier["label"] == "spam"
    assert (latest["comment"], latest["decision"]) == (str(taught.comment_id), str(taught.pk))
    assert (latest["label"], latest["actor"]) == ("ham", {"kind": "user", "name": "alice"})


def test_owners_reset_it_on_the_record(client_of, olga, site, alice, taught):
    answer = client_of(olga).delete(address(site))

    assert answer.status_code == 200
    assert (answer.json()["lessons"], answer.json()["actor"]["name"]) == (2, "olga")
    body = client_of(olga).get(address(site)).json()
    assert (body["spam"], body["ham"], body["latest"]) == (0, 0, [])
    assert body["reset"] == answer.json()


def test_other_sites_are_neither_shown_nor_reset(client_of, olga, site, taught):
    other = make_site(url="https://other.example")
    decide_as(make_user("bea", other), make_scored_comment(other, body="pills"), Status.SPAM)
    training.learn_waiting()
    owner = client_of(olga)
    counts = list(WordCount.objects.filter(site=other).order_by("pk").values())

    assert (owner.get(address(site)).json()["spam"], len(counts) > 1) == (1, True)
    owner.delete(address(site))

    assert list(WordCount.objects.filter(site=other).order_by("pk").values()) == counts
    assert Lesson.objects.get().site_id == other.pk
    assert owner.get(address(site)).json()["reset"]["lessons"] == 2


def test_what_was_decided_before_a_reset_does_not_teach_again(client_of, olga, site, alice, taught):
    waiting = make_scored_comment(site)
    decide_as(alice, waiting, Status.SPAM)

    client_of(olga).delete(address(site))
    training.learn_waiting()
    assert client_of(olga).get(address(site)).json()["spam"] == 0

    decide_as(olga, waiting, Status.SPAM)  # a confirmation, after it
    training.learn_waiting()
    assert client_of(olga).get(address(site)).json()["spam"] == 1


@pytest.mark.parametrize("method", ["get", "delete"])
def test_others_may_not(client_of, alice, mallory, site, taught, method):
    def status(user):
        return getattr(client_of(user), method)(address(site)).status_code

    assert (status(alice), status(mallory), status(None)) == (403, 404, 401)
    assert not LearningReset.objects.exists()


def test_a_review_key_may_not(client_of, keys, bearer):
    answer = client_of(None).delete(address(keys.site), **bearer(keys.review_key))

    assert answer.status_code == 403
