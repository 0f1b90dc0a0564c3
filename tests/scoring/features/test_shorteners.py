import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.shorteners import shorteners


@pytest.mark.parametrize(
    ("evidence", "value"),
    [
        (Evidence(body="look http://bit.ly/abc"), 1.0),
        (Evidence(body="look T.ME/some_channel"), 1.0),
        (Evidence(body="hello", author_url="https://tinyurl.com/x"), 1.0),
        (Evidence(body="http://exhibit.ly/abc"), 0.0),
        (Evidence(body="bit.ly is a shortener"), 0.0),
        (Evidence(body="https://example.org/bit.ly"), 0.0),
        (Evidence(body=""), 0.0),
    ],
)
def test_hidden_destinations(evidence, value):
    assert shorteners(evidence) == value


def test_it_names_the_shortener():
    assert shorteners.tell(Evidence(body="see HTTP://BIT.LY/a")) == "hides a link behind bit.ly"
