from math import exp

import pytest

from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.features.block_list import block_list


def seen(*hits):
    return Evidence(body="x", listed=tuple(f"“{hit}”" for hit in hits))


def test_it_grows_with_the_hits_and_never_past_one():
    values = [block_list(seen(*range(count))) for count in (0, 1, 2, 5, 1_000)]

    assert values == sorted(set(values))
    assert (values[0], round(values[1], 2)) == (0.0, 0.43)
    assert values[-1] < 1


@pytest.mark.parametrize(
    ("hits", "text"),
    [
        (["casino"], "on your block list: “casino”"),
        (["casino", "pills.example"], "on your block list: “casino”, “pills.example”"),
        (
            ["casino", "pills.example", *"abc"],
            "on your block list: “casino”, “pills.example” and 3 more",
        ),
    ],
)
def test_it_names_two_and_counts_the_rest(hits, text):
    assert block_list.tell(seen(*hits)) == text


def test_a_comment_without_hits_scores_as_if_there_were_no_such_feature():
    """To add +0.0 changes no bit of a sum; it stands last, so that no other sum is reordered."""
    assert FEATURES[-1] is block_list
    assert str(block_list(Evidence(body="x"))) == "0.0"


def test_it_weighs_but_does_not_decide():
    """In the middle of the scores, where it matters, any number of hits is a few to one."""
    text = "Great article, thanks for sharing this with us."
    scores = [
        Classifier.load().score(Evidence(body=text, listed=tuple(map(str, range(count))))).value
        for count in (0, 1, 100)
    ]
    none, one, many = (score / (1 - score) for score in scores)

    assert 1.3 < one / none < many / none < exp(0.6 * 6)
