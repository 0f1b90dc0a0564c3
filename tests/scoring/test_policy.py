"""The policy: what becomes of a score, at its thresholds and in the order of what is sure."""

import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.policy import Policy, Verdict, apply_policy, follow_campaign
from moderation.status import Status

OPEN = {"approve_below": 0.2, "spam_above": 0.9, "hold_first_time": False}
LINKS = "http://a.example www.b.example [url=c]"


def status(score, evidence=None, **policy):
    seen = Evidence(**{"body": "Well said.", **(evidence or {})})
    return apply_policy(seen, score, Policy(**OPEN | policy)).status


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.0, "approved"), (0.19, "approved"), (0.2, "pending"), (0.89, "pending"), (0.9, "spam")],
)
def test_a_threshold_itself_is_not_welcome_and_is_spam(score, expected):
    assert status(score) == expected


@pytest.mark.parametrize(
    ("policy", "evidence", "expected"),
    [
        ({"hold_all": True}, {}, "pending"),
        ({"hold_first_time": True}, {}, "pending"),
        ({"hold_first_time": True}, {"approved_before": 1}, "approved"),
        ({"hold_links_over": 2}, {"body": LINKS}, "pending"),
        ({"hold_links_over": 3}, {"body": LINKS}, "approved"),
        ({"hold_links_over": 2}, {"body": "https://www.a.example http://b.example"}, "approved"),
        ({"hold_links_over": 2}, {"body": "<a href='//a'> <a rel=x href=b>\n" * 2}, "pending"),
        ({"hold_links_over": 2}, {"body": LINKS, "own_hosts": ("a.example",)}, "approved"),
        ({"hold_links_over": None}, {"body": LINKS * 9}, "approved"),
        ({"languages": ("en",)}, {"language": "de"}, "pending"),
        ({"languages": ("en", "de")}, {"language": "de"}, "approved"),
        ({"languages": ("en",)}, {"language": ""}, "approved"),
    ],
)
def test_what_the_owner_wants_to_see_is_held_and_sure_spam_is_spam(policy, evidence, expected):
    assert status(0.0, evidence, **policy) == expected
    assert status(0.9, evidence, **policy) == "spam"


@pytest.mark.parametrize(
    ("decided", "verdict", "score", "policy", "expected"),
    [
        ("spam", "pending", 0.5, {}, "spam"),
        ("spam", "pending", 0.49, {}, None),
        ("spam", "approved", 0.6, {}, None),
        ("spam", "rejected", 0.6, {}, None),
        ("approved", "pending", 0.49, {}, "approved"),
        ("approved", "pending", 0.5, {}, None),
        ("approved", "spam", 0.4, {"spam_above": 0.3}, None),
        ("approved", "pending", 0.3, {"spam_above": 0.3}, None),
        ("approved", "pending", 0.1, {"hold_all": True}, None),
        ("rejected", "pending", 0.6, {}, None),
    ],
)
def test_a_campaign_is_followed_while_the_score_agrees(decided, verdict, score, policy, expected):
    own = Verdict(Status(verdict), "why")

    followed = follow_campaign(Status(decided), own, score, Policy(**OPEN | policy))

    assert (followed and followed.status) == expected
