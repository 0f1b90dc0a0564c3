"""Cut comments into words, and hash words, word pairs and pieces of words into slots.

This is the one definition of what the classifier sees; training, batches and
single comments all take their tokens from here. Hashes are CRC-32 of plain
letters, spread over the slots: the same on every machine and in every process.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.evidence import Evidence
from moderation.scoring.hosts import leads_home
from moderation.scoring.words import LONGEST_WORD, fold_words, plain_word

SLOT_BITS = 22
SLOTS = 1 << SLOT_BITS
PIECE_LENGTHS = (3, 4, 5)
MOST_CODES = 30_000  # words whose codes are remembered: some megabytes

# Without the flag for letter case, the first letter alone skips most of a text.
LINK = re.compile(r"[hHwW](?:[tT]{2}[pP][sS]?://|[wW]{2}\.)[^\s\"'<>\])]+")
LINKS = re.compile(f"({LINK.pattern})")  # splits a text into what is no link, link, and so on
TAG = re.compile(r"<[^>\n]{0,500}>")
DIGIT = re.compile(r"[0-9]")
ONLY_64_BITS = (1 << 64) - 1
UNUSED_BITS = 64 - SLOT_BITS
# One odd factor for each use of a hash: a slot, the left and the right half of a pair, and the
# slot of a word where the comment leads somewhere.
ALONE, LEFT, RIGHT = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F
LEADING = 0xA0761D6478BD642F
PIECE = 0x01234567

Integers = NDArray[np.int64]


class Field(IntEnum):
    """The parts of a comment that hold words; those that lead somewhere come last."""

    BODY = 0
    AUTHOR = 1
    WEBSITE = 2
    LINKS = 3  # the addresses in the body


# The same word means something else in another field: a salt for each. An
# address means the same wherever it stands.
VOCABULARIES = (Field.BODY, Field.AUTHOR, Field.WEBSITE)
VOCABULARY_OF = {
    Field.BODY: Field.BODY,
    Field.AUTHOR: Field.AUTHOR,
    Field.WEBSITE: Field.WEBSITE,
    Field.LINKS: Field.WEBSITE,
}
SALTS = {Field.BODY: 0, Field.AUTHOR: 0x5BD1E995, Field.WEBSITE: 0x1B873593}


@dataclass(frozen=True, slots=True)
class Segments:
    """The fields that were sent, of every comment in the batch, in order.

    `texts` of bodies are as long as they were written, with blanks for
    addresses and tags; so places in them are places in the body.
    """

    texts: list[str]
    comments: Integers  # which comment of the batch
    fields: Integers  # which Field of it
    leading: list[bool]  # whether it is the body of a comment that leads somewhere

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A batch, cut into folded words: `words[i]` are those of the i-th segment."""

    segments: Segments
    folded: list[str]  # the texts of the segments, as `fold_words` returns them
    words: list[list[str]]
    counts: Integers  # words of each segment
    owners: Integers  # the segment of each word

    def codes(self) -> Integers:
        """Return one number for each word, whatever its field: its CRC-32."""
        return codes_of(chain.from_iterable(self.words), self.owners.size)


class Codes(dict[str, int]):
    """The CRC-32 of each word's plain form, worked out once and remembered."""

    def __missing__(self, word: str) -> int:
        code = code_of(plain_word(word))
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_CODES:
                self.clear()
            self[word] = code
        return code


CODES = Codes()


def codes_of(words: Iterable[str], count: int) -> Integers:
    """Return the codes of so many words, as `cut_words` returns them."""
    return np.fromiter(map(CODES.__getitem__, words), np.int64, count)


class Slots(NamedTuple):
    """Where a word's weights stand; a pair stands at its left half XOR its right half.

    Praise is one thing, and praise beside a link another: where a comment leads somewhere, a
    word of its body has the weight at `leading` too.
    """

    alone: int
    leading: int
    left: int
    right: int
    pieces: list[int]


def cut(batch: Sequence[Evidence]) -> Tokens:
    """Cut the body, its links, the author's name and the website of each comment."""
    found = [
        (number, field, text)
        for number, evidence in enumerate(batch)
        for field, text in parts(evidence)
    ]
    comments = np.array([number for number, _, _ in found], np.int64)
    fields = np.array([field for _, field, _ in found], np.int64)
    going = {number for number, field, _ in found if field >= Field.WEBSITE}
    leading = [field == Field.BODY and number in going for number, field, _ in found]
    segments = Segments([text for _, _, text in found], comments, fields, leading)
    folded = list(map(fold_words, segments.texts))
    words = list(map(str.split, folded))
    counts = np.fromiter(map(len, words), np.int64, len(words))
    return Tokens(segments, folded, words, counts, np.repeat(np.arange(len(words)), counts))


def parts(evidence: Evidence) -> Iterator[tuple[Field, str]]:
    """Yield the fields that were sent; what was not sent leaves nothing behind."""
    body = evidence.body
    links = ""
    if "://" in body or "www." in body:
        pieces = LINKS.split(body)
        found = pieces[1::2]
        pieces[1::2] = [" " * len(link) for link in found]
        if evidence.own_hosts:
            found = [link for link in found if not leads_home(link, evidence.own_hosts)]
        links = " ".join(dict.fromkeys(found))
        body = "".join(pieces)
    if "<" in body:
        body = TAG.sub(blank, body)
    if body:
        yield Field.BODY, body
    if evidence.author_name:
        yield Field.AUTHOR, evidence.author_name
    if evidence.author_url:
        yield Field.WEBSITE, evidence.author_url
    if links:
        yield Field.LINKS, links


def blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def slots_of(word: str, vocabulary: Field) -> Slots:
    """Return the slots of a folded word in one of the VOCABULARIES."""
    plain = plain_word(word)
    salt = SALTS[vocabulary]
    code = code_of(plain, salt)
    return Slots(
        spread(code, ALONE),
        spread(code, LEADING),
        spread(code, LEFT),
        spread(code, RIGHT),
        # `spread`, written out: a word has a dozen pieces.
        [
            ((code + 1) * ALONE & ONLY_64_BITS) >> UNUSED_BITS
            for code in piece_codes(plain, salt ^ PIECE)
        ],
    )


def piece_codes(word: str, salt: int) -> list[int]:
    """Return the hashes of the runs of 3, 4 and 5 letters of a word with its borders, each once.

    All digits are alike here: "slot88" and "slot77" are of one kind.
    """
    if len(word) == 1 and not word.isascii():
        return []  # a sign has no parts
    whole = f"<{DIGIT.sub('0', word)}>"
    size = len(whole)
    spans = [(start, start + n) for n in PIECE_LENGTHS for start in range(size - n + 1)]
    if whole.isascii():  # the same, letters being bytes
        raw = whole.encode()
        codes = [crc32(raw[start:end], salt) for start, end in spans]
    else:
        codes = [code_of(whole[start:end], salt) for start, end in spans]
    return list(dict.fromkeys(codes))


def code_of(text: str, salt: int = 0) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"), salt)


def spread(code: int, factor: int) -> int:
    """Spread a hash over the slots of the table."""
    return ((code + 1) * factor & ONLY_64_BITS) >> UNUSED_BITS
