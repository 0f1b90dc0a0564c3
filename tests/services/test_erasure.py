"""Erasing and redacting: what else was made of the words goes with them."""

import pytest

from moderation.models import Lesson, Likeness, WordCount
from moderation.scoring.learning import read_slots
from moderation.services.erasure import erase, redact
from moderation.services.training import learn_waiting
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment
from tests.variations import arrive, variation


@pytest.fixture
def taught(site, alice):
    """A comment that has taught its site something."""
    comment = make_scored_comment(site, body="Replica watches, cheap replica watches")
    decide_as(alice, comment, Status.SPAM)
    learn_waiting()
    comment.refresh_from_db()
    return comment


def slots_of(comment):
    return set(read_slots(bytes(Lesson.objects.get(comment=comment).slots)).tolist())


def test_erasing_takes_back_what_a_comment_taught(taught, actor):
    assert WordCount.objects.exists()

    erase([taught.pk], actor=actor)

    assert not Lesson.objects.exists()
    assert not WordCount.objects.exists()
    assert learn_waiting() == 0


@pytest.mark.parametrize("words", [None, {"body": "[removed]"}], ids=["erased", "redacted"])
def test_nothing_is_like_words_that_are_gone(site, actor, words):
    first, *_others = arrive(site, [variation(number) for number in range(3)])

    if words is None:
        erase([first.pk], actor=actor)
    else:
        redact(first.pk, words, seen_version=first.version, actor=actor)

    first.refresh_from_db()
    assert first.campaign is None
    assert not Likeness.objects.filter(comment=first).exists()


def test_new_words_teach_in_the_place_of_the_old_ones(taught, actor):
    old = slots_of(taught)

    redact(taught.pk, {"body": "[removed]"}, seen_version=taught.version, actor=actor)
    learn_waiting()

    assert Lesson.objects.get(comment=taught).is_spam
    assert slots_of(taught) != old
    assert set(WordCount.objects.filter(slot__gte=0).values_list("slot", flat=True)) == slots_of(
        taught
    )
