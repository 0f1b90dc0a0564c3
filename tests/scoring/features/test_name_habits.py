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
        ("cheap car insurance quotes", 0.75),
        ("m\u1eaba nh\u00e0 \u0111\u1eb9p", 0.75),
        ("jane doe", 0.0),
        ("Agent 007", 0.25),
        ("slot 88 online", 1.0),
        ("R2D2", 0.0),
        ("\u738b \u5c0f \u660e", 0.0),
        ("Johann Sebastian Bach Junior", 0.0),
    ],
)
def test_names_that_are_none(name, value):
    assert name_habits(Evidence(body="x", author_name=name)) == value
