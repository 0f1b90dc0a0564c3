from dataclasses import replace

import numpy as np
import pytest

from moderation.scoring.calibration import Curve
from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES
from moderation.scoring.reasons import LONGEST_QUOTE, quote
from moderation.scoring.tokens import SLOTS, Field, slots_of
from moderation.scoring.weights import Weights


def classifier_of(**words):
    slots = np.zeros(SLOTS, np.int8)
    for word, weight in words.items():
        slots[slots_of(word, Field.BODY).alone] = weight
    return Classifier(Weights(slots, 1.0, (), np.zeros(0), 0.0))


def seen(classifier, body):
    """Return feature, text, sign and the quoted part of the body, of each reason."""
    reasons = classifier.score(Evidence(body=body)).reasons
    return [(body[slice(*reason.span)], np.sign(reason.weight)) for reason in reasons]


def test_neighbours_that_pull_the_same_way_are_one_phrase():
    classifier = classifier_of(cheap=50, pills=60, thanks=-40)

    assert seen(classifier, "many thanks: cheap, pills!") == [("cheap, pills", 1), ("thanks", -1)]


def test_a_phrase_ends_where_the_sign_turns():
    classifier = classifier_of(cheap=50, tea=-60)

    assert seen(classifier, "cheap tea") == [("tea", -1), ("cheap", 1)]


def test_a_faint_word_does_not_lengthen_a_phrase():
    classifier = classifier_of(cheap=100, the=1)

    assert seen(classifier, "the cheap the")[0] == ("cheap", 1)


def test_the_same_word_again_adds_to_its_first_place():
    classifier = classifier_of(loan=20)

    [reason] = classifier.score(Evidence(body="loan, of my loan. in an LOAN")).reasons

    # Seven words share the say.
    assert reason.weight == pytest.approx(3 * 20 / np.sqrt(7))
    assert reason.span == (0, 4)


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        ("  \u200bch\u200bea\u0301p pills", "ch\u200bea\u0301p pills"),
        ("中文 ｃheap", "ｃheap"),  # noqa: RUF001
        ("\n\n\tcheap\u00a0\u00a0pills.", "cheap\u00a0\u00a0pills"),
        (
            "😀\U0001d41c\U0001d421\U0001d41e\U0001d41a\U0001d429!",
            "\U0001d41c\U0001d421\U0001d41e\U0001d41a\U0001d429",
        ),
    ],
)
def test_spans_point_at_the_text_as_written(body, quoted):
    classifier = classifier_of(cheap=50, pills=60)

    assert seen(classifier, body) == [(quoted, 1)]


def test_name_website_and_links_are_one_reason_each():
    body = "see https://pills.example"
    evidence = Evidence(body=body, author_name="Ann Lee", author_url="https://ann.example")
    slots = np.zeros(SLOTS, np.int8)
    slots[slots_of("lee", Field.AUTHOR).alone] = -90
    slots[slots_of("ann", Field.WEBSITE).alone] = 30
    slots[slots_of("pills", Field.WEBSITE).alone] = 70

    reasons = Classifier(Weights(slots, 1.0, (), np.zeros(0), 0.0)).score(evidence).reasons

    assert [(reason.feature, reason.text, reason.span) for reason in reasons] == [
        ("author_name", "“Ann Lee”", None),
        ("link", "“https://pills.example”", (4, 25)),
        ("website", "“https://ann.example”", None),
    ]
    assert reasons[0].weight < 0 < reasons[1].weight


def test_few_reasons_of_a_short_text_make_up_its_whole_score():
    weights = Weights.load()
    uncalibrated = Classifier(replace(weights, curve=Curve()))

    score = uncalibrated.score(Evidence(body="viagra"))

    logit = np.log(score.value / (1 - score.value))
    assert sum(reason.weight for reason in score.reasons) == pytest.approx(logit - weights.bias)


def test_every_reason_of_a_hand_set_feature_has_words():
    evidence = Evidence(
        body="x",
        seconds_on_page=0.0,
        trap_filled=True,
        email_domain="mailinator.com",
        address_spam=3,
        network_spam=3,
    )

    listed = Evidence(body="x", listed=("“casino”",))
    reasons = [*classifier_of().score(evidence).reasons, *classifier_of().score(listed).reasons]
    texts = {reason.feature: reason.text for reason in reasons}

    by_hand = {feature.name for feature in FEATURES if feature.weight is not None}
    assert set(texts) == by_hand
    assert all(texts.values())


def test_quotes_are_short_and_on_one_line():
    assert quote("two\n lines") == "“two lines”"
    assert len(quote("x" * 500)) == LONGEST_QUOTE + 2
