"""The words that reasons point at."""

import pytest

from moderation.dashboard.marks import FOLD_CHARACTERS, Piece, fold_at, marked, parted

BODY = "cheap watches, free shipping"


def reason(span, weight=1.0):
    return {"feature": "words", "text": "", "weight": weight, "span": span}


def test_a_span_is_marked_and_the_rest_is_not():
    assert marked(BODY, [reason([0, 5])]) == [Piece("cheap", "spam"), Piece(BODY[5:])]


def test_a_span_that_speaks_against_spam_is_marked_so():
    assert marked(BODY, [reason([6, 13], weight=-2.0)])[1] == Piece("watches", "welcome")


@pytest.mark.parametrize(
    "spans",
    [
        [[0, 5], [3, 9]],
        [[3, 9], [0, 5]],
        [[0, 28], [6, 13]],
        [[15, 28], [0, 5]],
        [[0, 5], [0, 5]],
        [[0, 5], [5, 6]],
    ],
)
def test_pieces_joined_are_the_body(spans):
    pieces = marked(BODY, [reason(span) for span in spans])

    assert "".join(piece.text for piece in pieces) == BODY
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    "span", [None, [0, 99], [5, 5], [9, 3], [-3, 4], ["0", "5"], [1], "05", {"start": 1}]
)
def test_what_is_no_span_of_this_body_marks_nothing(span):
    assert marked(BODY, [reason(span)]) == [Piece(BODY)]


def test_characters_beyond_the_basic_plane_count_as_one():
    assert marked("🌾🌾 grain", [reason([3, 8])]) == [Piece("🌾🌾 "), Piece("grain", "spam")]


def test_an_empty_body_has_no_pieces():
    assert marked("", []) == []


@pytest.mark.parametrize("body", ["", "short", "line\n" * 10, "x" * (FOLD_CHARACTERS + 50)])
def test_a_short_body_is_not_folded(body):
    assert fold_at(body) == len(body)


def test_a_long_body_is_folded_between_words():
    body = "steady wind " * 200

    fold = fold_at(body)

    assert FOLD_CHARACTERS - 40 <= fold <= FOLD_CHARACTERS
    assert body[fold - 1] == " "


def test_many_short_lines_are_folded_too():
    body = "a line of a poem\n" * 30

    assert body[: fold_at(body)].count("\n") <= 12


def test_a_marked_piece_may_be_parted():
    head, tail = parted(marked(BODY, [reason([0, 13])]), 5)

    assert head == [Piece("cheap", "spam")]
    assert tail == [Piece(" watches", "spam"), Piece(", free shipping")]
