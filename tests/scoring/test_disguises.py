from random import Random

import pytest

from moderation.scoring.disguises import (
    DISGUISES,
    accents,
    combining_marks,
    disguise,
    full_width,
    hidden_characters,
    lookalikes,
    loud,
    shorten_links,
)
from moderation.scoring.words import cut_words

TEXT = "Cheap casino bonus, visit https://spam.example/offer now"


@pytest.mark.parametrize(
    "change", [hidden_characters, combining_marks, lookalikes, full_width, accents, loud]
)
def test_folding_undoes_it(change):
    changed = change(TEXT, Random(1))

    assert changed != TEXT
    assert cut_words(changed) == cut_words(TEXT)


@pytest.mark.parametrize("change", DISGUISES)
def test_every_disguise_changes_the_text_and_bears_an_empty_one(change):
    assert change(TEXT, Random(3)) != TEXT
    assert change("", Random(3)) == ""


def test_the_same_chance_gives_the_same_disguise():
    assert disguise(TEXT, Random(5)) == disguise(TEXT, Random(5))


def test_every_link_becomes_a_short_one():
    shortened = shorten_links(f"{TEXT} and www.other.example", Random(1))

    assert "spam.example" not in shortened
    assert "other.example" not in shortened
    assert shortened.count("https://") == 2
