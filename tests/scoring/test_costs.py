"""Thresholds that follow from what a mistake costs, and what they are expected to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.costs import forecast, thresholds_for
from moderation.status import Status


@pytest.mark.parametrize(
    ("cost", "approve_below", "spam_above"),
    [(1, 0.5, 0.5), (9, 0.1, 0.9), (99, 0.01, 0.99)],
)
def test_the_more_a_lost_comment_costs_the_more_is_left_to_people(cost, approve_below, spam_above):
    found = thresholds_for(cost)

    assert (found.approve_below, found.spam_above) == pytest.approx((approve_below, spam_above))


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_no_other_verdict_costs_less(cost, p):
    """The derivation, checked: on each side of each threshold the cheaper choice is taken."""
    found = thresholds_for(cost)
    slack = 1e-9

    if p >= found.spam_above + slack:
        assert (1 - p) * cost <= p
    elif p < found.approve_below - slack:
        assert p * cost <= 1 - p
    elif found.approve_below + slack < p < found.spam_above - slack:
        assert (1 - p) * cost >= p
        assert p * cost >= 1 - p


def test_a_forecast_counts_looks_and_expects_mistakes():
    verdicts = [
        (Status.PENDING, 0.5),
        (Status.PENDING, 0.4),
        (Status.SPAM, 0.9),
        (Status.REJECTED, 0.8),
        (Status.APPROVED, 0.1),
    ]

    found = forecast(verdicts, days=2)

    assert (found.comments, found.queue) == (2.5, 1.0)
    assert found.lost == pytest.approx(0.15)
    assert found.published_spam == pytest.approx(0.05)


def test_nothing_is_expected_of_nothing():
    assert forecast([], days=30).comments == 0
