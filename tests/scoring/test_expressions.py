"""Owners' expressions: linear in the text, or refused in one sentence."""

import pytest

from moderation.scoring.expressions import (
    LARGEST_PROGRAM,
    BadExpression,
    compile_expression,
    find_expression,
)

# Families that take a backtracking matcher exponential or polynomial time.
EXPLOSIVE = [
    r"(a+)+$",
    r"(a|a)+$",
    r"(a|aa)+b",
    r"(.*a){12}b",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"(\w+\s?)+\(",
    r"([a-zA-Z0-9]+)*\.com",
    r"(?:a?){20}a{20}b",
    r"\s+$",
    r"(a*)*b",
    r"((ab)*)*c",
]


@pytest.mark.parametrize("pattern", EXPLOSIVE)
@pytest.mark.parametrize("text", ["a" * 20_000, "ab" * 10_000, "x" * 20_000, "a " * 10_000])
def test_explosive_families_end_with_an_answer(pattern, text):
    """Python's own matcher would not be through with these before the universe is."""
    assert find_expression(pattern, text + "!") in (None, *spans(pattern, text + "!"))


def spans(pattern, text):
    found = compile_expression(pattern).search(text)
    return [found.span()] if found else []


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a(b", "missing"),
        (r"(\w+)\1", "escape"),
        ("(?=look)", "(?="),
        ("(?<=behind)x", "(?<"),
        ("a{2000}", "repetition"),
        ("(a{100}){100}", "repetition"),
        (r"\p{L}{900}", "large"),
        ("[a-z]{300}b", "too large"),
        ("x*", "empty"),
        ("", "empty"),
    ],
)
def test_what_re2_or_sense_refuses_is_refused_in_one_sentence(pattern, says):
    with pytest.raises(BadExpression) as refused:
        compile_expression(pattern)

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_programs_are_bounded():
    assert compile_expression(f"a{{{LARGEST_PROGRAM // 2}}}").programsize <= LARGEST_PROGRAM


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("é+x", "日本 ÉÉx", "ÉÉx"),
        (r"\bearn \$\d+", "You EARN $500 today", "EARN $500"),
        ("[а-я]+", "hello мир", "мир"),  # noqa: RUF001
        ("b", "\ud800 b", "b"),
    ],
)
def test_spans_are_in_characters_of_the_text(pattern, text, expected):
    assert text[slice(*find_expression(pattern, text))] == expected
