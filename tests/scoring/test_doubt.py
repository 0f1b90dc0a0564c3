"""Whom a moderator should look at first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.doubt import HALF_LIFE, UNSCORED, place_of
from moderation.scoring.policy import Policy

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NEVER_OPEN = Policy(approve_below=0.5, spam_above=0.5)


def place(score, *, policy=NEVER_OPEN, came_at=NOW, told=0.0):
    return place_of(score, policy, came_at=came_at, told=told)


def test_the_nearer_to_even_the_sooner():
    scores = [0.0, 0.01, 0.2, 0.4, 0.5]

    places = [place(score) for score in scores]

    assert places == sorted(places)
    assert len({*places}) == len(scores)
    assert places == pytest.approx([place(1 - score) for score in scores])


def test_twice_as_much_to_learn_makes_up_for_a_half_life():
    half_as_open = 0.5 - 0.125**0.5  # 4p(1-p) = 1/2

    assert place(0.5, came_at=NOW - HALF_LIFE) == pytest.approx(place(half_as_open))


def test_what_is_certain_comes_first_once_all_doubt_is_old():
    assert place(0.0) < place(0.5, came_at=NOW - timedelta(days=23))
    assert place(1.0) > place(0.5, came_at=NOW - timedelta(days=25))


@pytest.mark.parametrize(
    ("score", "is_settled"), [(0.29, False), (0.3, True), (0.69, True), (0.7, False)]
)
def test_between_the_thresholds_a_decision_counts_twice(score, is_settled):
    policy = Policy(approve_below=0.3, spam_above=0.7)

    assert place(score, policy=policy) == pytest.approx(place(score) + is_settled)


def test_the_more_the_lessons_say_the_later_and_at_most_by_a_half_life():
    places = [place(0.5, told=told) for told in (0.0, 0.5, 2.0, 10.0)]

    assert places == sorted(places, reverse=True)
    assert len({*places}) == len(places)
    assert places[-1] > place(0.5, came_at=NOW - HALF_LIFE)


@given(
    score=st.floats(0, 1),
    told=st.floats(0, 100),
    came_at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_whatever_has_a_score_comes_before_what_has_none(score, told, came_at):
    assert place(score, policy=Policy(), came_at=came_at, told=told) > UNSCORED
