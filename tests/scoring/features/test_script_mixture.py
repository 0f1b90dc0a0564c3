import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.script_mixture import script_mixture


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("casino", 0.0),
        ("cаsino", 1 / 8),  # noqa: RUF001  the first a is Cyrillic
        ("ca\u200bsino", 1 / 8),
        ("\U0001d402\U0001d400", 2 / 8),  # mathematical bold
        ("Привет, мир", 0.0),
        ("Django и Celery", 0.0),
        ("naïve café, Łódź, straße", 0.0),
        ("用Python写", 0.0),
        ("so good😅", 0.0),
        ("\U0001d402" * 30, 1.0),
        ("", 0.0),
    ],
)
def test_borrowed_letters(body, value):
    assert script_mixture(Evidence(body=body)) == value
