"""POST /api/v1/campaigns/{id}/decision/, undone by POST /api/v1/batches/{id}/undo/."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.models import Comment, Decision
from moderation.services import campaigns
from moderation.status import Status
from tests.factories import make_site
from tests.variations import HONEST, arrive, variation


@pytest.fixture
def send(client_of, alice):
    def send(address, body=None, user=alice):
        return client_of(user).post(address, body or {}, content_type="application/json")

    return send


def url(comment):
    return f"/api/v1/campaigns/{comment.campaign_id}/decision/"


def undo_url(batch):
    return f"/api/v1/batches/{batch['id']}/undo/"


def flood(site, numbers, **more):
    return arrive(site, map(variation, numbers), **more)


def statuses(**wanted):
    return set(Comment.objects.filter(**wanted).values_list("status", flat=True))


def test_two_hundred_variations_on_two_sites_are_decided_and_undone_at_once(
    send, client_of, alice, site
):
    other, theirs = make_site(url="https://other.example"), make_site(url="https://theirs.example")
    alice.memberships.create(site=other)
    for number in range(0, 200, 2):
        make_pair(site, other, number)
    arrive(site, HONEST)
    flood(theirs, range(200, 210))

    [campaign] = client_of(alice).get("/api/v1/campaigns/").json()["results"]
    assert (campaign["size"], len(campaign["sites"])) == (200, 2)
    address = f"/api/v1/campaigns/{campaign['id']}/decision/"
    batch = send(address, {"status": "spam", "reason": "a flood", "expect": 200}).json()

    assert (batch["status"], batch["asked"], batch["changed"]) == ("spam", 200, 200)
    assert statuses(campaign=campaign["id"], site__in=[site, other]) == {"spam"}
    assert statuses(campaign=None) == statuses(site=theirs) == {"pending"}
    decisions = Decision.objects.filter(batch=batch["id"])
    assert set(decisions.values_list("actor_kind", "actor_name", "reason")) == {
        ("user", "alice", "a flood")
    }

    [later] = flood(other, [300])
    assert later.status == Status.SPAM
    undone = send(undo_url(batch))

    assert undone.status_code == 201
    assert undone.json()["changed"] == 201
    assert statuses() == {"pending"}
    assert [one.status for one in flood(site, [301])] == ["pending"]


def make_pair(site, other, number):
    """Let one variation arrive on each of two sites."""
    flood(site, [number])
    flood(other, [number + 1])


def test_a_second_decision_of_the_same_is_harmless(send, site):
    comments = flood(site, range(3))
    send(url(comments[0]), {"status": "spam"})

    again = send(url(comments[0]), {"status": "spam"})

    assert (again.status_code, again.json()["changed"]) == (201, 0)
    assert Decision.objects.filter(actor_kind="user").count() == 3


def test_one_call_decides_a_bounded_number_and_the_next_ones_the_rest(send, site, monkeypatch):
    monkeypatch.setattr(campaigns, "MAX_BATCH", 4)
    comments = flood(site, range(9))

    changed = [send(url(comments[0]), {"status": "spam"}).json()["changed"] for _ in range(4)]

    # A call that has room left takes none again that it has decided before.
    assert changed == [4, 4, 1, 0]
    assert statuses() == {"spam"}


def test_the_newest_are_decided_first(send, site, monkeypatch):
    monkeypatch.setattr(campaigns, "MAX_BATCH", 4)
    comments = flood(site, range(6))

    send(url(comments[0]), {"status": "spam"})

    assert set(Comment.objects.filter(status="pending")) == set(comments[:2])


def test_a_campaign_that_has_grown_is_a_conflict(send, site):
    comments = flood(site, range(4))

    response = send(url(comments[0]), {"status": "spam", "expect": 3})

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "count_differs"
    assert statuses() == {"pending"}


def test_strangers_campaigns_are_not_there(send, mallory, site):
    comments = flood(site, range(4))

    response = send(url(comments[0]), {"status": "spam"}, user=mallory)

    assert response.status_code == 404
    assert statuses() == {"pending"}


def test_only_own_comments_are_decided(send, mallory, site):
    own_site = make_site(url="https://own.example")
    mallory.memberships.create(site=own_site)
    comments = flood(site, range(4)) + flood(own_site, range(10, 14))

    batch = send(url(comments[0]), {"status": "approved"}, user=mallory).json()

    assert batch["changed"] == 4
    assert statuses(site=site) == {"pending"}
    assert statuses(site=own_site) == {"approved"}


def test_nothing_is_not_there(send):
    assert send(f"/api/v1/campaigns/{uuid4()}/decision/", {"status": "spam"}).status_code == 404


def test_it_requires_login(send, site):
    comments = flood(site, range(4))

    assert send(url(comments[0]), {"status": "spam"}, user=None).status_code == 401


def test_keys_decide_for_their_site(keys, bearer, client):
    comments = flood(keys.site, range(4))
    body, form = {"status": "spam"}, {"content_type": "application/json"}

    assert client.post(url(comments[0]), body, **form, **bearer(keys.key)).status_code == 403
    decided = client.post(url(comments[0]), body, **form, **bearer(keys.review_key))
    assert decided.json()["changed"] == 4


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("status", {}),
        ("status", {"status": "lovely"}),
        ("expect", {"status": "spam", "expect": -1}),
        ("expect", {"status": "spam", "expect": "4"}),
        ("reason", {"status": "spam", "reason": "x" * 201}),
    ],
)
def test_it_names_what_is_bad(send, site, name, body):
    comments = flood(site, range(4))

    response = send(url(comments[0]), body)

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [name]
    assert statuses() == {"pending"}


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(send, site):
    def statements(status):
        with CaptureQueriesContext(connection) as captured:
            assert send(url(comment), {"status": status}).status_code == 201
        return len(captured)

    comment = flood(site, range(3))[0]
    few = statements("spam")
    flood(site, range(10, 60))
    assert statements("approved") == few
