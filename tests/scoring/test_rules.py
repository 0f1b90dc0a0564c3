"""The owner's rules: what matches, who speaks first, and what a failure does."""

from uuid import UUID, uuid4

import pytest

from moderation.scoring import rules
from moderation.scoring.evidence import Evidence, Reason, Score
from moderation.scoring.policy import Policy
from moderation.scoring.rules import Action, Kind, Rule, RuleSet, matches, reach_verdict, shifted
from moderation.status import Status

SCORE = Score(value=0.5, reasons=(Reason(feature="words", text="w", weight=1.0),))
OPEN = Policy(hold_first_time=False)


def rule(kind=Kind.WORD, pattern="casino", action=Action.SPAM, **more):
    fields = {"id": uuid4(), "name": pattern, **more}
    return Rule(kind=Kind(kind), pattern=pattern, action=Action(action), **fields)


def verdict(evidence, *own, score=SCORE, policy=OPEN):
    return reach_verdict(evidence, score, policy, RuleSet(own))


@pytest.mark.parametrize(
    ("kind", "pattern", "evidence", "expected"),
    [
        ("word", "casino", {"body": "a CASINO"}, True),
        ("word", "casino", {"body": "", "author_name": "casino"}, False),
        ("phrase", "buy now", {"body": "Buy  now!"}, True),
        ("name", "cheap pills", {"body": "", "author_name": "The Cheap Pills Shop"}, True),
        ("name", "cheap pills", {"body": "cheap pills"}, False),
        ("host", "example.com", {"body": "http://www.example.com"}, True),
        ("host", "example.com", {"body": "http://evil-example.com"}, False),
        ("host", "example.com", {"body": "", "author_url": "https://example.com/me"}, True),
        ("host", "xyz", {"body": "try win.xyz now"}, True),
        ("address", "@mail.example", {"body": "", "email_domain": "Mail.Example"}, True),
        ("address", "@mail.example", {"body": "", "email_domain": "hotmail.example"}, False),
        ("address", "@mail.example", {"body": ""}, False),
        ("language", "ru,uk", {"body": "", "language": "uk"}, True),
        ("language", "ru,uk", {"body": "", "language": ""}, False),
        ("links_over", "1", {"body": "http://a.test http://b.test"}, True),
        ("links_over", "1", {"body": "http://a.test"}, False),
        ("regex", r"earn \$\d+", {"body": "Earn $500"}, True),
    ],
)
def test_each_kind_looks_in_its_own_place(kind, pattern, evidence, expected):
    assert matches(rule(kind, pattern), Evidence(**evidence)) is expected


def test_one_address_is_known_by_its_fingerprint():
    own = rule("address", "a…@e…", fingerprint=b"f" * 16)

    assert matches(own, Evidence(body="", email_fingerprint=b"f" * 16))
    assert not matches(own, Evidence(body="", email_fingerprint=b"g" * 16))
    assert not matches(own, Evidence(body=""))


def test_one_good_link_opens_no_door_for_others():
    welcome = rule("host", "good.example", Action.APPROVE)

    assert matches(welcome, Evidence(body="see https://good.example/a"))
    assert not matches(welcome, Evidence(body="see https://good.example/a and https://bad.test"))
    assert not matches(welcome, Evidence(body="good.example", author_url="https://bad.test"))


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Action.HOLD, Status.PENDING),
        (Action.SPAM, Status.SPAM),
        (Action.REJECT, Status.REJECTED),
        (Action.APPROVE, Status.APPROVED),
    ],
)
def test_a_rule_speaks_before_everything_else(action, status):
    policy = Policy(hold_all=True, spam_above=0.1, approve_below=0.1)

    judged = verdict(Evidence(body="casino"), rule(action=action), policy=policy)

    assert judged.verdict.status == status
    assert "“casino”" in judged.verdict.reason
    assert judged.score.value == SCORE.value
    first = judged.score.reasons[0]
    assert (first.feature, first.weight, first.span) == ("rule", 0.0, (0, 6))


