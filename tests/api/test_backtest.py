"""POST …/policy/backtest/: what a change would do, before it is saved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.api import backtest
from moderation.models import Comment, Decision, Role, Rule, Site
from moderation.services import triage
from moderation.services.erasure import erase
from moderation.status import Status
from tests.factories import (
    actor_of,
    decide_as,
    make_comment,
    make_rule,
    make_scored_comment,
    make_site,
    make_user,
)

JSON = {"content_type": "application/json"}
DRAFT = {"name": "No bingo", "kind": "word", "pattern": "bingo", "action": "reject"}


@pytest.fixture
def open_site(db):
    return make_site(hold_first_time=False)


@pytest.fixture
def olga(open_site):
    return make_user("olga", open_site, role=Role.OWNER)


@pytest.fixture
def owner(olga, client_of):
    return client_of(olga)


def url(site):
    return f"/api/v1/sites/{site.pk}/policy/backtest/"


def post(client, site, body=None):
    return client.post(url(site), body or {}, **JSON)


def decided(user, site, status=Status.APPROVED, **fields):
    comment = make_scored_comment(site, **fields)
    decide_as(user, comment, status)
    return comment


def everything():
    rows = [Comment.objects, Decision.objects, Rule.objects, Site.objects]
    return [list(model.order_by("pk").values()) for model in rows]


def test_it_names_the_comments_that_a_policy_would_move(owner, olga, open_site):
    lost = decided(olga, open_site, score=0.85, body="A real comment")
    decided(olga, open_site, Status.SPAM, score=0.95)
    caught = decided(olga, open_site, Status.SPAM, score=0.86, body="A spam")
    before = everything()

    response = post(owner, open_site, {"policy": {"spam_above": 0.8}})

    assert response.status_code == 200
    body = response.json()
    assert (body["tried"], body["decided_by_people"], body["changed"]) == (3, 3, 2)
    assert body["moves"] == [{"from": "pending", "to": "spam", "count": 2}]
    assert body["before"] == {"agree": 1, "disagree": 0, "left_to_people": 2}
    assert body["after"] == {"agree": 2, "disagree": 1, "left_to_people": 0}
    assert [row["comment"] for row in body["results"]] == [str(caught.pk), str(lost.pk)]
    assert body["results"][1] == {
        "comment": str(lost.pk),
        "text": "A real comment",
        "from": "pending",
        "to": "spam",
        "reason": "score 0.85 is spam on this site",
        "status": "approved",
        "decided_by": "people",
    }
    assert everything() == before


def test_it_tries_a_rule_that_is_not_saved(owner, olga, open_site):
    hit = decided(olga, open_site, score=0.5, body="bingo!")
    decided(olga, open_site, score=0.5, body="no such thing")
    before = everything()

    body = post(owner, open_site, {"rules": [{**DRAFT, "is_trial": True}]}).json()

    assert body["rules"] == [{"name": "No bingo", "hits": 1, "errors": 0}]
    [row] = body["results"]
    assert (row["comment"], row["from"], row["to"]) == (str(hit.pk), "pending", "rejected")
    assert "“No bingo”" in row["reason"]
    assert everything() == before


def test_a_draft_takes_the_place_of_the_rule_that_it_would_change(owner, olga, open_site):
    rule = make_rule(open_site, "bingo", name="Old", action="reject")
    decided(olga, open_site, score=0.5, body="bingo!")

    body = post(
        owner, open_site, {"rules": [{**DRAFT, "action": "spam", "id": str(rule.pk)}]}
    ).json()

    assert body["moves"] == [{"from": "rejected", "to": "spam", "count": 1}]


def test_what_changes_nothing_moves_nothing(owner, olga, open_site):
    make_rule(open_site, "bingo", action="add_weight", weight=1.0)
    for score in (0.1, 0.5, 0.95):
        decided(olga, open_site, score=score)

    assert post(owner, open_site).json()["changed"] == 0


def test_stored_weights_of_rules_are_not_counted_twice(owner, open_site):
    rule = make_rule(open_site, "bingo", action="add_weight", weight=9.0)
    comment = make_comment(open_site, body="bingo in the village hall was lovely")
    triage.score_waiting()
    comment.refresh_from_db()
    assert comment.status == Status.SPAM

    same = post(owner, open_site).json()
    weak = {**DRAFT, "action": "add_weight", "weight": 0.001, "id": str(rule.pk)}
    less = post(owner, open_site, {"rules": [weak]}).json()

    assert same["changed"] == 0
    [row] = less["results"]
    assert (row["comment"], row["from"], row["decided_by"]) == (str(comment.pk), "spam", "policy")


def test_an_author_is_known_from_earlier_comments_only(owner, olga, open_site):
    for _ in range(3):
        decided(olga, open_site, score=0.05, email="bo@example.org")

    body = post(owner, open_site, {"policy": {"hold_first_time": True}}).json()

    assert body["moves"] == [{"from": "approved", "to": "pending", "count": 1}]


def test_only_an_approved_comment_makes_its_author_known(owner, olga, open_site):
    decided(olga, open_site, Status.SPAM, score=0.05, email="bo@example.org")
    second = decided(olga, open_site, score=0.05, email="bo@example.org")

    body = post(owner, open_site, {"policy": {"hold_first_time": True}}).json()

    assert body["results"][0]["comment"] == str(second.pk)


def test_what_is_erased_is_not_tried(owner, olga, open_site):
    erase([decided(olga, open_site).pk], actor=actor_of(olga))

    assert post(owner, open_site).json()["tried"] == 0


def test_a_new_draft_speaks_before_the_saved_rules(owner, olga, open_site):
    make_rule(open_site, "bingo", action="approve")
    decided(olga, open_site, score=0.5, body="bingo!")

    body = post(owner, open_site, {"rules": [DRAFT]}).json()

    assert body["moves"] == [{"from": "approved", "to": "rejected", "count": 1}]


def test_what_people_left_pending_agrees_with_nothing(owner, olga, open_site):
    comment = decided(olga, open_site, score=0.95)
    decide_as(olga, comment, Status.PENDING)

    body = post(owner, open_site).json()

    assert (body["tried"], body["decided_by_people"]) == (1, 1)
    assert body["before"] == {"agree": 0, "disagree": 0, "left_to_people": 0}


def test_of_many_changes_the_newest_are_named(owner, olga, open_site, monkeypatch):
    monkeypatch.setattr(backtest, "SHOWN", 1)
    _first, newest = (decided(olga, open_site, score=0.85) for _ in range(2))

    body = post(owner, open_site, {"policy": {"spam_above": 0.8}}).json()

    assert (body["changed"], [row["comment"] for row in body["results"]]) == (2, [str(newest.pk)])


def test_it_looks_at_the_last_ones_only(owner, olga, open_site):
    for _ in range(4):
        decided(olga, open_site)

    assert post(owner, open_site, {"last": 3}).json()["tried"] == 3


def test_comments_of_other_sites_are_not_tried(owner, open_site, site, alice):
    decided(alice, site)

    assert post(owner, open_site).json()["tried"] == 0


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(owner, olga, open_site):
    def statements(more):
        for _ in range(more):
            decided(olga, open_site, email="bo@example.org")
        with CaptureQueriesContext(connection) as captured:
            post(owner, open_site, {"rules": [DRAFT]})
        return len(captured)

    assert statements(2) == statements(20)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"policy": {"spam_above": 0.1}}, "policy.spam_above"),
        ({"policy": {"spam_above": "high"}}, "policy.spam_above"),
        ({"policy": {"colour": "red"}}, "policy.colour"),
        ({"rules": [DRAFT, {**DRAFT, "pattern": "two words"}]}, "rules.1.pattern"),
        ({"rules": [{**DRAFT, "must_match": ["casino"]}]}, "rules.0.must_match"),
        ({"rules": [{**DRAFT, "kind": "regex", "pattern": "("}]}, "rules.0.pattern"),
        ({"rules": [{**DRAFT, "id": "01900000-0000-7000-8000-000000000000"}]}, "rules.0.id"),
        ({"rules": [DRAFT] * 21}, "rules"),
        ({"last": 0}, "last"),
        ({"last": 5_001}, "last"),
        ({"lst": 5}, "lst"),
    ],
)
def test_it_names_the_bad_field(owner, open_site, body, field):
    response = post(owner, open_site, body)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]


def test_a_rule_of_another_site_cannot_be_replaced(owner, open_site, site):
    foreign = make_rule(site)

    response = post(owner, open_site, {"rules": [{**DRAFT, "id": str(foreign.pk)}]})

    assert response.status_code == 400


def test_strangers_find_nothing(client_of, mallory, open_site):
    assert post(client_of(mallory), open_site).status_code == 404


def test_moderators_who_do_not_own_the_site_may_not(client_of, open_site):
    bea = make_user("bea", open_site)

    assert post(client_of(bea), open_site).status_code == 403


def test_nobody_gets_in_without_signing_in(client_of, open_site):
    assert post(client_of(None), open_site).status_code == 401
