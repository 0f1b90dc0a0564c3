"""Cut a text into plain words: disguised letters, spaced letters and digits for letters undone."""

import re

from moderation.scoring.folding import fold, places

LONGEST_WORD = 64  # letters that count
# Two single letters or more in a row, one space apart: "c a s i n o", "c.a.s.i.n.o".
SPACED = re.compile(r"(?<![^ ])[^ ](?: [^ ])+(?![^ ])")
# The same, for a look from the left: a pattern that begins with a space is quick to search.
HINT = re.compile(r" [^ ] [^ ](?![^ ])")
WORD = re.compile(rf"{SPACED.pattern}|[^ ]+")
LEET = str.maketrans("0123456789@$", "oizeasgtbgas")
# A digit between letters, before a word, or one alone behind it, stands for a letter.
DISGUISED = re.compile(r"[a-z][0-9@$]{1,2}[a-z]|^[0-9@$][a-z]{2}|[a-z]{2}[0-9@$]$")
NUMBER = re.compile(r"[0-9]{2,}$")
STRETCHED = re.compile(r"([^\W\d])\1{2,}")


def cut_words(text: str) -> list[str]:
    """Return the words of a text, folded, in order."""
    return fold_words(text).split()


def fold_words(text: str) -> str:
    """Return the same as one string, with blanks between the words."""
    folded = fold(text)
    if HINT.search(f" {folded}"):
        folded = SPACED.sub(without_spaces, folded)
    return folded


def without_spaces(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def place_words(text: str) -> list[tuple[int, int]]:
    """Return [start, end) in the text as written, for each word that `cut_words` returns."""
    folded = fold(text)
    spans = [match.span() for match in WORD.finditer(folded)]
    if text.isascii() and len(folded) == len(text):
        return spans
    where = places(text)
    return [(where[start], where[end - 1] + 1) for start, end in spans]


def plain_word(word: str) -> str:
    """Return a word without stretched letters, and with letters for the digits that stand for them.

    Two digits or more at the end stay: there they are a number, as in "slot88".
    """
    word = word[:LONGEST_WORD]
    if word.isalpha():
        return STRETCHED.sub(r"\1\1", word)
    word = word.lstrip("@") or word
    if DISGUISED.search(word):
        tail = NUMBER.search(word)
        end = tail.start() if tail else len(word)
        word = word[:end].translate(LEET) + word[end:]
    return STRETCHED.sub(r"\1\1", word)


def locate(
    text: str, folded: str, words: list[str], wanted: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return [start, end) in the text of each run words[first:end].

    `folded` and `words` are what `fold_words` and `cut_words` made of the text.
    """
    if not wanted:
        return []
    if not text.isascii() or len(folded) != len(text):
        spans = place_words(text)
        return [(spans[first][0], spans[end - 1][1]) for first, end in wanted]
    folded = f" {folded} "
    return [find_run(folded, words, first, end) for first, end in wanted]


def find_run(folded: str, words: list[str], first: int, end: int) -> tuple[int, int]:
    """Find a run of words by its first one: as the n-th of its like."""
    word = words[first]
    like = f" {word} "
    start = folded.index(like)
    if words.index(word) != first:
        for _ in range(words[:first].count(word)):
            start = folded.index(like, start + len(word) + 1)
    stop = start + 1 + len(word)
    for word in words[first + 1 : end]:
        stop = folded.index(word, stop) + len(word)
    return start, stop - 1
