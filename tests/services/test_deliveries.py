"""Deliveries against real local servers: what is sent, when, and to whom no more."""

import json
import threading
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from moderation import egress
from moderation.channels.base import Receipt
from moderation.models import Comment, Delivery, Event, Webhook
from moderation.services import deliveries
from moderation.services.deliveries import PAUSES, claim, record, send_waiting
from moderation.services.upkeep import purge_expired
from moderation.services.webhooks import ask_challenge, resend, rotate_secret, switch_off
from moderation.status import Status
from tasks.deliveries import send_waiting as send_waiting_task
from tests.factories import (
    decide_as,
    make_comment,
    make_scored_comment,
    make_site,
    make_webhook,
    note_some,
)
from tests.locks import held
from tests.sinks import always, http_sink, raw_sink


@pytest.fixture
def let_in(settings):
    """Allow this machine, as an operator could, and the ports of these sinks."""

    def let_in(*sinks):
        settings.EGRESS_ALLOW = ["127.0.0.1/32"]
        settings.EGRESS_PORTS = [443, *(sink.port for sink in sinks)]

    return let_in


@pytest.fixture
def sink(let_in):
    with http_sink() as sink:
        let_in(sink)
        yield sink


@pytest.fixture
def webhook(site, sink):
    return make_webhook(site, url=sink.url)


def tries(sink, clock, *, until):
    """Let the clock run from one due time to the next; return when the sink was asked."""
    moments = []
    while (row := Delivery.objects.waiting().order_by("next_at").first()) and len(moments) < until:
        clock.move_to(max(row.next_at, timezone.now()))
        before = len(sink.requests)
        send_waiting()
        moments += [timezone.now()] * (len(sink.requests) - before)
    return moments


# --- what is sent


def test_the_official_verifier_accepts_what_is_sent_and_no_changed_byte(site, webhook, sink):
    note_some(site, 1)

    send_waiting()

    [request] = sink.requests
    verifier = Verifier(webhook.secrets()[0])
    assert verifier.verify(request.body.decode(), request.headers) == request.json
    for place in range(len(request.body)):
        changed = bytearray(request.body)
        changed[place] ^= 1
        with pytest.raises(WebhookVerificationError):
            verifier.verify(changed.decode(errors="replace"), request.headers)
    other_id = {**request.headers, "webhook-id": str(uuid4())}
    with pytest.raises(WebhookVerificationError):
        verifier.verify(request.body.decode(), other_id)


def test_both_secrets_sign_while_one_takes_the_others_place(site, webhook, sink):
    [old] = webhook.secrets()
    new = rotate_secret(webhook)
    note_some(site, 1)
    send_waiting()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        note_some(site, 1)
        send_waiting()
        late = sink.requests[1]
        Verifier(new).verify(late.body.decode(), late.headers)
        with pytest.raises(WebhookVerificationError):
            Verifier(old).verify(late.body.decode(), late.headers)

    early = sink.requests[0]
    for secret in (old, new):
        Verifier(secret).verify(early.body.decode(), early.headers)


def test_a_message_says_what_happened_to_which_comment_and_nothing_else(site, webhook, sink, alice):
    comment = make_scored_comment(
        site,
        email="canary@secret.example",
        author_name="Canary Name",
        author_url="https://canary.example",
        body="canary words",
        ip_prefix="203.0.113.0/24",
        user_agent="CanaryBrowser",
    )
    decide_as(alice, comment, Status.SPAM)

    send_waiting()

    [request] = sink.requests
    assert request.json["type"] == "comment.spam"
    assert request.json["data"] == {
        "id": str(comment.pk),
        "site": str(site.pk),
        "article": {"id": str(comment.article_id), "url": comment.article.url},
        "sequence": 3,
        "status": "spam",
        "version": 2,
        "decided_by": "user",
    }
    said = request.body.decode().lower() + str(request.headers).lower()
    for secret in ("canary", "secret.example", "203.0.113", "alice"):
        assert secret not in said
    assert "canary" not in str(list(Delivery.objects.values_list())).lower()
    assert len(request.body) < 20_000


def test_a_comments_life_is_told_in_order(site, sink, webhook, alice):
    [created] = note_some(site, 1)
    comment = Comment.objects.get(pk=created.comment_id)
    decide_as(alice, comment, Status.APPROVED)
    decide_as(alice, comment, Status.REJECTED)

    send_waiting()

    assert [(r.json["type"], r.json["data"]["sequence"]) for r in sink.requests] == [
        ("comment.created", 1),
        ("comment.approved", 3),
        ("comment.rejected", 4),
    ]


