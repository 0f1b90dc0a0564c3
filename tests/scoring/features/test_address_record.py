import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.address_record import address_record


@pytest.mark.parametrize(
    ("spam", "ham", "confirmed", "value"),
    [
        (0, 0, 0, 0.0),
        (3, 0, 0, 0.6),
        (1, 0, 0, 1 / 3),
        (1, 17, 0, 0.05),  # somebody forged a trusted address once
        (0, 8, 0, 0.0),  # anybody can type an address
        (0, 8, 8, -0.8),
        (2, 8, 8, -0.5),
    ],
)
def test_spam_costs_trust_and_only_confirmed_addresses_earn_it(spam, ham, confirmed, value):
    seen = Evidence(body="", address_spam=spam, address_ham=ham, address_confirmed_ham=confirmed)

    assert address_record(seen) == pytest.approx(value)


def test_it_says_what_was_decided():
    seen = Evidence(body="", address_spam=3, address_ham=1)

    assert address_record.tell(seen) == "same e-mail address: 3 spam of 4 here"
    trusted = Evidence(body="", address_ham=4, address_confirmed_ham=4)
    assert address_record.tell(trusted) == "confirmed address: 4 approved of 4 here"
