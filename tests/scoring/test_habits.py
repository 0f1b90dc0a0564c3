import pytest

from moderation.scoring.evidence import Evidence
from moderation.scoring.habits import HABITS, habits_of


@pytest.mark.parametrize(
    ("fields", "habit"),
    [
        ({}, "no website"),
        ({"author_url": "https://ann.example/"}, "a website"),
        ({"author_url": "ann.example"}, "a website"),
        ({"author_url": "http://ann.example/2018/pills"}, "a page as website"),
        ({}, "no link"),
        ({"body": "see www.a.example"}, "one link"),
        ({"body": "http://a.example http://b.example http://c.example"}, "several links"),
        ({"body": "plain"}, "plain letters"),
        ({"body": "Grüße aus dem Garten"}, "a few other letters"),
        ({"body": "привет"}, "other letters"),
        ({"body": ""}, "plain letters"),
        ({}, "no name"),
        ({"author_name": "Ann"}, "a name of one word"),
        ({"author_name": "best cheap pills online"}, "a name of many words, in small letters"),
        ({"author_name": "王"}, "a name of one word, in small letters"),
    ],
)
def test_a_habit_of_each_kind(fields, habit):
    found = list(habits_of(Evidence(**{"body": "x", **fields})))

    assert habit in found
    assert len(found) == 4
    assert set(found) <= set(HABITS)
