from dataclasses import replace

import numpy as np
import pytest

from moderation.scoring.calibration import Line, expit, fit_line, split_sources
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.training import train, weigh_rows
from tests.scoring.synthetic import make_rows


@pytest.fixture(scope="module")
def trained():
    return train(make_rows())


def test_it_learns_what_there_is_to_learn(trained):
    classifier = Classifier(trained)

    spam = classifier.score(Evidence(body="cheap casino pills with a bonus"))
    ham = classifier.score(Evidence(body="thanks for the tea and music question"))

    assert spam.value > 0.9
    assert ham.value < 0.1
    assert spam.reasons[0].weight > 0 > ham.reasons[0].weight


def test_the_same_rows_give_the_same_bytes(trained, tmp_path):
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"

    trained.save(first)
    train(make_rows()).save(second)

    assert first.read_bytes() == second.read_bytes()


def test_other_rows_give_another_version(trained):
    assert train(make_rows(count=200)).version != trained.version


def test_a_website_does_not_count_because_it_is_there(trained):
    """All the websites stood beside spam, and each training comment got one half of the time."""
    classifier = Classifier(trained)
    body = "the recipe and a question"

    without = classifier.score(Evidence(body=body)).value
    with_one = classifier.score(Evidence(body=body, author_url="https://ann.example")).value

    assert with_one == pytest.approx(without, abs=0.05)


def test_hand_set_features_are_left_to_the_hand(trained):
    by_hand = [feature.name for feature in FEATURES if feature.weight is not None]
    weights = dict(zip(trained.names, trained.features.tolist(), strict=True))

    assert [weights[name] for name in by_hand] == [0.0] * len(by_hand)


def test_progress_ends_where_it_should():
    told = []

    train(make_rows(count=60), lambda what, done, of: told.append((done, of)))

    assert told[-1][0] == told[-1][1]


def test_no_source_drowns_the_others():
    rows = make_rows(count=200, sources=("blog:large",)) + make_rows(
        count=8, sources=("blog:small",)
    )

    weights = weigh_rows(rows)

    assert weights.mean() == pytest.approx(1.0)
    assert weights[200:].mean() == pytest.approx(5 * weights[:200].mean())  # root of 25 times fewer


def test_spam_in_a_language_without_ham_says_little():
    rows = [replace(row, lang="ru") if row.is_spam else row for row in make_rows(count=200)]

    weights = weigh_rows(rows)

    assert weights[1] < 0.05 * weights[0]


@pytest.mark.parametrize("line", [Line(1.0, 0.0), Line(0.5, 1.0), Line(2.0, -1.5)])
def test_calibration_finds_the_line_that_made_the_labels(line):
    raw = np.linspace(-3, 3, 201)
    chances = expit(line.slope * raw + line.offset)

    found = fit_line(raw, chances, np.ones_like(raw))

    assert found.slope == pytest.approx(line.slope, abs=1e-3)
    assert found.offset == pytest.approx(line.offset, abs=1e-3)


def test_sources_are_dealt_evenly_and_whole():
    sources = ["a"] * 5 + ["b"] * 3 + ["c"] * 2

    assert split_sources(sources, 2) == [frozenset("a"), frozenset("bc")]
    assert split_sources(["a"], 3) == [frozenset("a")]
