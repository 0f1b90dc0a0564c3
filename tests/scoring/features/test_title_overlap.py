import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.title_overlap import title_overlap


@pytest.mark.parametrize(
    ("title", "body", "value"),
    [
        ("", "anything", 0.0),
        ("Growing tomatoes on a balcony", "", 0.0),
        ("Growing tomatoes on a balcony", "My TOMATOES died", 1 / 3),
        ("Growing tomatoes on a balcony", "Growing tomatoes: my balcony is growing", 1.0),
        ("How to do it", "how to do it", 0.0),  # too short to mean anything
    ],
)
def test_words_of_the_title(title, body, value):
    assert title_overlap(Evidence(body=body, article_title=title)) == value


def test_it_names_the_words():
    evidence = Evidence(body="tomatoes!", article_title="Growing tomatoes")

    assert title_overlap.tell(evidence) == "words of the article's title: tomatoes"
