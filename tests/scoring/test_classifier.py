from dataclasses import replace
from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring import lexicon
from moderation.scoring.calibration import Curve
from moderation.scoring.classifier import (
    CHUNK_COMMENTS,
    CHUNK_LETTERS,
    FEWEST_FOR_ARRAYS,
    Classifier,
    probability,
)
from moderation.scoring.evidence import Evidence, Reason
from moderation.scoring.features import FEATURES
from moderation.scoring.lore import FEATURES as LORE_FEATURES
from moderation.scoring.tokens import SLOTS, Field, slots_of
from moderation.scoring.weights import LONGEST_GAP, SHIPPED, BadWeights, Weights, pack, unpack

SPAM = Evidence(
    body="Buy cheap viagra online, best casino bonus http://pills.example [url=http://a.example]x[/url]",
    author_name="cheap viagra online",
    author_url="http://cheap-viagra-online.example",
)
HAM = Evidence(
    body="Thanks, that fixed it. I had the same problem with the second example in your article.",
    author_name="Maria",
    article_title="The second example explained",
)


@pytest.fixture(scope="module")
def shipped():
    return Classifier.load()


def made_by_hand(words=(), *, bias=0.0, **features):
    """A classifier that knows a few words of the body, each worth a weight, and nothing else."""
    slots = np.zeros(SLOTS, np.int8)
    for word, weight in words:
        slots[slots_of(word, Field.BODY).alone] = weight
    names = tuple(feature.name for feature in FEATURES)
    weights = np.array([features.get(name, 0.0) for name in names])
    return Classifier(Weights(slots, 0.5, names, weights, bias))


def test_it_tells_plain_spam_from_plain_ham(shipped):
    assert shipped.score(SPAM).value > 0.9
    assert shipped.score(HAM).value < 0.2


def test_the_shipped_file_is_read_once():
    assert Classifier.load() is Classifier.load()
    assert Classifier.load(SHIPPED) is Classifier.load()


def test_the_shipped_file_is_small():
    assert SHIPPED.stat().st_size <= 1_000_000


def test_the_version_is_short_and_follows_the_content(shipped):
    assert 0 < len(shipped.version) <= 16
    assert made_by_hand().version == made_by_hand().version
    assert made_by_hand().version != made_by_hand(bias=0.1).version
    assert made_by_hand().version != made_by_hand([("tea", 1)]).version


def test_a_batch_gives_the_same_numbers_as_one_by_one(shipped):
    bodies = ["", "!", "tea", "中文广告 加微信", "ca\u200bsino " * 30, "\ud800"]
    batch = [Evidence(body=body, author_name=body[:5]) for body in bodies] * 50 + [SPAM, HAM]
    batch.append(Evidence(body="x" * CHUNK_LETTERS))
    assert len(batch) > CHUNK_COMMENTS

    assert shipped.score_batch(batch) == [shipped.score(evidence) for evidence in batch]


LEARNT = st.builds(
    Reason, st.sampled_from(LORE_FEATURES), st.just("learnt"), st.floats(-5, 5), st.none()
)
FIELDS = st.text() | st.text("a1b .$@\u200b中😀й<>/\n") | st.sampled_from((SPAM.body, HAM.body))


@given(
    st.lists(
        st.builds(
            Evidence,
            body=FIELDS,
            author_name=FIELDS,
            author_url=st.text(max_size=20) | st.just("https://a-b-c.example/x"),
            article_title=FIELDS,
            seconds_on_page=st.none() | st.floats(0, 100),
            trap_filled=st.booleans(),
            learnt=st.lists(LEARNT, max_size=3).map(tuple),
        ),
        min_size=FEWEST_FOR_ARRAYS,
        max_size=FEWEST_FOR_ARRAYS + 5,
    )
)
def test_batches_and_single_comments_give_the_same_bits(batch):
    classifier = Classifier.load()

    together = classifier.score_batch(batch)
    alone = [classifier.score(evidence) for evidence in batch]

    assert together == alone
    for evidence, score in zip(batch, together, strict=True):
        spans = [reason.span for reason in score.reasons if reason.span]
        assert all(0 <= start < end <= len(evidence.body) for start, end in spans)


