import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.name_habits import name_habits


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", 0.0),
        ("Jane", 0.0),
        ("J. R. R. Tolkien", 0.0),
        ("best-pills.com", 1.0),
        ("Visit www.pills.example", 1.0),
        ("cheap car insurance quotes", 0.5),
        ("Johann Sebastian Bach Junior", 0.0),
    ],
)
def test_names_that_are_none(name, value):
    assert name_habits(Evidence(body="x", author_name=name)) == value