def test_only_what_was_asked_for_is_sent(site, sink, alice):
    make_webhook(site, url=sink.url, events=[Event.SPAM])
    decide_as(alice, make_scored_comment(site), Status.APPROVED)
    decide_as(alice, make_scored_comment(site), Status.SPAM)
    decide_as(alice, make_scored_comment(site), Status.PENDING)

    send_waiting()

    assert sink.events == ["comment.spam"]


def test_other_sites_webhooks_hear_nothing(site, webhook, sink):
    note_some(make_site(url="https://other.example"), 2)
    decided = make_webhook(make_site(url="https://third.example"), url=sink.url)

    send_waiting()

    assert decided.pk
    assert sink.requests == []


# --- the challenge


def test_a_webhook_that_echoes_its_challenge_gets_events(site, webhook, sink):
    ask_challenge(webhook)
    note_some(site, 1)  # not told: it is not active yet
    send_waiting()
    webhook.refresh_from_db()
    assert webhook.state == Webhook.State.ACTIVE

    note_some(site, 1)
    send_waiting()

    assert sink.events == ["webhook.challenge", "comment.created"]


@pytest.mark.parametrize(
    "answer", [always(200), always(200, {}, b"[]"), always(200, {}, b'{"challenge": "guess"}')]
)
def test_a_webhook_that_does_not_echo_its_challenge_gets_nothing(site, webhook, sink, answer):
    sink.answer = answer
    ask_challenge(webhook)
    send_waiting()

    note_some(site, 1, webhook)  # even a row that is already there
    send_waiting()

    webhook.refresh_from_db()
    assert webhook.state == Webhook.State.UNVERIFIED
    assert sink.events == ["webhook.challenge"]
    [challenge] = Delivery.objects.waiting()
    assert challenge.last_words == "the challenge was not echoed"


# --- when it is sent again


def test_the_schedule_is_the_specifications_and_ends_after_three_days(site, webhook, sink):
    sink.answer = always(500, {}, b"broken \x1b[31m<b>" + b"x" * 1000)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        [row] = note_some(site, 1)
        moments = tries(sink, clock, until=20)

    assert len(moments) == len(PAUSES) == 10
    for (before, after), pause in zip(pairwise(moments), PAUSES[1:], strict=True):
        assert pause <= (after - before).total_seconds() <= pause * 1.1 + 0.001
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_status) == ("dead", 10, 500)
    assert row.last_words.startswith("broken  [31m<b>xxx")
    assert len(row.last_words) <= 200
    assert len({request.headers["webhook-id"] for request in sink.requests}) == 1
    stamps = [int(request.headers["webhook-timestamp"]) for request in sink.requests]
    assert stamps == [int(moment.timestamp()) for moment in moments]


@pytest.mark.parametrize("status", [199 + 101, 302, 307, 400, 404, 500])
def test_only_2xx_is_a_yes(site, webhook, sink, status):
    sink.answer = always(status, {"Location": sink.url})
    [row] = note_some(site, 1)

    send_waiting()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_status) == ("waiting", 1, status)
    assert len(sink.requests) == 1


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_yes(site, webhook, sink, status):
    sink.answer = always(status)
    [row] = note_some(site, 1)

    send_waiting()

    row.refresh_from_db()
    assert (row.state, row.last_status) == ("sent", status)


@pytest.mark.parametrize(
    ("status", "asked", "seconds"),
    [
        (429, "120", 120),
        (503, "3600", 3600),
        (502, "99999999", 86_400),
        (504, "Wed, 01 Jan 2031 00:10:00 GMT", 600),
        (429, "soon", 5),
        (429, "1", 5),
        (500, "120", 5),
    ],
)
def test_retry_after_is_honoured_up_to_a_day(site, webhook, sink, status, asked, seconds):
    sink.answer = always(status, {"Retry-After": asked})
    with time_machine.travel("2031-01-01T00:00:00Z", tick=False):
        [row] = note_some(site, 1)
        send_waiting()
        row.refresh_from_db()
        waits = (row.next_at - timezone.now()).total_seconds()

    assert seconds <= waits <= seconds * 1.1


def test_gone_disables_at_once(site, webhook, sink):
    sink.answer = always(410)
    note_some(site, 3)

    send_waiting()

    webhook.refresh_from_db()
    site.refresh_from_db()
    assert webhook.state == Webhook.State.DISABLED
    assert "410" in webhook.reason
    assert len(sink.requests) == 1
    assert {row.state for row in Delivery.objects.all()} == {"dead"}
    assert site.wanted_events == []
    assert note_some(site, 1)[3:] == []


