"""The language of a comment, where it can be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.language import (
    FEWEST_FOR_ARRAYS,
    LANGUAGES,
    LEAST_PROBABILITY,
    MOST_CHARACTERS,
    NO_LANGUAGE,
    detect_language,
    detect_languages,
    identifier,
    is_telling,
)
from tests.variations import HONEST

CLEAR = (
    "Ich lese diese Seite seit vielen Jahren und sie wird nie langweilig.",
    "Спасибо за интересную статью, давно искал что-нибудь подобное.",
    "这篇文章写得非常好,我学到了很多新的东西,谢谢作者的分享。",
    "ΕΥΧΑΡΙΣΤΏ ΠΟΛΎ ΓΙΑ ΑΥΤΌ ΤΟ ΆΡΘΡΟ, ΘΑ ΤΟ ΔΕΊΞΩ ΑΎΡΙΟ ΣΤΗΝ ΤΆΞΗ ΜΟΥ.",  # noqa: RUF001
    "Хвала вам на овом чланку, показаћу га сутра својим ученицима.",  # noqa: RUF001
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I have been reading this page for years and it never gets boring.", "en"),
        ("Ich lese diese Seite seit vielen Jahren und sie wird nie langweilig.", "de"),
        ("Спасибо за интересную статью, давно искал что-нибудь подобное.", "ru"),
        ("这篇文章写得非常好,我学到了很多新的东西,谢谢作者的分享。", "zh"),
        ("Merci beaucoup pour cet article, je reviendrai lire les suivants.", "fr"),
        ("Thanks!", ""),
        ("", ""),
        ("12345 67890 !!! ??? 12345 67890 12345 67890", ""),
        ("\ud800\udfff" * 50, ""),
    ],
)
def test_clear_texts_have_a_language_and_the_others_none(text, expected):
    assert detect_language(text) == expected


def test_our_list_of_languages_is_the_identifiers():
    assert set(identifier().labels) - {NO_LANGUAGE} == LANGUAGES


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text):
    assert detect_language(text) in LANGUAGES | {""}


def by_the_identifier(text):
    language, probability = identifier().classify(text[:MOST_CHARACTERS])
    unsure = not is_telling(text[:MOST_CHARACTERS]) or language == NO_LANGUAGE
    return "" if unsure or probability < LEAST_PROBABILITY else language


@given(st.lists(st.text() | st.sampled_from([*HONEST, *CLEAR]), min_size=FEWEST_FOR_ARRAYS))
def test_a_batch_says_what_the_identifier_says_of_each(texts):
    expected = [by_the_identifier(text) for text in texts]

    assert detect_languages(texts) == expected
    assert [detect_language(text) for text in texts] == expected
