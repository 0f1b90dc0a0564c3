"""The owner's webhooks by API: whose they are, what they say, what they keep to themselves."""

import json
from uuid import uuid4

import pytest

from moderation.models import Delivery, Event, Role, Scope, Webhook
from moderation.services.sites import create_site, make_key
from tests.factories import make_site, make_user, make_webhook, note_some

HOOK = "https://hooks.example/winnow"


@pytest.fixture
def owner(keys):
    """A program that speaks for the owner of `keys.site`."""
    return make_key(keys.site, name="owner", scopes=list(Scope))


@pytest.fixture
def call(client, bearer):
    def call(verb, path, key, body=None):
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        return getattr(client, verb)(path, **sent, **bearer(key))

    return call


def webhooks(site):
    return f"/api/v1/sites/{site.pk}/webhooks/"


def of(webhook):
    return f"{webhooks(webhook.site)}{webhook.pk}/"


def test_a_new_webhook_shows_its_secret_once_and_waits_to_prove_itself(
    call, keys, owner, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = call("post", webhooks(keys.site), owner, {"url": HOOK, "events": ["comment.spam"]})

    body = made.json()
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    assert body["secret"].startswith("whsec_")
    assert (body["url"], body["events"], body["state"]) == (HOOK, ["comment.spam"], "unverified")
    read = call("get", f"{webhooks(keys.site)}{body['id']}/", owner)
    assert read.json() == {name: value for name, value in body.items() if name != "secret"}
    assert [row.event for row in Delivery.objects.all()] == ["webhook.challenge"]
    assert "tasks.deliveries.send_waiting" in nudges


def test_secrets_are_kept_sealed(call, keys, owner):
    secret = call("post", webhooks(keys.site), owner, {"url": HOOK}).json()["secret"]

    webhook = Webhook.objects.get()
    assert secret.encode() not in bytes(webhook.secret_sealed)
    assert webhook.secrets() == (secret,)


def test_without_a_wish_a_webhook_gets_every_event(call, keys, owner):
    made = call("post", webhooks(keys.site), owner, {"url": HOOK})

    assert made.json()["events"] == Event.values


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "ftp://hooks.example/"}, "url"),
        ({"url": "https://me@hooks.example/"}, "url"),
        ({"url": "https://hooks.example:22/"}, "url"),
        ({"url": 7}, "url"),
        ({"events": ["comment.spam"]}, "url"),
        ({"url": HOOK, "events": []}, "events"),
        ({"url": HOOK, "events": ["comment.eaten"]}, "events"),
        ({"url": HOOK, "events": "comment.spam"}, "events"),
    ],
)
def test_bad_fields_are_named(call, keys, owner, body, field):
    response = call("post", webhooks(keys.site), owner, body)

    assert response.status_code == 400
    assert field in response.json()["error"]["fields"]
    assert not Webhook.objects.exists()


def test_a_site_has_ten_webhooks_at_most(call, keys, owner):
    for _ in range(10):
        make_webhook(keys.site)

    response = call("post", webhooks(keys.site), owner, {"url": HOOK})

    assert response.status_code == 400
    assert "url" in response.json()["error"]["fields"]


def test_the_list_holds_the_sites_own(call, keys, owner):
    mine = make_webhook(keys.site)
    make_webhook(make_site(url="https://other.example"))

    listed = call("get", webhooks(keys.site), owner).json()

    assert [row["id"] for row in listed["results"]] == [str(mine.pk)]


def test_it_can_want_other_events_without_proving_itself_again(call, keys, owner):
    webhook = make_webhook(keys.site)

    changed = call("patch", of(webhook), owner, {"events": ["comment.created"]})

    assert (changed.status_code, changed.json()["state"]) == (200, "active")
    keys.site.refresh_from_db()
    assert keys.site.wanted_events == ["comment.created"]


def test_a_new_address_has_to_prove_itself_and_gets_nothing_of_the_old_one(call, keys, owner):
    webhook = make_webhook(keys.site)
    note_some(keys.site, 2)

    changed = call("patch", of(webhook), owner, {"url": "https://elsewhere.example/"})

    assert changed.json()["state"] == "unverified"
    waiting = Delivery.objects.waiting()
    assert [row.event for row in waiting] == ["webhook.challenge"]
    keys.site.refresh_from_db()
    assert keys.site.wanted_events == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "nonsense"}, "url"),
        ({"events": ["x"]}, "events"),
        ({"enabled": "yes"}, "enabled"),
        ({"evnts": []}, "evnts"),
    ],
)
def test_a_bad_change_changes_nothing(call, keys, owner, body, field):
    webhook = make_webhook(keys.site)

    response = call("patch", of(webhook), owner, body)

    assert response.status_code == 400
    assert field in response.json()["error"]["fields"]
    before = (webhook.url, webhook.events, webhook.state)
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events, webhook.state) == before


def test_it_is_switched_off_and_on_again(call, keys, owner):
    webhook = make_webhook(keys.site)
    note_some(keys.site, 1)

    off = call("patch", of(webhook), owner, {"enabled": False}).json()
    on = call("patch", of(webhook), owner, {"enabled": True}).json()

    assert (off["state"], off["reason"]) == ("disabled", "switched off by an owner")
    assert (on["state"], on["reason"]) == ("unverified", "")
    assert [row.event for row in Delivery.objects.waiting()] == ["webhook.challenge"]


