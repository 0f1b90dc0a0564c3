"""Akismet's protocol: submit-spam and submit-ham are people's decisions."""

from uuid import uuid4

import pytest

from moderation.models import Check, Comment, Decision
from moderation.services.triage import score_waiting
from moderation.status import Status
from tests.api.akismet import HAM, call, check, word
from tests.factories import make_scored_comment

THANKS = "Thanks for making the web a better place."


def report(verb, key, **more):
    return call(f"/1.1/submit-{verb}", {**HAM, "api_key": key, **more})


@pytest.mark.parametrize(("verb", "status"), [("spam", Status.SPAM), ("ham", Status.APPROVED)])
def test_a_report_decides_as_the_person_at_the_blog(keys, verb, status):
    guid = check(keys.plugin_key)["X-akismet-guid"]

    answer = report(verb, keys.plugin_key, reporter="alice", guid=guid)

    assert word(answer) == THANKS
    assert "X-akismet-debug-help" not in answer
    comment = Comment.objects.get()
    decision = comment.decisions.latest()
    assert comment.status == decision.to_status == status
    assert (decision.actor_kind, decision.actor_name) == ("key", "plugin \u00b7 alice")
    assert decision.actor_key == keys.site.keys.get(kind="plugin")
    assert Check.objects.get().held_as_spam is (verb == "spam")


def test_without_a_guid_the_same_words_find_it(keys):
    check(keys.plugin_key)

    report("spam", keys.plugin_key)

    assert Comment.objects.get().status == Status.SPAM


def test_a_guid_finds_it_though_the_words_were_edited(keys):
    guid = check(keys.plugin_key)["X-akismet-guid"]

    report("spam", keys.plugin_key, guid=guid, comment_content="Edited since.")

    assert Comment.objects.get().status == Status.SPAM


@pytest.mark.parametrize("guid", ["", "nonsense", str(uuid4()), "\0", "0" * 9000])
def test_what_was_never_checked_is_stored_and_decided(keys, guid):
    assert word(report("ham", keys.plugin_key, guid=guid)) == THANKS

    comment = Comment.objects.get()
    assert (comment.status, comment.source) == (Status.APPROVED, "akismet")
    score_waiting()
    comment.refresh_from_db()
    assert (comment.status, comment.score is not None) == (Status.APPROVED, True)


def test_a_guid_of_somebody_else_is_not_there(keys, site):
    stranger = make_scored_comment(site)
    own = make_scored_comment(keys.site)  # came through another door

    for comment in (stranger, own):
        report("spam", keys.plugin_key, guid=str(comment.pk))

        comment.refresh_from_db()
        assert comment.status == Status.PENDING


def test_the_same_report_twice_is_one_decision(keys):
    check(keys.plugin_key)
    report("spam", keys.plugin_key)
    report("spam", keys.plugin_key)

    assert Decision.objects.filter(actor_kind="key").count() == 1


def test_a_report_can_be_undone(keys, client, bearer):
    check(keys.plugin_key)
    report("spam", keys.plugin_key)
    decision = Decision.objects.latest()

    answer = client.post(f"/api/v1/decisions/{decision.pk}/undo/", **bearer(keys.review_key))

    assert answer.status_code == 201
    assert Comment.objects.get().status == Status.PENDING


def test_a_tried_report_changes_nothing(keys):
    check(keys.plugin_key)

    assert word(report("spam", keys.plugin_key, is_test="1")) == THANKS
    assert Comment.objects.get().status == Status.PENDING


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"api_key": "000000000000"}, "Invalid key"),
        ({"blog": ""}, 'Empty "blog" value'),
        ({"blog": "https://other.example"}, "This key belongs to another site"),
        ({"comment_author": "n" * 101}, "comment_author is too long"),
    ],
)
def test_what_cannot_be_taken_is_invalid_and_says_why(keys, change, told):
    answer = call("/1.1/submit-spam", {**HAM, "api_key": keys.plugin_key, **change})

    assert word(answer) == "invalid"
    assert told in answer["X-akismet-debug-help"]
    assert Comment.objects.count() == 0


def test_a_reporters_name_is_one_short_line(keys):
    check(keys.plugin_key)

    report("spam", keys.plugin_key, reporter="al\nice\0" + "x" * 500)

    name = Decision.objects.latest().actor_name
    assert name.startswith("plugin \u00b7 alicex")
    assert len(name) <= 150