def test_five_days_without_a_yes_disable(site, webhook, sink):
    sink.answer = always(500)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _day in range(6):
            note_some(site, 1)
            send_waiting()
            webhook.refresh_from_db()
            states = webhook.state
            clock.shift(timedelta(days=1))
            if _day < 5:
                assert states == Webhook.State.ACTIVE

    assert (states, webhook.reason) == ("disabled", "it took nothing for five days")


def test_one_yes_in_between_counts_from_the_beginning(site, webhook, sink):
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4, hours=23))
    note_some(site, 1)

    send_waiting()

    webhook.refresh_from_db()
    assert (webhook.state, webhook.failing_since) == ("active", None)


def test_a_new_challenge_forgets_that_it_failed(site, webhook):
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
    webhook.refresh_from_db()

    ask_challenge(webhook)

    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_after_a_failure_the_rest_for_the_same_target_waits(site, webhook, sink):
    sink.answer = always(500)
    note_some(site, 4)

    send_waiting()

    assert len(sink.requests) == 1
    sink.answer = always(200)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        send_waiting()
    assert len(sink.requests) == 5
    assert Counter(row.state for row in Delivery.objects.all()) == {"sent": 4}


def test_dead_letters_can_be_sent_again_under_their_id(site, webhook, sink):
    [row] = note_some(site, 1)
    Delivery.objects.update(dead_at=timezone.now(), attempts=10)
    send_waiting()
    assert sink.requests == []

    resend(row, webhook)
    send_waiting()

    assert [request.headers["webhook-id"] for request in sink.requests] == [str(row.pk)]
    row.refresh_from_db()
    assert row.state == "sent"


# --- what goes wrong


def garbage(line, over):
    line.recv(65_536)
    line.sendall(b"\x00\xff garbage \r\n\r\n")


def early_close(line, over):
    line.recv(65_536)


def hung(line, over):
    over.wait(10)


@pytest.mark.parametrize("play", [garbage, early_close, hung])
def test_a_target_that_misbehaves_is_tried_again_later(site, let_in, monkeypatch, play):
    monkeypatch.setattr(egress, "TOTAL_SECONDS", 0.3)
    with raw_sink(play) as bad:
        let_in(bad)
        make_webhook(site, url=bad.url)
        [row] = note_some(site, 1)
        send_waiting()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_status) == ("waiting", 1, None)
    assert row.last_words == "no answer from this address"


def test_a_slow_target_delays_nobody(db, let_in, sink):
    """Twenty messages to a good target go out, and new ones too, while a bad one hangs."""
    answered = threading.Event()
    told = []

    def slow(line, over):
        told.append(len(sink.requests))
        answered.wait(10)
        told.append(len(sink.requests))

    def friend(request):
        if len(sink.requests) == 20:
            answered.set()
        return 200, {}, b""

    sink.answer = friend
    with raw_sink(slow) as bad:
        let_in(sink, bad)
        for url, count in ((bad.url, 8), (sink.url, 20)):
            site = make_site()
            make_webhook(site, url=url)
            note_some(site, count)
        send_waiting()

    assert told[1] == 20  # all were sent before the slow one let go
    assert len(told) == 2  # and it was asked once, for one of its eight


def test_private_targets_are_never_connected_to(site, sink, settings):
    webhook = make_webhook(site, url=sink.url)
    settings.EGRESS_ALLOW = []
    [row] = note_some(site, 1)

    send_waiting()

    row.refresh_from_db()
    assert sink.requests == []
    assert (row.state, row.last_words) == ("waiting", "no answer from this address")
    assert webhook.pk


def test_an_error_of_our_own_holds_nobody_up(site, webhook, sink, monkeypatch, caplog):
    def broken(message, target):
        raise ValueError("canary@secret.example")

    monkeypatch.setitem(deliveries.CHANNELS, "webhook", broken)
    [row] = note_some(site, 1)

    send_waiting()

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert "canary" not in row.last_words


# --- leases


def test_a_sender_killed_in_the_middle_loses_nothing_and_sends_the_same_id(site, webhook, sink):
    [row] = note_some(site, 1)
    assert len(claim(1)) == 1  # ... and gone

    send_waiting()
    assert sink.requests == []
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        send_waiting()

    assert [request.headers["webhook-id"] for request in sink.requests] == [str(row.pk)]


def test_a_late_holder_of_a_lease_changes_nothing(site, webhook, sink):
    note_some(site, 1)
    [late] = claim(1)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        send_waiting()

    record([deliveries.Result(late, deliveries.DeliveryFailed("late", status=500))])

    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_status) == ("sent", 1, 200)
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_who_lost_a_lease_to_another_changes_nothing(site, webhook):
    note_some(site, 1)
    [late] = claim(1)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        [current] = claim(1)

    record([deliveries.Result(late, deliveries.DeliveryFailed("late", status=500))])

    row = Delivery.objects.get()
    assert (row.attempts, row.lease_token) == (0, current.lease_token)


