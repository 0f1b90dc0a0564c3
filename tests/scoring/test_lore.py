"""What a site has learnt says something, adds up, and never turns the engine round."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.classifier import Classifier
from moderation.scoring.evidence import Evidence, Reason
from moderation.scoring.learning import Kind, find_clues
from moderation.scoring.lore import MOST_SHIFT, Lore, recall, weigh
from tests.scoring.synthetic import HAM, NEUTRAL, SPAM

SURE = np.log(0.95 / 0.05)  # what the classifier says where it is sure


def taught(*lessons):
    """Return the lore of a site that was taught (text or evidence, is it spam)."""
    seen = [text if isinstance(text, Evidence) else Evidence(body=text) for text, _ in lessons]
    clues = find_clues(seen)
    labels = np.array([is_spam for _, is_spam in lessons], bool)
    slots, index = np.unique(clues.slots, return_inverse=True)
    spams = np.bincount(index, labels[clues.owners], slots.size).astype(np.int64)
    hams = np.bincount(index, minlength=slots.size) - spams
    return Lore(int(labels.sum()), int((~labels).sum()), slots, spams, hams)


def told(lore, **fields):
    [reasons] = recall(find_clues([Evidence(**{"body": "", **fields})]), [lore])
    return reasons


def shift(lore, body):
    return sum(reason.weight for reason in told(lore, body=body))


def sentence(generator, words):
    return " ".join(generator.choices(words, k=5) + generator.choices(NEUTRAL, k=5))


def world(count, seed=1):
    """Return made-up comments, spam and ham in turn."""
    generator = random.Random(seed)
    return [(sentence(generator, SPAM if n % 2 else HAM), n % 2 == 1) for n in range(count)]


def test_what_was_called_spam_speaks_for_spam_and_says_why():
    lore = taught(*[("buy casino chips", True), ("nice garden", False)] * 4)

    [reason] = told(lore, body="a casino!")

    assert (reason.feature, reason.span) == ("site_words", (2, 8))
    assert reason.text == "this site called “casino” spam 4 times of 4"
    assert reason.weight > 0
    [reason] = told(lore, body="my garden")
    assert reason.text == "this site approved “garden” 4 times of 4"
    assert reason.weight < 0


def test_authors_and_hosts_have_reasons_of_their_own():
    spam = Evidence(body="", author_name="Max Win", author_url="http://www.Shop.example/")
    ham = Evidence(body="", author_name="Ann Lee", author_url="http://lee.example")
    lore = taught((spam, True), (ham, False))

    reasons = told(lore, body="", author_name="Max Win", author_url="https://shop.example")

    assert {(reason.feature, reason.text, reason.span) for reason in reasons} == {
        ("site_author", "this site called “Max Win” spam 1 time of 1", None),
        ("site_hosts", "shop.example: 1 spam of 1 here", None),
    }


def test_a_site_learns_what_its_spam_looks_like():
    lore = taught(*[("see http://a.example", True), ("so it is", False)] * 5)

    [for_spam] = told(lore, body="look: https://b.example")
    [for_ham] = told(lore, body="bread")

    assert for_spam.text == "comments with one link: 5 spam of 5 here"
    assert for_ham.text == "comments with no link: 5 approved of 5 here"
    assert for_ham.weight < 0 < for_spam.weight
    assert {for_spam.feature, for_ham.feature} == {"site_habits"}


def test_what_nobody_decided_about_says_nothing():
    assert told(taught(("pills", True), ("tea", False)), body="bread") == ()
    assert recall(find_clues([Evidence(body="tea")]), [None]) == [()]


@pytest.mark.parametrize("is_spam", [True, False])
def test_who_saw_one_side_only_knows_no_difference(is_spam):
    lore = taught(*[("pills and tea", is_spam)] * 500)

    assert shift(lore, "pills and tea") == 0.0


def test_a_history_of_nearly_one_side_hardly_moves_the_other():
    """An import of approved comments, and then the first spam."""
    ham = [(text, False) for text, is_spam in world(1000) if not is_spam]
    lore = taught(*ham, ("cheap pills at http://pills.example", True))

    fresh = [text for text, is_spam in world(200, seed=5) if is_spam and "pills" not in text]
    assert min(shift(lore, text) for text in fresh) > -1.0


def test_the_rarer_side_says_how_much_is_believed():
    lesson = ("buy casino chips", True), ("nice garden", False)

    assert taught(*[lesson[0]] * 99, lesson[1]).trust == 0.5
    assert taught(*[lesson[1]] * 99, lesson[0]).trust == 0.5


def test_a_single_lesson_is_no_proof():
    """It counts half of what it would if it were believed, as it often is with a thousand."""
    lore = taught(*[("buy casino chips", True), ("nice garden", False)] * 1000)
    one, many = (
        weigh(np.array([count]), np.array([0]), np.array([Kind.WORD]), lore)[0]
        / np.log((count + 0.1) / 0.1)
        for count in (1, 1000)
    )

    assert (one, many) == (pytest.approx(0.5), pytest.approx(1, abs=0.01))


def test_the_more_was_decided_the_more_it_says():
    shifts = [shift(taught(*world(count)), "casino bonus") for count in (2, 20, 200)]

    assert shifts == sorted(shifts)
    assert shifts[0] < shifts[2] <= MOST_SHIFT


def right_share(lore, prior):
    """Return how many strangers' comments are told apart, given what the classifier says."""
    fresh = world(400, seed=2)
    return np.mean(
        [
            (shift(lore, text) + (prior if is_spam else -prior) > 0) == is_spam
            for text, is_spam in fresh
        ]
    )


def test_twenty_slips_among_two_hundred_are_outvoted():
    lessons = world(220)
    slips = [(text, not is_spam) for text, is_spam in lessons[:20]]

    assert right_share(taught(*slips, *lessons[20:]), prior=0.0) > 0.95


def test_ten_slips_on_a_fresh_site_do_not_turn_the_engine_round():
    slips = [(text, not is_spam) for text, is_spam in world(10)]

    lore = taught(*slips)

    assert right_share(lore, prior=SURE) == 1.0
    # Not even for the very same words again: at worst a moderator is asked.
    assert all(abs(shift(lore, text)) < SURE for text, _ in slips)


def test_nothing_moves_a_score_further_than_the_limit():
    lore = taught(*[("pills " * 3, True), ("tea", False)] * 5000)

    assert shift(lore, "pills") <= MOST_SHIFT


def test_learnt_reasons_are_part_of_the_score_and_of_its_reasons():
    evidence = Evidence(body="")
    reason = Reason(feature="site_words", text="t", weight=1.5, span=(0, 1))
    classifier = Classifier.load()

    plain = classifier.score(evidence)
    known = classifier.score(Evidence(body="", learnt=(reason,)))

    assert logit(known.value) == pytest.approx(logit(plain.value) + 1.5)
    assert reason in known.reasons


def logit(chance):
    return np.log(chance / (1 - chance))


words = st.lists(st.sampled_from([*SPAM, *HAM, *NEUTRAL]), max_size=12).map(" ".join)
LORES = [taught(*world(30)), taught(*world(90, seed=3)), None]


@given(st.lists(st.tuples(words, st.sampled_from(LORES)), max_size=8))
def test_a_batch_of_several_sites_hears_what_each_comment_would_alone(batch):
    seen = [Evidence(body=text) for text, _lore in batch]

    together = recall(find_clues(seen), [lore for _text, lore in batch])

    assert together == [
        recall(find_clues([evidence]), [lore])[0]
        for evidence, (_text, lore) in zip(seen, batch, strict=True)
    ]
