from dataclasses import replace

import numpy as np
import pytest

from moderation.scoring import training
from moderation.scoring.calibration import Curve, expit, fit_curve
from moderation.scoring.classifier import Classifier
from moderation.scoring.design import Design, Texts, Wordlist, read_texts
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.phrasebook import PHRASEBOOK
from moderation.scoring.rows import Row
from moderation.scoring.tokens import Field, slots_of
from moderation.scoring.training import (
    Learner,
    blame,
    emphasis,
    fit,
    is_newcomer,
    prepare,
    train,
    weigh_rows,
)
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
    assert weights[200:].mean() == pytest.approx(25**0.3 * weights[:200].mean())  # 25 times fewer


def test_spam_in_a_language_without_ham_says_little():
    rows = [replace(row, lang="ru") if row.is_spam else row for row in make_rows(count=200)]

    weights = weigh_rows(rows)

    assert weights[1] < 0.05 * weights[0]


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.5, 1.0), (2.0, -1.5)])
def test_calibration_finds_the_curve_that_made_the_labels(slope, offset):
    raw = np.linspace(-3, 3, 2401)
    chances = expit(slope * raw + offset)

    curve = fit_curve(raw, chances, np.full_like(raw, 1 / raw.size))

    found = expit(np.array([curve(score) for score in raw.tolist()]))
    assert np.abs(found - chances).max() < 0.06
    assert np.abs(found - chances).mean() < 0.02


def test_calibration_never_changes_the_order():
    labels = np.random.default_rng(1).random(500) < 0.5  # scores that mean nothing

    curve = fit_curve(np.linspace(-3, 3, 500), labels.astype(float), np.full(500, 0.002))

    calibrated = [curve(score) for score in np.linspace(-9, 9, 300).tolist()]
    assert (np.diff(calibrated) > 0).all()


def test_a_curve_goes_on_straight_at_both_ends():
    curve = Curve((0.0, 1.0, 2.0), (0.0, 2.0, 3.0))

    assert [curve(score) for score in (-1.0, 0.5, 1.0, 1.5, 3.0)] == [-2.0, 1.0, 2.0, 2.5, 4.0]


def test_made_up_comments_of_other_languages_count_less_than_english_ones():
    def counted(lang, *, is_spam):
        return emphasis(
            Row(evidence=Evidence(body="x"), is_spam=is_spam, family=PHRASEBOOK, lang=lang)
        )

    assert counted("de", is_spam=True) < counted("de", is_spam=False) < counted("en", is_spam=True)


def test_only_real_comments_calibrate():
    rows = [row for row in make_rows(count=400) if is_newcomer(row)]

    assert 10 < len(rows) < 100
    assert not [row for row in rows if is_newcomer(replace(row, family=PHRASEBOOK))]


def test_words_are_hidden_with_what_they_begin():
    wordlist, texts = Wordlist(), Texts()
    read_texts([Evidence(body="one two three")], wordlist, texts)
    design = Design(wordlist.table(), texts, [0])

    design.drop_words(1.0, np.random.default_rng(1))
    hidden = design.values.copy()
    whole = Design(wordlist.table(), texts, [0])
    whole.drop_words(0.0, np.random.default_rng(1))

    assert not hidden.any()
    assert (whole.values > 0).all()


def test_a_weight_that_nothing_asks_for_fades():
    """Where the aim is just what is predicted, only the pull towards zero is left."""
    wordlist, texts = Wordlist(), Texts()
    read_texts([Evidence(body="one two")], wordlist, texts)
    design, learner = Design(wordlist.table(), texts, [0]), Learner()
    learner.slots[design.slots] = 0.5
    aims = expit(design.logits(learner.slots, learner.dense))

    learner.learn(design, aims, np.ones(1), rate=0.1)

    assert (learner.slots[design.slots] < 0.5).all()
    assert (learner.slots[design.slots] > 0.4).all()


def test_what_is_hidden_is_not_learnt(monkeypatch):
    monkeypatch.setattr(training, "DROPPED", 1.0)
    material = prepare(make_rows(count=60))

    learner = fit(material, np.arange(60), epochs=1)

    assert not learner.slots.any()


def test_ham_that_is_called_sure_spam_counts_most():
    aims = np.array([0.06, 0.06, 0.94])

    mild, grave, of_spam = blame(np.array([0.1, 0.9, 0.1]), aims).tolist()

    assert grave > mild > of_spam == 1.0
    assert emphasis(Row(evidence=Evidence(body="x"), is_spam=False)) > emphasis(
        Row(evidence=Evidence(body="x"), is_spam=True)
    )


@pytest.mark.parametrize(("url", "leads"), [("", False), ("https://ann.example", True)])
def test_words_of_a_comment_that_leads_somewhere_are_learnt_twice(url, leads):
    wordlist, texts = Wordlist(), Texts()
    read_texts([Evidence(body="one", author_name="one", author_url=url)], wordlist, texts)

    design = Design(wordlist.table(), texts, [0])

    own = slots_of("one", Field.BODY)
    assert own.alone in design.slots
    assert (own.leading in design.slots) is leads
    assert slots_of("one", Field.AUTHOR).leading not in design.slots
