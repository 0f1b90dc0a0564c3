"""GET /api/v1/campaigns/, the queue's filter and the comment's key."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.models import Campaign, Comment
from moderation.services.campaigns import decide_campaign
from moderation.status import Status
from tests.factories import actor_of, make_site
from tests.variations import HONEST, arrive, variation

URL = "/api/v1/campaigns/"
QUEUE = "/api/v1/queue/"


def flood(site, numbers, **more):
    return arrive(site, map(variation, numbers), **more)


def other_text(name, number):
    """Return a variation of another text for every name."""
    return f"{' '.join(f'{name}{word}' for word in range(30))} {number}"


@pytest.fixture
def elsewhere(db):
    return make_site(url="https://elsewhere.example")


def listed(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return response.json()["results"]


def test_it_tells_about_a_campaign(client_of, alice, site):
    comments = flood(site, range(4), score=0.6)

    [row] = listed(client_of(alice))

    assert row == {
        "id": str(comments[0].campaign_id),
        "size": 4,
        "statuses": {"pending": 4, "approved": 0, "rejected": 0, "spam": 0},
        "sites": [str(site.pk)],
        "first_seen": comments[0].created_at.isoformat().replace("+00:00", "Z"),
        "last_seen": comments[-1].created_at.isoformat().replace("+00:00", "Z"),
        "mean_score": pytest.approx(0.6),
        "samples": [
            {"id": str(one.pk), "site": str(site.pk), "body": one.body}
            for one in reversed(comments[1:])
        ],
        "decision": None,
    }


def test_two_are_no_campaign_yet(client_of, alice, site):
    flood(site, [1, 2])

    assert listed(client_of(alice)) == []


def test_it_tells_what_was_decided(client_of, alice, site):
    flood(site, range(3))
    batch = decide_campaign(Campaign.objects.get(), status=Status.SPAM, actor=actor_of(alice))

    [row] = listed(client_of(alice))

    assert row["statuses"]["spam"] == 3
    assert row["decision"] == {
        "status": "spam",
        "batch": str(batch.pk),
        "sites": [str(site.pk)],
        "actor": {"kind": "user", "name": "alice"},
        "decided_at": batch.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_others_comments_are_not_even_counted(client_of, alice, mallory, site, elsewhere):
    flood(elsewhere, range(10, 20))
    flood(site, range(4))
    decide_campaign(
        Campaign.objects.get(),
        status=Status.SPAM,
        actor=actor_of_site(mallory, elsewhere),
    )

    [row] = listed(client_of(alice))

    assert (row["size"], row["sites"], row["decision"]) == (4, [str(site.pk)], None)
    assert {sample["site"] for sample in row["samples"]} == {str(site.pk)}


def actor_of_site(user, site):
    user.memberships.create(site=site)
    return actor_of(user)


def test_what_only_others_make_a_campaign_is_none(client_of, alice, site, elsewhere):
    """One comment of ours and ten of theirs: nothing may tell that theirs are there."""
    flood(elsewhere, range(10, 20))
    [ours] = flood(site, [1])
    client = client_of(alice)

    assert listed(client) == []
    assert client.get(f"/api/v1/comments/{ours.pk}/").json()["campaign"] is None
    assert client.get(QUEUE).json()["results"][0]["campaign"] is None
    url = f"{URL}{ours.campaign_id}/decision/"
    sent = client.post(url, {"status": "spam"}, content_type="application/json")
    assert sent.status_code == 404


def test_strangers_see_nothing(client_of, mallory, site):
    flood(site, range(4))

    assert listed(client_of(mallory)) == []
    assert client_of(mallory).get(URL, {"site": str(site.pk)}).status_code == 404


def test_it_requires_login(client_of, site):
    assert client_of(None).get(URL).status_code == 401


def test_a_submit_key_may_not(keys, bearer, client):
    assert client.get(URL, **bearer(keys.key)).status_code == 403
    assert client.get(URL, **bearer(keys.review_key)).json()["results"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "open"), ("site", "7"), ("limit", "0"), ("limit", "201"), ("cursor", "x")],
)
def test_it_names_the_bad_parameter(client_of, alice, name, value):
    response = client_of(alice).get(URL, {name: value})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [name]


def test_it_filters_by_site_and_status(client_of, alice, site, elsewhere):
    alice.memberships.create(site=elsewhere)
    flood(site, range(3))
    client = client_of(alice)

    def sizes(**query):
        return [row["size"] for row in listed(client, **query)]

    assert sizes(site=str(site.pk), status="pending") == [3]
    assert sizes(site=str(elsewhere.pk)) == []
    assert sizes(status="spam") == []


def test_open_ones_come_first_and_pages_follow_each_other(client_of, alice, site):
    for name in "abcde":
        arrive(site, [other_text(name, number) for number in range(3)])
    campaigns = list(Campaign.objects.order_by("id"))
    assert len(campaigns) == 5
    for decided in campaigns[3:]:
        decide_campaign(decided, status=Status.SPAM, actor=actor_of(alice))
    client, url, seen, pages = client_of(alice), f"{URL}?limit=2", [], 0

    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url, pages = page["next"], pages + 1

    expected = [*reversed(campaigns[:3]), *reversed(campaigns[3:])]
    assert seen == [str(campaign.pk) for campaign in expected]
    assert pages == 3


def test_the_number_of_statements_does_not_grow(client_of, alice, site):
    client = client_of(alice)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            listed(client)
        return len(captured)

    flood(site, range(3))
    few = statements()
    for name in "abcde":
        arrive(site, [other_text(name, number) for number in range(5)])
    assert statements() == few


def test_the_queue_can_be_narrowed_to_a_campaign(client_of, alice, site):
    arrive(site, HONEST)
    comments = flood(site, range(3))
    client, campaign = client_of(alice), str(comments[0].campaign_id)

    rows = client.get(QUEUE, {"campaign": campaign}).json()["results"]

    assert [row["id"] for row in rows] == [str(one.pk) for one in reversed(comments)]
    assert {row["campaign"] for row in rows} == {campaign}
    assert client.get(f"/api/v1/comments/{rows[0]['id']}/").json()["campaign"] == campaign
    everything = client.get(QUEUE).json()["results"]
    assert len(everything) == 7
    assert [row["campaign"] for row in everything[3:]] == [None] * 4
    assert client.get(QUEUE, {"campaign": str(uuid4())}).json()["results"] == []
    assert client.get(QUEUE, {"campaign": "x"}).status_code == 400


def test_what_was_erased_does_not_count(client_of, alice, site):
    comments = flood(site, range(3))
    Comment.objects.filter(pk=comments[0].pk).update(erased_at=comments[0].created_at)

    assert listed(client_of(alice)) == []
