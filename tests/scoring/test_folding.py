import unicodedata

import pytest

from moderation.scoring import folding
from moderation.scoring.folding import Kind, fold_code, kind_of, places


def fold(text):
    """Fold, without the spaces that stand around signs."""
    return " ".join(folding.fold(text).split())


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Hello World", "hello world"),
        ("Ｃａｓｉｎｏ", "casino"),  # noqa: RUF001
        ("\U0001d402\U0001d41a\U0001d42c\U0001d422\U0001d427\U0001d428", "casino"),
        ("c\u200ba\u00ads\u2060i\ufeffno", "casino"),
        ("c\u0301a\u0336s\u20ddino", "casino"),
        ("çåśïñø", "casino"),
        ("саѕіnо", "casino"),  # noqa: RUF001
        ("\U0001f152\U0001f150\U0001f182", "cas"),
        ("straße", "strase"),
        ("ﬁn", "fn"),
        ("a\tb\u00a0c", "a b c"),
        ("ΗΜΝ ημν", "hmn nuv"),  # noqa: RUF001
    ],
)
def test_disguises_are_undone(written, plain):
    assert fold(written) == plain


@pytest.mark.parametrize(
    "text", ["한국어", "がぎぐ", "ไทยที่นี่", "हिन्दी", "العربية", "עברית", "中文", "😀"]
)
def test_other_scripts_keep_their_letters(text):
    assert fold(text).replace(" ", "") == text


def test_composed_and_decomposed_letters_are_the_same():
    for text in ("é", "ü", "й", "ñ"):
        assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_russian_words_stay_apart():
    words = ["привет", "спасибо", "сколько", "хорошо", "работа"]

    assert len({fold(word) for word in words}) == len(words)


def test_folding_is_done_at_once():
    for code in range(0x3000):
        if folded := fold_code(code):
            assert fold_code(folded) == folded, chr(code)


@pytest.mark.parametrize(
    ("letter", "kind"),
    [
        ("a", Kind.LETTER),
        ("7", Kind.LETTER),
        ("ी", Kind.LETTER),
        ("한", Kind.LETTER),
        ("中", Kind.SIGN),
        ("あ", Kind.SIGN),
        ("😀", Kind.SIGN),
        ("€", Kind.SIGN),
        ("$", Kind.LETTER),
        (" ", Kind.SEPARATOR),
        ("-", Kind.SEPARATOR),
    ],
)
def test_what_a_character_does(letter, kind):
    assert kind_of(ord(letter)) == kind


@pytest.mark.parametrize(
    "text", ["Plain, text!\n", "\x00\x1f\x7f", "é中a\u200bb", "\ud800x", "a😀", ""]
)
def test_each_folded_character_keeps_its_place(text):
    folded = folding.fold(text)

    where = places(text)

    assert len(where) == len(folded)
    assert where == sorted(where)
    assert "".join(folding.fold(letter) for letter in text) == folded