def test_more_words_than_it_remembers_change_nothing(shipped, monkeypatch):
    batch = [Evidence(body=f"word{number} casino thanks{number}") for number in range(40)]
    before = shipped.score_batch(batch)

    monkeypatch.setattr(lexicon, "MOST_WORDS", 10)
    forgetful = Classifier(Weights.load())

    assert forgetful.score_batch(batch) == before
    assert [forgetful.score(evidence) for evidence in batch] == before


def test_weights_are_packed_in_gaps_of_one_byte():
    slots = np.zeros(SLOTS, np.int8)
    slots[[0, 1, 255, 256, 512, 100_000, SLOTS - 1]] = [1, -2, 3, 4, -5, 6, 7]

    gaps, values = pack(slots)

    assert (unpack(gaps, values) == slots).all()
    assert gaps.max() == LONGEST_GAP


def test_the_file_fits_in_a_megabyte(tmp_path):
    Weights.load().save(tmp_path / "again.npz")

    assert (tmp_path / "again.npz").stat().st_size <= 1_000_000


def test_a_broken_stream_is_no_classifier(tmp_path):
    path = tmp_path / "classifier.npz"
    with np.load(SHIPPED) as arrays:
        np.savez(path, **{**arrays, "gaps": arrays["gaps"][:1000]})

    with pytest.raises(BadWeights, match=r"classifier\.npz"):
        Weights.load(path)


def test_a_word_weighs_anew_where_the_comment_leads_somewhere():
    slots = np.zeros(SLOTS, np.int8)
    slots[slots_of("great", Field.BODY).leading] = 100
    names = tuple(feature.name for feature in FEATURES)
    classifier = Classifier(Weights(slots, 0.1, names, np.zeros(len(names)), 0.0))

    alone = classifier.score(Evidence(body="great", author_name="great"))
    beside_links = classifier.score(Evidence(body="great www.x.example"))
    beside_a_website = classifier.score(Evidence(body="great", author_url="x.example"))

    assert alone.value == 0.5
    assert beside_links.value == beside_a_website.value > 0.99
    assert beside_links.reasons[0].span == (0, 5)


def test_weights_set_by_hand_are_log_odds_beyond_the_curve():
    flat = replace(Weights.load(), curve=Curve((-9.0, 9.0), (-0.9, 0.9)))
    classifier = Classifier(flat)
    seen = Evidence(body="Lovely tea.")

    plain = classifier.score(seen).value
    trapped = classifier.score(replace(seen, trap_filled=True)).value

    assert log(trapped / (1 - trapped)) - log(plain / (1 - plain)) == pytest.approx(5.0)


def test_the_sum_is_calibrated_and_what_was_learnt_comes_on_top():
    weights = made_by_hand([("tea", 4)], bias=-1.0)._weights
    curved = Classifier(replace(weights, curve=Curve((-1.0, 1.0), (-3.0, 3.0))))
    learnt = (Reason("site_words", "learnt", -2.0),)

    plain, taught = curved.score(Evidence(body="tea")), Evidence(body="tea", learnt=learnt)
    assert plain.value == pytest.approx(1 / (1 + exp(-3.0)))
    assert curved.score(taught).value == pytest.approx(1 / (1 + exp(-1.0)))
    assert curved.score_batch([taught] * FEWEST_FOR_ARRAYS)[0] == curved.score(taught)
    assert curved.version != Classifier(weights).version


def test_an_empty_batch_is_no_scores(shipped):
    assert shipped.score_batch([]) == []