def test_of_several_the_first_gets_its_way():
    hold, spam = rule(action=Action.HOLD, name="first"), rule(action=Action.SPAM)

    judged = verdict(Evidence(body="casino"), hold, spam)

    assert judged.verdict.status == Status.PENDING
    assert judged.rules.hits == [hold.id, spam.id]


def test_weights_add_up_before_the_thresholds_are_asked():
    heavy = rule(action=Action.ADD_WEIGHT, weight=2.0)
    heavier = rule(pattern="bonus", action=Action.ADD_WEIGHT, weight=3.0)

    judged = verdict(Evidence(body="casino bonus"), heavy, heavier)

    assert judged.score.value == pytest.approx(shifted(0.5, 5.0))
    assert judged.verdict.status == Status.SPAM
    assert [reason.weight for reason in judged.score.reasons] == [2.0, 3.0, 1.0]


def test_a_weight_counts_even_where_a_rule_decides():
    judged = verdict(
        Evidence(body="casino"), rule(action=Action.HOLD), rule(action="add_weight", weight=1.0)
    )

    assert judged.verdict.status == Status.PENDING
    assert judged.score.value > 0.5


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_taking_a_weight_off_gives_the_score_back(value):
    assert shifted(shifted(value, 4.0), -4.0) == pytest.approx(value, abs=1e-9)


def test_a_rule_on_trial_only_counts():
    trial = rule(is_trial=True)
    heavy = rule(action=Action.ADD_WEIGHT, weight=9.0, is_trial=True)

    judged = verdict(Evidence(body="casino"), trial, heavy)

    assert (judged.verdict.status, judged.score) == (Status.PENDING, SCORE)
    assert judged.rules.hits == [trial.id, heavy.id]


class Broken(RuntimeError):
    pass


@pytest.fixture
def broken(monkeypatch):
    def stumble(own, subject):
        raise Broken

    monkeypatch.setitem(rules.MATCHERS, Kind.REGEX, stumble)
    return lambda **more: rule("regex", "x", Action.APPROVE, **more)


def test_a_rule_that_fails_brings_the_comment_to_people(broken):
    failing, spam = broken(), rule()

    judged = verdict(Evidence(body="casino"), failing, spam)

    assert judged.verdict.status == Status.PENDING
    assert "failed" in judged.verdict.reason
    assert (judged.rules.failures, judged.rules.hits) == ([failing.id], [spam.id])


def test_a_rule_that_fails_on_trial_is_only_counted(broken):
    failing = broken(is_trial=True)

    judged = verdict(Evidence(body="casino"), failing, rule())

    assert judged.verdict.status == Status.SPAM
    assert judged.rules.failures == [failing.id]


def test_a_set_of_rules_has_a_version():
    one = rule(id=UUID(int=1))
    other = rule(id=UUID(int=1), action=Action.HOLD)

    assert RuleSet((one,)).version == RuleSet((one,)).version
    assert len({RuleSet().version, RuleSet((one,)).version, RuleSet((other,)).version}) == 3


class TestLanguages:
    @pytest.mark.parametrize(
        ("language", "status"),
        [("ru", Status.PENDING), ("en", Status.APPROVED), ("", Status.APPROVED)],
    )
    def test_what_is_surely_in_another_language_is_held(self, language, status):
        policy = Policy(hold_first_time=False, languages=("en", "de"))
        evidence = Evidence(body="x", language=language)

        judged = verdict(evidence, score=Score(value=0.05), policy=policy)

        assert judged.verdict.status == status
        assert ("“ru”" in judged.verdict.reason) is (language == "ru")

    def test_a_site_without_a_list_speaks_them_all(self):
        judged = verdict(Evidence(body="x", language="ru"), score=Score(value=0.05))

        assert judged.verdict.status == Status.APPROVED
