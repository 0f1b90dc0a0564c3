import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.time_on_page import time_on_page


@pytest.mark.parametrize(
    ("seconds", "value"),
    [(None, 0.0), (0.0, 1.0), (5.0, 0.5), (10.0, 0.0), (600.0, 0.0), (-3.0, 1.0)],
)
def test_the_faster_the_more(seconds, value):
    assert time_on_page(Evidence(body="x", seconds_on_page=seconds)) == value


def test_it_says_how_fast():
    evidence = Evidence(body="x", seconds_on_page=1.2)

    assert time_on_page.tell(evidence) == "sent 1 s after the page was opened"
