"""GET/PATCH …/policy/."""

import pytest

from moderation.models import PolicyChange, Scope, Site
from moderation.services import triage
from moderation.services.sites import make_key
from moderation.status import Status
from tests.factories import decide_as, make_comment, make_scored_comment

JSON = {"content_type": "application/json"}


def url(site):
    return f"/api/v1/sites/{site.pk}/policy/"


def patch(client, site, body, **more):
    return client.patch(url(site), body, **JSON, **more)


def test_it_shows_the_policy(owner, site):
    assert owner.get(url(site)).json() == {
        "approve_below": 0.2,
        "spam_above": 0.9,
        "hold_links_over": 2,
        "close_after_days": None,
        "retention_days": 30,
        "lost_cost": None,
        "hold_all": False,
        "hold_first_time": True,
        "languages": [],
        "when_unsure": "publish",
        "trust_after": None,
        "version": 1,
        "expected": {"comments": 0, "queue": 0, "lost": 0, "published_spam": 0, "seen": 0},
    }


def test_it_changes_what_is_sent_on_the_record(owner, site):
    response = patch(owner, site, {"hold_all": True, "languages": ["de", "en"], "seen_version": 1})

    assert response.status_code == 200
    body = response.json()
    assert (body["hold_all"], body["languages"], body["version"]) == (True, ["de", "en"], 2)
    [change] = PolicyChange.objects.all()
    assert (change.site_id, change.version) == (site.pk, 2)
    assert (change.actor_kind, change.actor_name) == ("user", "olga")
    assert change.changes == {"hold_all": [False, True], "languages": [[], ["de", "en"]]}


def test_trust_stays_off_until_addresses_can_be_confirmed(owner, site):
    assert patch(owner, site, {"trust_after": None, "hold_all": True}).json()["hold_all"] is True

    refused = patch(owner, site, {"trust_after": 3})

    assert refused.status_code == 400
    assert list(refused.json()["error"]["fields"]) == ["trust_after"]


def test_what_changes_nothing_leaves_no_trace(owner, site):
    assert patch(owner, site, {"hold_all": False}).json()["version"] == 1
    assert not PolicyChange.objects.exists()


def test_a_key_with_the_admin_scope_may(client, site, bearer):
    key = make_key(site, name="admin", scopes=[*Scope])

    assert patch(client, site, {"hold_all": True}, **bearer(key)).status_code == 200


def test_it_applies_to_the_next_comment(owner, site):
    patch(owner, site, {"spam_above": 0.0, "approve_below": 0.0})

    comment = make_comment(site)
    triage.score_waiting()

    comment.refresh_from_db()
    assert comment.status == Status.SPAM


def test_thresholds_follow_from_what_a_lost_comment_costs(owner, site):
    body = patch(owner, site, {"lost_cost": 99}).json()

    assert (body["approve_below"], body["spam_above"]) == (0.01, 0.99)
    by_hand = patch(owner, site, {"lost_cost": None, "spam_above": 0.8})
    assert (by_hand.json()["approve_below"], by_hand.json()["spam_above"]) == (0.01, 0.8)


def test_expected_work_and_mistakes_come_from_the_sites_own_comments(owner, olga, site):
    patch(owner, site, {"hold_first_time": False})
    for score in (0.95, 0.5, 0.1):
        decide_as(olga, make_scored_comment(site, score=score), Status.APPROVED)

    expected = owner.get(url(site)).json()["expected"]

    assert expected["seen"] == 3
    assert (expected["comments"], expected["queue"]) == (3, 1)
    assert expected["lost"] == pytest.approx(0.05)
    assert expected["published_spam"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"approve_below": -0.1}, "approve_below"),
        ({"spam_above": 1.1}, "spam_above"),
        ({"spam_above": "0.9"}, "spam_above"),
        ({"spam_above": 0.1}, "spam_above"),
        ({"approve_below": 0.95}, "approve_below"),
        ({"lost_cost": 0}, "lost_cost"),
        ({"lost_cost": 9, "spam_above": 0.8}, "spam_above"),
        ({"hold_all": 1}, "hold_all"),
        ({"hold_links_over": -1}, "hold_links_over"),
        ({"close_after_days": 0}, "close_after_days"),
        ({"retention_days": None}, "retention_days"),
        ({"retention_days": 0}, "retention_days"),
        ({"languages": "en"}, "languages"),
        ({"languages": ["klingon"]}, "languages"),
        ({"when_unsure": "maybe"}, "when_unsure"),
        ({"trust_after": 3}, "trust_after"),
        ({"name": "mine"}, "name"),
    ],
)
def test_it_names_the_bad_field(owner, site, body, field):
    response = patch(owner, site, {"hold_all": True, **body})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]
    assert Site.objects.get(pk=site.pk).policy_version == 1


def test_the_slower_owner_is_told(owner, site):
    patch(owner, site, {"hold_all": True, "seen_version": 1})

    late = patch(owner, site, {"hold_all": False, "seen_version": 1})

    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    assert Site.objects.get(pk=site.pk).hold_all


def test_strangers_find_nothing(client_of, mallory, site):
    assert client_of(mallory).get(url(site)).status_code == 404
    assert patch(client_of(mallory), site, {"hold_all": True}).status_code == 404


def test_moderators_who_do_not_own_the_site_may_not(client_of, alice, site):
    assert client_of(alice).get(url(site)).status_code == 403
    assert patch(client_of(alice), site, {"hold_all": True}).status_code == 403
    assert not Site.objects.get(pk=site.pk).hold_all


def test_nobody_gets_in_without_signing_in(client_of, site):
    assert client_of(None).get(url(site)).status_code == 401
    assert patch(client_of(None), site, {"hold_all": True}).status_code == 401
