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
        ("loan " * 1000, pytest.approx(1 - 1 / 30 / 0.6)),
        (" ".join(map(str, range(30))) + " loan" * 1000, 0.0),  # a long text says words again
    ],
)
def test_said_again(body, value):
    assert repetition(Evidence(body=body)) == value
