"""Find whole words and phrases, whatever disguise they wear, and where they stand."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from moderation.scoring.folding import DROPPED, LETTERS, SPACE, Kind, fold_code, kind_of
from moderation.scoring.words import cut_words, place_words, plain_word

BLANK = chr(SPACE)
# A digit that may stand for a letter, single letters side by side, a stretched letter: only
# such a text is worth cutting into words.
HINT = re.compile(r"[0-9@$]|(?<![^\W_])[^\W_][\W_][^\W_](?![^\W_])|([^\W\d_])\1\1")
# Thai and Lao, Myanmar, Khmer: written without spaces, so that words may begin anywhere.
UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))


class Folds(dict[int, int | None]):
    """What str.translate makes of each character; each is looked up in Unicode once."""

    def __missing__(self, code: int) -> int | None:
        folded = fold_code(code)
        self[code] = None if folded == DROPPED else folded
        return self[code]


class Joins(dict[str, bool]):
    """Whether a folded character makes one word with the like beside it.

    "$" and "@" do not, though the classifier reads letters in them: "$cash" is about cash.
    """

    def __missing__(self, letter: str) -> bool:
        code = ord(letter)
        spaced = not any(first <= code <= last for first, last in UNSPACED)
        self[letter] = spaced and letter not in LETTERS and kind_of(code) == Kind.LETTER
        return self[letter]


FOLDS = Folds()
JOINS = Joins()


def plain(text: str) -> str:
    """Return a text without its disguises: plain letters, no invisible ones, single spaces."""
    return BLANK.join(text.translate(FOLDS).split())


@dataclass(frozen=True)
class FoldedText:
    """A text and its plain form, folded when first asked for."""

    written: str

    @cached_property
    def plain(self) -> str:
        return plain(self.written)

    @cached_property
    def is_disguised(self) -> bool:
        """Whether cutting it into words may find more than its letters show."""
        return HINT.search(self.plain) is not None

    @cached_property
    def words(self) -> list[str]:
        """Its words without spaced letters, and without digits that stand for letters."""
        return [plain_word(word) for word in cut_words(self.written)]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where each of the words stands in the text as written."""
        return place_words(self.written)

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """Which of the words each word is."""
        found: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            found.setdefault(word, []).append(number)
        return found

    def is_unbroken(self, first: int, end: int) -> bool:
        """Say whether only blanks stand between the words [first, end)."""
        places = self.places[first:end]
        gaps = pairwise(places)
        return not any(plain(self.written[stop:start]) for (_, stop), (start, _) in gaps)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where [start, end) of the plain form stands in the text as written."""
        places = []
        after_blank = True
        for place, letter in enumerate(self.written):
            folded = FOLDS[ord(letter)]
            is_blank = folded is not None and chr(folded).isspace()
            if folded is not None and not (is_blank and after_blank):
                places.append(place)
                after_blank = is_blank
                if len(places) == end:
                    break
        return places[start], places[end - 1] + 1


def find_phrase(text: FoldedText, phrase: str) -> tuple[int, int] | None:
    """Return where a plain phrase first stands as whole words, or None.

    One in plain letters is found before one with spaced letters or with digits for letters.
    """
    return find_letters(text, phrase) or find_words(text, phrase)


def find_letters(text: FoldedText, phrase: str) -> tuple[int, int] | None:
    """Find a phrase letter by letter.

    Linear in the text: after a miss the search goes on at the next word.
    """
    letters = text.plain
    place = letters.find(phrase)
    while place >= 0:
        end = place + len(phrase)
        if not cuts_word(letters, place) and not cuts_word(letters, end):
            return text.span(place, end)
        place = letters.find(phrase, next_word(letters, place))
    return None


def find_words(text: FoldedText, phrase: str) -> tuple[int, int] | None:
    """Find a phrase word by word, as "v1agra" or "v i a g r a"."""
    wanted = words_of(phrase) if text.is_disguised else []
    for first in text.numbers.get(wanted[0], ()) if wanted else ():
        end = first + len(wanted)
        if text.words[first:end] == wanted and text.is_unbroken(first, end):
            return text.places[first][0], text.places[end - 1][1]
    return None


@lru_cache(maxsize=1024)
def words_of(phrase: str) -> list[str]:
    """Return the words of a phrase that is nothing but plain words; else none.

    Whoever asks for "1st" or "c++" means just that, and not "ist" or "c".
    """
    words = phrase.split(BLANK)
    return words if [plain_word(word) for word in cut_words(phrase)] == words else []


def cuts_word(letters: str, place: int) -> bool:
    """Say whether a word goes on across a place."""
    return 0 < place < len(letters) and JOINS[letters[place - 1]] and JOINS[letters[place]]


def next_word(letters: str, place: int) -> int:
    """Return the next place at which a word may begin."""
    place += 1
    while cuts_word(letters, place):
        place += 1
    return place