def test_who_was_sending_when_it_was_given_up_changes_nothing(site, webhook):
    [row] = note_some(site, 1)
    [late] = claim(1)
    switch_off(webhook)
    Webhook.objects.update(state=Webhook.State.ACTIVE)
    webhook.refresh_from_db()
    resend(row, webhook)

    record([deliveries.Result(late, Receipt(status=200))])

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert len(claim(1)) == 1


def test_who_waits_longest_is_served_first(db):
    rows = {}
    for _ in range(3):
        site = make_site()
        hook = make_webhook(site)
        rows[hook.pk] = note_some(site, 1)[0]
    longest = sorted(rows)[1]
    Delivery.objects.filter(target=longest).update(next_at=timezone.now() - timedelta(hours=1))

    assert [row.target for row in claim(1)] == [longest]


def test_a_yes_for_an_address_that_was_changed_verifies_nothing(site, webhook):
    ask_challenge(webhook)
    [old] = claim(1)
    ask_challenge(webhook)  # as a change of the address does

    record([deliveries.Result(old, Receipt(200))])

    webhook.refresh_from_db()
    assert webhook.state == Webhook.State.UNVERIFIED


def test_the_task_may_come_twice_and_late(site, webhook, sink, nudges):
    note_some(site, 3)

    for _ in range(3):
        send_waiting_task()

    ids = Counter(request.headers["webhook-id"] for request in sink.requests)
    assert sorted(ids.values()) == [1, 1, 1]
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        send_waiting_task()
    assert len(sink.requests) == 3


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_everything_once(let_in):
    barrier = threading.Barrier(2)
    with http_sink() as one, http_sink() as two:
        let_in(one, two)
        for sink in (one, two):
            site = make_site()
            make_webhook(site, url=sink.url)
            note_some(site, 23)

        def work():
            barrier.wait()
            send_waiting()
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        send_waiting()  # what a sender that met another's locks left

    for sink in (one, two):
        ids = Counter(request.headers["webhook-id"] for request in sink.requests)
        assert set(ids.values()) == {1}
        assert len(ids) == 23
    assert not Delivery.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_a_claim_waits_for_no_other_sender():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    site = make_site()
    make_webhook(site)
    note_some(site, 2)

    with held(lambda: list(Delivery.objects.select_for_update())):
        assert claim(5) == []

    assert len(claim(5)) == 2


def test_a_claim_takes_a_few_of_each_target_and_none_of_one_that_is_busy(db):
    for _ in range(3):
        site = make_site()
        make_webhook(site)
        note_some(site, 9)

    first, second = claim(2), claim(5)

    assert sorted(Counter(row.target for row in first).values()) == [5, 5]
    assert list(Counter(row.target for row in second).values()) == [5]
    assert claim(5) == []


# --- how much it costs, and how long it is kept


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(site, webhook, sink):
    def statements(size):
        note_some(site, size)
        with CaptureQueriesContext(connection) as captured:
            send_waiting()
        return len(captured)

    assert statements(5) == statements(1)


def test_what_was_sent_is_forgotten_after_thirty_days_and_what_waits_is_not(site, webhook):
    sent, dead, waiting, young = note_some(site, 4)
    now = timezone.now()
    old = {"created_at": now - timedelta(days=31)}
    Delivery.objects.filter(pk=sent.pk).update(sent_at=now, **old)
    Delivery.objects.filter(pk=dead.pk).update(dead_at=now, **old)
    Delivery.objects.filter(pk=waiting.pk).update(**old)
    Delivery.objects.filter(pk=young.pk).update(sent_at=now)

    purge_expired()

    assert set(Delivery.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk}


def test_an_unreadable_secret_is_logged_and_sends_nothing(site, webhook, sink, caplog):
    Webhook.objects.update(secret_sealed=b"x" * 80)
    note_some(site, 1)

    send_waiting()

    assert sink.requests == []
    assert "does not open" in caplog.text
    assert Delivery.objects.get().state == "dead"


def test_comments_with_long_addresses_stay_below_the_limit(site, webhook, sink):
    article = make_comment(site).article
    article.url = f"https://blog.example/{'a' * 1900}"
    article.save()
    comment = make_scored_comment(site, article=article)
    deliveries_of = note_some(site, 0)
    assert deliveries_of == []
    Delivery.objects.create(
        site=site, target=webhook.pk, comment=comment, event=Event.CREATED, sequence=1
    )

    send_waiting()

    assert len(sink.requests[0].body) < 20_000
    assert json.loads(sink.requests[0].body)["data"]["article"]["url"] == article.url
