import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring.words import cut_words, fold_words, locate, place_words, plain_word

LETTERS = "ab1 .@$-_\u200b\u0301é中😀аﬁ\x00\n\ud800"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("c a s i n o now", ["casino", "now"]),
        ("c.a.s.i.n.o", ["casino"]),
        ("B_u_y   c-h-e-a-p", ["buy", "cheap"]),
        ("ｃ ａ ｓ ｉ ｎ ｏ", ["casino"]),  # noqa: RUF001
        ("t o   b e", ["to", "be"]),
        ("a cat", ["a", "cat"]),
        ("中 文 字", ["中", "文", "字"]),
        ("к о т", ["kot"]),  # noqa: RUF001
    ],
)
def test_spaced_letters_are_one_word(written, words):
    assert cut_words(written) == words


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("c4s1n0", "casino"),
        ("casin0", "casino"),
        ("c@$ino", "casino"),
        ("v1agra", "viagra"),
        ("g4cor88", "gacor88"),
        ("dewa77", "dewa77"),
        ("visi7", "visit"),
        ("2024", "2024"),
        ("$100", "$100"),
        ("@ann", "ann"),
        ("soooooo", "soo"),
        ("9000", "9000"),
        ("спасибо", "спасибо"),
    ],
)
def test_digits_that_stand_for_letters_are_letters_again(written, plain):
    assert plain_word(written) == plain


@given(st.one_of(st.text(LETTERS), st.text()))
def test_every_word_has_a_place_in_the_text_as_written(text):
    words = cut_words(text)

    spans = place_words(text)

    assert len(spans) == len(words)
    assert [cut_words(text[start:end]) for start, end in spans] == [[word] for word in words]


@given(st.one_of(st.text("ab ,.1"), st.text(LETTERS), st.text()), st.data())
def test_a_run_of_words_is_found_where_its_words_are(text, data):
    words, spans = cut_words(text), place_words(text)
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(first + 1, len(words)))

    assert locate(text, fold_words(text), words, [(first, end)]) == [
        (spans[first][0], spans[end - 1][1])
    ]


def test_nothing_wanted_is_nothing_found():
    assert locate("some text", "some text", ["some", "text"], []) == []
