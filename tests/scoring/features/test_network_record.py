import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.network_record import network_record


@pytest.mark.parametrize(
    ("spam", "ham", "value"),
    [(0, 0, 0.0), (3, 0, 0.5), (1, 0, 0.25), (4, 5, 0.0), (0, 9, 0.0), (9, 4, 5 / 16)],
)
def test_spam_costs_trust_and_good_neighbours_earn_none(spam, ham, value):
    seen = Evidence(body="", network_spam=spam, network_ham=ham)

    assert network_record(seen) == pytest.approx(value)


def test_it_says_what_was_decided():
    seen = Evidence(body="", network_spam=3, network_ham=1)

    assert network_record.tell(seen) == "same network: 3 spam of 4 here"