def test_one_that_is_on_stays_as_it_is(call, keys, owner):
    webhook = make_webhook(keys.site)

    assert call("patch", of(webhook), owner, {"enabled": True}).json()["state"] == "active"
    assert not Delivery.objects.exists()


def test_a_rotated_secret_signs_beside_the_old_one(call, keys, owner):
    webhook = make_webhook(keys.site)
    [old] = webhook.secrets()

    rotated = call("post", f"{of(webhook)}rotate-secret/", owner)

    webhook.refresh_from_db()
    assert webhook.secrets() == (rotated.json()["secret"], old)
    assert (rotated.status_code, rotated["Cache-Control"]) == (200, "no-store")


def test_the_challenge_can_be_asked_for_but_not_all_the_time(call, keys, owner):
    webhook = make_webhook(keys.site)

    answers = [call("post", f"{of(webhook)}verify/", owner) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [202] * 19 + [
        429
    ] * 2  # one with its making
    assert answers[0].json()["state"] == "unverified"
    assert "Retry-After" in answers[-1]
    assert Delivery.objects.waiting().count() == 1


def test_a_removed_webhook_takes_its_deliveries_along(call, keys, owner):
    webhook, other = make_webhook(keys.site), make_webhook(keys.site)
    note_some(keys.site, 3)

    assert call("delete", of(webhook), owner).status_code == 204

    assert {row.target for row in Delivery.objects.all()} == {other.pk}
    assert call("get", of(webhook), owner).status_code == 404


def test_deliveries_are_listed_page_by_page_newest_first(call, keys, owner, client, bearer):
    webhook = make_webhook(keys.site)
    note_some(keys.site, 5)

    first = call("get", f"{of(webhook)}deliveries/?limit=3", owner).json()
    second = client.get(first["next"], **bearer(owner)).json()

    rows = [*first["results"], *second["results"]]
    assert [row["id"] for row in rows] == [str(row.pk) for row in Delivery.objects.order_by("-id")]
    assert second["next"] is None
    assert rows[0].keys() == {
        *("id", "event", "comment", "sequence", "state", "attempts", "created_at"),
        *("next_at", "sent_at", "last_status", "last_words"),
    }


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "limit=x", "cursor=%21"])
def test_bad_pages_are_named(call, keys, owner, query):
    response = call("get", f"{of(make_webhook(keys.site))}deliveries/?{query}", owner)

    assert response.status_code == 400
    assert query.partition("=")[0] in response.json()["error"]["fields"]


def test_what_is_done_with_can_be_sent_again_and_what_waits_cannot(call, keys, owner):
    webhook = make_webhook(keys.site)
    [dead] = note_some(keys.site, 1)
    Delivery.objects.update(dead_at=dead.created_at, attempts=10)
    again = f"{of(webhook)}deliveries/{dead.pk}/resend/"

    first, second = call("post", again, owner), call("post", again, owner)

    assert (first.status_code, first.json()["state"], first.json()["attempts"]) == (
        *(202, "waiting", 0),
    )
    assert first.json()["id"] == str(dead.pk)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "still_waiting")


def test_nothing_is_sent_again_to_who_is_not_active(call, keys, owner):
    webhook = make_webhook(keys.site, state="disabled")
    [row] = note_some(keys.site, 1, webhook)

    response = call("post", f"{of(webhook)}deliveries/{row.pk}/resend/", owner)

    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_active")


def every_call(webhook, row):
    here = of(webhook)
    return [
        ("get", webhooks(webhook.site), None),
        ("post", webhooks(webhook.site), {"url": HOOK}),
        ("get", here, None),
        ("patch", here, {"enabled": False}),
        ("delete", here, None),
        ("post", f"{here}rotate-secret/", None),
        ("post", f"{here}verify/", None),
        ("get", f"{here}deliveries/", None),
        ("post", f"{here}deliveries/{row.pk}/resend/", None),
    ]


def test_strangers_find_nothing_others_may_not_and_nobody_is_asked_who_they_are(
    call, client, keys, client_of
):
    webhook = make_webhook(keys.site)
    [row] = note_some(keys.site, 1)
    strange = create_site("Strange", "https://strange.example").site
    stranger = make_key(strange, name="owner", scopes=list(Scope))
    moderator = client_of(make_user("mo", keys.site))

    for verb, path, body in every_call(webhook, row):
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        assert call(verb, path, stranger, body).status_code == 404, path
        assert call(verb, path, keys.review_key, body).status_code == 403, path
        assert getattr(client, verb)(path, **sent).status_code == 401, path
        assert getattr(moderator, verb)(path, **sent).status_code == 403, path
    assert Webhook.objects.get().state == "active"
    assert Delivery.objects.count() == 1


def test_ids_of_other_sites_and_webhooks_do_not_mix(call, keys, owner):
    mine, other = make_webhook(keys.site), make_webhook(make_site(url="https://o.example"))
    [theirs] = note_some(other.site, 1)

    for path in (
        f"{webhooks(keys.site)}{other.pk}/",
        f"{webhooks(keys.site)}{other.pk}/deliveries/",
        f"{webhooks(keys.site)}{uuid4()}/",
    ):
        assert call("get", path, owner).status_code == 404
    again = f"{of(mine)}deliveries/{theirs.pk}/resend/"
    assert call("post", again, owner).status_code == 404


def test_owners_may_by_session_too(keys, client_of):
    make_webhook(keys.site)
    olga = client_of(make_user("olga", keys.site, role=Role.OWNER))

    assert len(olga.get(webhooks(keys.site)).json()["results"]) == 1
