"""What scores, times and actors are called."""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.dashboard.words import actor_words, ago, many_done, score_words
from moderation.models import ActorKind, Decision
from moderation.status import Status


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (0.0, ("very likely fine", "good")),
        (0.1, ("likely fine", "good")),
        (0.3, ("unclear", "hold")),
        (0.69, ("unclear", "hold")),
        (0.7, ("likely spam", "bad")),
        (0.9, ("very likely spam", "bad")),
        (1.0, ("very likely spam", "bad")),
    ],
)
def test_a_score_in_words(score, words):
    assert score_words(score) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "just now"), (61, "1\xa0minute ago"), (7300, "2\xa0hours ago")]
)
def test_how_long_ago(seconds, words):
    assert ago(timezone.now() - timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ActorKind.USER, "alice"),
        (ActorKind.KEY, "the key “alice”"),
        (ActorKind.POLICY, "the policy"),
    ],
)
def test_who_it_was(kind, words):
    assert actor_words(Decision(actor_kind=kind, actor_name="alice")) == words


@pytest.mark.parametrize("status", [*Status])
def test_one_comment_is_not_many(status):
    assert many_done(status, 1).startswith("1 comment ")
    assert many_done(status, 2).startswith("2 comments ")