def test_nothing_sent_scores_the_bias():
    [score] = made_by_hand([("tea", 100)], bias=-1.0).score_batch([Evidence(body="")])

    assert score.value == pytest.approx(1 / (1 + exp(1.0)))
    assert score.reasons == ()


def test_a_word_counts_what_its_weight_says():
    classifier = made_by_hand([("tea", 4)], bias=-1.0)

    score = classifier.score(Evidence(body="Tea"))

    [reason] = score.reasons
    assert (reason.feature, reason.text, reason.span) == ("words", "“Tea”", (0, 3))
    assert reason.weight == pytest.approx(2.0)  # 4 steps of 0.5, one word
    assert score.value == pytest.approx(1 / (1 + exp(-1.0)))


@pytest.mark.parametrize("field", ["author_name", "author_url", "article_title", "email_domain"])
def test_a_field_that_was_not_sent_counts_nothing(shipped, field):
    body = "A question about the second example, and see http://a.example"
    without = shipped.score(Evidence(body=body))

    assert shipped.score(Evidence(body=body, **{field: ""})) == without
    assert {reason.feature for reason in without.reasons} <= {"words", "links", "link"}


def test_unknown_seconds_count_nothing_and_few_speak_for_spam(shipped):
    unknown = shipped.score(Evidence(body="hello there"))
    slow = shipped.score(Evidence(body="hello there", seconds_on_page=300.0))
    fast = shipped.score(Evidence(body="hello there", seconds_on_page=0.5))

    assert unknown == slow
    assert fast.value > unknown.value


def test_a_filled_trap_is_strong_evidence(shipped):
    score = shipped.score(Evidence(body=HAM.body, trap_filled=True))

    assert score.value > shipped.score(HAM).value
    assert score.reasons[0].feature == "trap"
    assert score.reasons[0].weight == 5.0


def test_features_add_up_with_their_weights():
    classifier = made_by_hand(links=0.7)

    [reason] = classifier.score(
        Evidence(body="http://a.example http://b.example http://c.example")
    ).reasons

    assert (reason.feature, reason.text, reason.span) == ("links", "3 links", None)
    assert reason.weight == pytest.approx(1.4)


def test_a_feature_that_training_never_saw_counts_nothing():
    weights = Weights(np.zeros(SLOTS, np.int8), 1.0, ("gone",), np.array([9.0]), 0.0)

    assert Classifier(weights).score(Evidence(body="http://a.example")).value == 0.5


def test_there_are_five_reasons_at_most_the_strongest_first(shipped):
    for evidence in (SPAM, HAM):
        weights = [abs(reason.weight) for reason in shipped.score(evidence).reasons]
        assert 0 < len(weights) <= 5
        assert all(louder >= quieter for louder, quieter in pairwise(weights))


def test_disguises_do_not_help(shipped):
    plain = Evidence(body="buy cheap viagra online casino bonus")
    disguised = Evidence(body="buy ch\u200beap vi\u00adagra ｏnline cаsinо bónus")  # noqa: RUF001

    assert shipped.score(disguised).value >= shipped.score(plain).value - 1e-9


@pytest.mark.parametrize(("logit", "value"), [(0.0, 0.5), (800.0, 1.0), (-800.0, 0.0)])
def test_probabilities_stay_between_0_and_1(logit, value):
    assert probability(logit) == pytest.approx(value)
    assert 0.0 <= probability(logit) <= 1.0


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "classifier.npz"
    path.write_bytes(b"no classifier")

    with pytest.raises(BadWeights, match=r"classifier\.npz"):
        Classifier.load(path)
    with pytest.raises(BadWeights):
        Classifier.load(tmp_path / "missing.npz")


def test_weights_survive_saving(tmp_path):
    weights = Weights(np.arange(SLOTS).astype(np.int8), 0.25, ("links",), np.array([0.5]), -1.0)
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"

    weights.save(first)
    Weights.load(first).save(second)

    assert Weights.load(second).version == weights.version
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]
