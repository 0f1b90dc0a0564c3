"""The outbox: what is written down for whom, in the same transaction as the change."""

import json
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from moderation.models import ActorKind, Comment, Decision, Delivery, Event
from moderation.models.actor import POLICY, Actor
from moderation.services import outbox, triage
from moderation.services.bulk import decide_many
from moderation.services.erasure import erase
from moderation.services.intake import accept
from moderation.services.outbox import note_erased
from moderation.services.review import Choice, decide
from moderation.status import Status
from moderation.submission import Source, Submission
from tests.factories import (
    actor_of,
    decide_as,
    make_comment,
    make_scored_comment,
    make_site,
    make_webhook,
)


def told():
    """Return event, number, status, version and decider of each row, in the order of a life."""
    return [
        (row.event, row.sequence, *row.content.values())
        for row in Delivery.objects.order_by("sequence")
    ]


def submission(site, number=0):
    return Submission(
        article_url=f"{site.origins[0]}/post/",
        body=f"I liked chapter {number} best.",
        author_name="Canary",
        author_email="canary@secret.example",
    )


def test_a_life_from_intake_to_erasure(alice, actor, nudges, django_capture_on_commit_callbacks):
    site = alice.memberships.get().site
    make_webhook(site)
    nudges.clear()
    site.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        comment = accept(site, submission(site)).comment
    assert nudges == ["tasks.deliveries.send_waiting", "tasks.triage.score_waiting"]
    triage.score_waiting()
    decide_as(alice, comment, Status.SPAM)
    decide_as(alice, comment, Status.APPROVED)
    comment.refresh_from_db()
    note_erased([comment], actor=actor)

    assert told() == [
        ("comment.created", 1, "pending", 1, None),
        ("comment.scored", 2, "pending", 1, None),
        ("comment.spam", 3, "spam", 2, "user"),
        ("comment.approved", 4, "approved", 3, "user"),
        ("comment.erased", 5, "approved", 3, "user"),
    ]


def test_the_policys_decisions_are_told_with_the_score(db):
    site = make_site(hold_first_time=False, approve_below=1.0, spam_above=1.0)
    make_webhook(site)
    make_comment(site)

    triage.score_waiting()

    assert told() == [
        ("comment.scored", 2, "approved", 2, None),
        ("comment.approved", 3, "approved", 2, "policy"),
    ]


def test_a_repeated_request_and_a_repeated_decision_are_told_once(alice, site):
    make_webhook(site)
    site.refresh_from_db()
    first, second = accept(site, submission(site)), accept(site, submission(site))
    decide_as(alice, first.comment, Status.SPAM)
    decide([Choice(comment_id=first.comment.pk, status=Status.SPAM)], actor=POLICY)

    assert (first.is_new, second.is_new) == (True, False)
    assert [event for event, *_ in told()] == ["comment.created", "comment.spam"]


def test_what_an_import_brings_is_told_to_nobody(site):
    make_webhook(site)
    comment = make_scored_comment(site)
    importer = Actor(kind=ActorKind.IMPORT, name="import", site_ids=frozenset({site.pk}))

    decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=importer)

    assert Decision.objects.count() == 1
    assert told() == []


@pytest.mark.parametrize("state", ["unverified", "disabled"])
def test_who_is_not_active_is_told_nothing(site, alice, state):
    make_webhook(site, state=state)
    site.refresh_from_db()

    decide_as(alice, accept(site, submission(site)).comment, Status.SPAM)

    assert site.wanted_events == []
    assert told() == []


def test_of_one_batch_each_site_hears_its_own(site, alice):
    other = make_site(url="https://other.example")
    alice.memberships.create(site=other)
    hooks = {webhook.pk: webhook.site_id for webhook in map(make_webhook, (site, other))}
    ids = [make_scored_comment(one).pk for one in (site, other)]

    decide_many(ids, status=Status.SPAM, actor=actor_of(alice))

    heard = [(row.target, row.comment.site_id) for row in Delivery.objects.all()]
    assert sorted(heard) == sorted(hooks.items())


def test_each_webhook_gets_what_it_wants(site, alice):
    everything, spam = make_webhook(site), make_webhook(site, events=[Event.SPAM])
    decide_as(alice, make_scored_comment(site), Status.SPAM)
    decide_as(alice, make_scored_comment(site), Status.APPROVED)

    assert Delivery.objects.to(everything).count() == 2
    assert [row.event for row in Delivery.objects.to(spam)] == ["comment.spam"]


def test_a_change_that_is_taken_back_is_not_told(site, actor):
    make_webhook(site)
    comment = make_scored_comment(site)

    class Oops(Exception):
        pass

    def half():
        with transaction.atomic():
            decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=actor)
            raise Oops

    with pytest.raises(Oops):
        half()

    assert told() == []


def test_without_a_row_in_the_outbox_nothing_is_decided_or_stored(site, actor, monkeypatch):
    """One transaction: neither a decision that nobody hears of, nor news of one that is not."""
    make_webhook(site)
    site.refresh_from_db()
    comment = make_scored_comment(site)

    class Crash(Exception):
        pass

    def crash(*args):
        raise Crash

    monkeypatch.setattr(outbox, "delivery_row", crash)
    with pytest.raises(Crash):
        decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=actor)
    with pytest.raises(Crash):
        accept(site, submission(site))

    comment.refresh_from_db()
    assert (comment.status, Comment.objects.count()) == (Status.PENDING, 1)


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(site, actor):
    make_webhook(site)
    make_webhook(site)

    def statements(size):
        comments = [make_scored_comment(site) for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            decide_many([comment.pk for comment in comments], status=Status.SPAM, actor=actor)
        return len(captured)

    assert statements(25) == statements(2)  # SQLite parts inserts beyond 50 rows of the outbox
    assert Delivery.objects.count() == 2 * 27


def test_where_nobody_listens_a_decision_costs_one_question_more(site, actor):
    comment = make_scored_comment(site)
    with CaptureQueriesContext(connection) as captured:
        decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=actor)

    assert sum("moderation_webhook" in query["sql"] for query in captured) == 1
    assert not any("moderation_delivery" in query["sql"] for query in captured)


def test_the_outbox_holds_no_words_names_or_addresses(site, actor):
    make_webhook(site)
    site.refresh_from_db()
    comment = accept(site, submission(site)).comment
    decide([Choice(comment_id=comment.pk, status=Status.SPAM, reason="canary")], actor=actor)

    rows = json.dumps(list(Delivery.objects.values()), default=str).lower()
    assert Delivery.objects.count() == 2
    for secret in ("canary", "secret.example", "chapter", "alice"):
        assert secret not in rows


def test_erasing_is_told(site, actor):
    comment = make_scored_comment(site)
    webhook = make_webhook(site, events=[Event.ERASED])

    erase([comment.pk], actor=actor)

    [delivery] = Delivery.objects.to(webhook)
    assert (delivery.event, delivery.sequence) == (Event.ERASED, comment.version + 2)


@pytest.mark.parametrize("kind", [ActorKind.IMPORT, ActorKind.POLICY])
def test_what_a_file_brings_is_told_to_nobody(site, actor, kind):
    comment = make_scored_comment(site)
    make_webhook(site)

    choice = Choice(comment_id=comment.pk, status=Status.APPROVED)
    decide([choice], actor=replace(actor, kind=kind))

    assert not Delivery.objects.exists()


def test_of_what_was_imported_unscored_nobody_is_told(site):
    make_comment(site, source=Source.IMPORT)
    make_webhook(site)

    triage.score_waiting()

    assert not Delivery.objects.exists()
