"""Rules in triage: they apply to the next comment, they are counted, they hold nobody up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Comment, Rule
from moderation.scoring import rules as scored_rules
from moderation.scoring.rules import Kind
from moderation.services import triage
from moderation.services.rules import rules_of
from moderation.status import Status
from tests.factories import make_comment, make_judged_comment, make_rule, make_site


@pytest.fixture
def open_site(db):
    return make_site(hold_first_time=False)


def judged(site, body="Visit my casino", **fields):
    return make_judged_comment(site, body=body, **fields)


@pytest.mark.parametrize(
    ("action", "status"),
    [("hold", "pending"), ("spam", "spam"), ("reject", "rejected"), ("approve", "approved")],
)
def test_a_rule_decides_on_the_record(open_site, action, status):
    rule = make_rule(open_site, name="No gambling", action=action)

    comment = judged(open_site)

    assert comment.status == status
    [decision] = comment.decisions.all()
    assert (decision.actor_kind, decision.to_status) == ("policy", status)
    assert "“No gambling”" in decision.reason
    assert comment.reasons[0]["feature"] == "policy"
    assert (comment.reasons[1]["feature"], comment.reasons[1]["span"]) == ("rule", [9, 15])
    assert comment.rule_set == rules_of({open_site.pk}, now=timezone.now())[open_site.pk].version
    rule.refresh_from_db()
    assert (rule.hits, rule.errors) == (1, 0)
    assert rule.last_hit_at is not None


def test_a_rule_applies_from_the_next_comment_on(open_site):
    assert judged(open_site).status != Status.REJECTED
    rule = make_rule(open_site, action="reject")
    assert judged(open_site).status == Status.REJECTED

    rule.delete()

    assert judged(open_site).status != Status.REJECTED


def test_a_weight_moves_the_stored_score_and_says_so(open_site):
    plain = judged(open_site)
    make_rule(open_site, name="Gambling", action="add_weight", weight=3.0)

    weighed = judged(open_site)

    assert weighed.score > plain.score
    assert weighed.reasons[1] == {
        "feature": "rule",
        "text": "your rule “Gambling”",
        "weight": 3.0,
        "span": [9, 15],
    }


def test_a_rule_on_trial_leaves_no_trace_but_its_count(open_site):
    without = judged(open_site, author_name="Bo")
    rule = make_rule(open_site, action="reject", is_trial=True)

    comment = judged(open_site, author_name="Bo")

    assert (comment.status, comment.reasons) == (without.status, without.reasons)
    rule.refresh_from_db()
    assert rule.hits == 1


def test_an_expired_rule_is_silent(open_site):
    rule = make_rule(open_site, action="reject")
    Rule.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert judged(open_site).status != Status.REJECTED
    rule.refresh_from_db()
    assert rule.hits == 0


def test_rules_of_one_site_are_nothing_to_another(open_site):
    make_rule(make_site(url="https://other.example"), action="reject")

    assert judged(open_site).status != Status.REJECTED


def test_an_address_is_recognised_without_being_stored(open_site):
    rule = make_rule(open_site, "Bo@example.org", kind="address", action="reject")

    assert (rule.pattern, rule.fingerprint is None) == ("B…@e…", False)
    assert judged(open_site, email="bo@example.org").status == Status.REJECTED
    assert judged(open_site, email="other@example.org").status != Status.REJECTED


def test_a_rule_that_fails_is_counted_and_the_comment_goes_to_people(open_site, monkeypatch):
    def stumble(rule, subject):
        raise RuntimeError(subject.evidence.body)

    rule = make_rule(open_site, r"cas\w+", kind="regex", action="approve")
    monkeypatch.setitem(scored_rules.MATCHERS, Kind.REGEX, stumble)

    comment = judged(open_site)

    assert (comment.status, comment.score is None) == (Status.PENDING, False)
    assert "failed" in comment.reasons[0]["text"]
    rule.refresh_from_db()
    assert (rule.hits, rule.errors) == (0, 1)


def test_the_number_of_statements_depends_neither_on_comments_nor_on_rules(open_site):
    def statements(comments, rules):
        for _ in range(rules):
            make_rule(open_site)
        for _ in range(comments):
            make_comment(open_site, body="Visit my casino")
        with CaptureQueriesContext(connection) as captured:
            assert triage.score_waiting() == comments
        return len(captured)

    assert statements(2, rules=1) == statements(40, rules=10)
    assert Rule.objects.order_by("id").first().hits == 42


def test_the_language_of_a_comment_is_noted(open_site):
    clear = judged(open_site, "Ich lese diese Seite seit vielen Jahren und freue mich jedes Mal.")
    unclear = judged(open_site, "Ok!")

    assert (clear.language, unclear.language) == ("de", None)


def test_what_is_in_another_language_is_held(db):
    site = make_site(hold_first_time=False, approve_below=0.9, spam_above=1, languages=["en"])
    german = judged(site, "Ich lese diese Seite seit vielen Jahren und freue mich jedes Mal.")
    english = judged(site, "I have been reading this page for years and it is never boring.")

    assert (german.status, english.status) == (Status.PENDING, Status.APPROVED)
    assert "“de”" in german.reasons[0]["text"]
    assert Comment.objects.filter(language="en").count() == 1
