"""The owner's webhooks by page, without JavaScript."""

import re

import pytest
from django.test import override_settings
from django.utils import timezone

from moderation.models import Delivery, Event, Role, Webhook
from moderation.services.deliveries import send_waiting
from tests.factories import make_site, make_user, make_webhook, note_some
from tests.sinks import always, http_sink

HOOK = "https://hooks.example/winnow"


@pytest.fixture
def olga(site, client_of):
    return client_of(make_user("olga", site, role=Role.OWNER))


def let_in(sink):
    return {"EGRESS_ALLOW": ["127.0.0.1/32"], "EGRESS_PORTS": [sink.port]}


def page_of(site):
    return f"/moderate/sites/{site.pk}/webhooks/"


def of(webhook):
    return f"{page_of(webhook.site)}{webhook.pk}/"


def test_an_owner_adds_one_and_sees_its_secret_once(olga, site):
    made = olga.post(page_of(site), {"url": HOOK, "events": ["comment.spam"]})

    webhook = Webhook.objects.get()
    [secret] = webhook.secrets()
    assert made.status_code == 201
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert secret not in olga.get(of(webhook)).content.decode()
    assert secret not in str(olga.cookies)
    assert HOOK in olga.get(page_of(site)).content.decode()
    assert [row.event for row in Delivery.objects.all()] == ["webhook.challenge"]


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"url": "ftp://x.example", "events": ["comment.spam"]}, "must begin with https://"),
        ({"url": HOOK}, "This field is required"),
        ({"url": HOOK, "events": ["comment.eaten"]}, "Select a valid choice"),
        ({"events": ["comment.spam"]}, "This field is required"),
    ],
)
def test_bad_fields_are_shown_beside_themselves(olga, site, sent, complaint):
    page = olga.post(page_of(site), sent)

    assert page.status_code == 400
    assert complaint in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()
    assert not Webhook.objects.exists()


def test_a_bad_change_shows_what_stands_and_what_was_typed(olga, site):
    webhook = make_webhook(site)

    page = olga.post(of(webhook), {"url": "nonsense", "events": ["comment.spam"]})

    assert page.status_code == 400
    assert "https://hooks.example/" in page.content.decode()
    assert 'value="nonsense"' in page.content.decode()


def test_it_is_changed_switched_off_asked_again_and_removed(olga, site):
    webhook = make_webhook(site)

    def now():
        webhook.refresh_from_db()
        return webhook.state

    saved = olga.post(of(webhook), {"url": webhook.url, "events": ["comment.created"]})
    assert (saved.status_code, saved["Location"], now()) == (303, of(webhook), "active")
    assert webhook.events == [Event.CREATED]
    olga.post(f"{of(webhook)}off/")
    assert now() == "disabled"
    olga.post(f"{of(webhook)}challenge/")
    assert now() == "unverified"
    olga.post(f"{of(webhook)}removal/")
    assert not Webhook.objects.exists()


def test_a_new_secret_is_shown_and_the_old_one_stays_a_day(olga, site):
    webhook = make_webhook(site)
    [old] = webhook.secrets()

    page = olga.post(f"{of(webhook)}secret/").content.decode()

    webhook.refresh_from_db()
    new = webhook.secrets()[0]
    assert new != old
    assert new in page
    assert webhook.secrets() == (new, old)


def test_dead_letters_are_seen_and_sent_again(olga, site):
    webhook = make_webhook(site)
    [row] = note_some(site, 1)
    words = {"last_status": 500, "last_words": "<script>broken"}
    Delivery.objects.update(dead_at=timezone.now(), attempts=10, **words)

    page = olga.get(of(webhook)).content.decode()
    [again] = re.findall(r'action="([^"]+/again/)"', page)
    assert "given up" in page
    assert "500 <bdi>&lt;script&gt;broken" in page

    assert olga.post(again).status_code == 303
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "will be sent again" in olga.get(of(webhook)).content.decode()
    olga.post(again)
    assert "on its way already" in olga.get(of(webhook)).content.decode()


def test_nothing_is_sent_again_to_who_is_not_active(olga, site):
    webhook = make_webhook(site)
    [row] = note_some(site, 1)
    Delivery.objects.update(dead_at=timezone.now())
    Webhook.objects.update(state="disabled")

    olga.post(f"{of(webhook)}deliveries/{row.pk}/again/")

    assert "not active" in olga.get(of(webhook)).content.decode()


def test_an_owner_is_told_on_every_page_that_a_webhook_was_disabled(olga, site):
    webhook = make_webhook(site)
    note_some(site, 1)
    with http_sink(always(410)) as sink, override_settings(**let_in(sink)):
        Webhook.objects.update(url=sink.url)
        send_waiting()

    for page in ("", "general/"):
        assert "A webhook was disabled" in olga.get(f"/moderate/sites/{site.pk}/{page}").text
    assert "a webhook was disabled" in olga.get("/moderate/sites/").text
    assert "gone for good (410)" in olga.get(page_of(site)).text
    olga.post(f"{of(webhook)}removal/")
    assert "disabled" not in olga.get(f"/moderate/sites/{site.pk}/").text


def test_what_an_owner_switched_off_is_no_news(olga, site):
    olga.post(f"{of(make_webhook(site))}off/")

    for page in ("", f"{site.pk}/"):
        assert "disabled" not in olga.get(f"/moderate/sites/{page}").text


def test_many_deliveries_have_pages(olga, site):
    webhook = make_webhook(site)
    rows = note_some(site, 60)

    first = olga.get(of(webhook)).content.decode()
    [cursor] = re.findall(r'href="\?cursor=([^"]+)"', first)
    second = olga.get(of(webhook), {"cursor": cursor}).content.decode()

    shown = [page.count("comment.created</strong>") for page in (first, second)]
    assert shown == [50, 10]
    assert str(rows[0].comment_id) in second
    assert olga.get(of(webhook), {"cursor": "nonsense"}).status_code == 404


def test_too_many_challenges_have_to_wait(olga, site):
    webhook = make_webhook(site)

    for _ in range(20):
        olga.post(f"{of(webhook)}challenge/")

    assert "too often" in olga.get(of(webhook)).content.decode()


def test_it_does_not_exist_for_anybody_else(site, alice, mallory, client_of):
    webhook = make_webhook(site)
    [row] = note_some(site, 1)
    places = ["secret/", "challenge/", "off/", "removal/", f"deliveries/{row.pk}/again/"]
    other = make_user("otto", make_site(url="https://o.example"), role=Role.OWNER)

    for client in (client_of(alice), client_of(mallory), client_of(other)):
        assert client.get(page_of(site)).status_code == 404
        assert client.get(of(webhook)).status_code == 404
        for place in places:
            assert client.post(f"{of(webhook)}{place}").status_code == 404
    assert client_of(None).get(of(webhook)).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.state, Delivery.objects.count()) == ("active", 1)


def test_another_sites_webhook_is_not_found_under_ones_own(olga, site):
    theirs = make_webhook(make_site(url="https://o.example"))

    assert olga.get(f"{page_of(site)}{theirs.pk}/").status_code == 404
    assert olga.post(f"{page_of(site)}{theirs.pk}/removal/").status_code == 404
    assert Webhook.objects.count() == 1
