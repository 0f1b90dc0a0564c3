import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.repetition import repetition


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("", 0.0),
        ("no no no no no", 0.0),  # too short to tell
        ("every word in this sentence is said only once", 0.0),
        ("a b c d e f a b c d", 0.0),  # four of ten come again: ordinary
        ("loan " * 10, pytest.approx(5 / 6)),
    ],
)
def test_said_again(body, value):
    assert repetition(Evidence(body=body)) == value
