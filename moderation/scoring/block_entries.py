"""The entries of a block list as its owner writes them: one a line, in their normal spelling."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv6Network
from unicodedata import east_asian_width, normalize

from moderation.scoring.hosts import find_hosts, normal_host
from moderation.scoring.phrases import UNSPACED
from moderation.scoring.words import cut_words

COMMENT = "#"
LONGEST_ENTRY = 200  # characters
LEAST_LETTERS = 3
# What would be found in nearly every comment of some language; folded, as words of a text are.
COMMONEST = (
    "about all also and any are but can das den der des die dos ein eine est for from had has have"
    " her his how ini itu les los mit more nao not one our out para pas por pour que she some that"
    " the their them there they this una und une van von was were what when which who will with"
    " yang you your"
)
COMMON = frozenset(COMMONEST.split())
NETWORK = re.compile(r"\d{1,3}(\.(\d{1,3}|\*))+\.?(/\d+)?")
SCHEME = re.compile(r"[a-z]+://", re.IGNORECASE)
ENDING = re.compile(r"\*?\.([^\W\d_]{2,63})/?")  # ".example": everything there
AFTER_HOST = re.compile(r"(:\d+)?/?")
# Lists that are matched letter by letter hold pieces of words and links, and spellings: "-cheap",
# "href=", "now!!", "b.u.y". As whole words these would mean something else.
PIECE = re.compile(
    r"^[-./&,@']|[-./&,@']$|[-./&,@'\u2019]{2}"
    r"|(?<!\w)\w[-./,]\w[-./,]\w(?!\w)|[!\"#%()*+:;<=>?\[\]\\^_`{|}~«»”…]"
)
# Letters that stand without spaces between words are words by themselves, as ideographs are.
ALONE = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
PIECES = re.compile(f"[{ALONE}]|[^{ALONE}]+")


class Fault(StrEnum):
    """What is wrong with an entry that is refused."""

    TOO_LONG = "too_long"
    ADDRESS = "address"


class LeftOut(StrEnum):
    """Why an entry is not looked for."""

    NETWORKS = "networks"  # those are learnt, and kept for some days only
    TOO_SHORT = "too_short"
    COMMON_WORDS = "common_words"
    PIECES = "pieces"


class BadEntries(Exception):
    """Some entries cannot be; `faults` tells for each line, from 1, what is wrong with it."""

    def __init__(self, faults: dict[int, Fault]) -> None:
        super().__init__(f"{len(faults)} lines")
        self.faults = faults


@dataclass(slots=True)
class Entries:
    """What a list holds, in normal spelling, and how much of it is left out, by the reason.

    Phrases are told as their owner writes them: "" where that is no different. The addresses
    are as they were written: nobody may store them so.
    """

    phrases: dict[str, str] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    mail_domains: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def add(self, line: str) -> Fault | None:
        """Take an entry, or leave it out; return what is wrong if it can be neither."""
        if len(line) > LONGEST_ENTRY:
            return Fault.TOO_LONG
        if is_network(line):
            self.left_out[LeftOut.NETWORKS] += 1
        elif holds_address(line):
            return self._add_address(line)
        elif host := whole_host(line):
            self.hosts.add(host)
        else:
            self._add_phrase(SCHEME.sub("", line))
        return None

    def _add_address(self, line: str) -> Fault | None:
        """Take an address, or a domain behind an @. No piece of one may end up as a phrase."""
        local, _, rest = line.partition("@")
        domain = whole_host(rest)
        if not domain or any(map(str.isspace, local)):
            return Fault.ADDRESS
        if local in ("", "*"):
            self.mail_domains.add(domain)
        else:
            self.addresses.add(line)
        return None

    def _add_phrase(self, text: str) -> None:
        words = words_of(text)
        if letters_in(*words) < LEAST_LETTERS:
            self.left_out[LeftOut.TOO_SHORT] += 1
        elif PIECE.search(text):
            self.left_out[LeftOut.PIECES] += 1
        elif all(map(is_common, words)):
            self.left_out[LeftOut.COMMON_WORDS] += 1
        else:
            phrase, written = " ".join(words), " ".join(text.lower().split())
            self.phrases.setdefault(phrase, "" if written == phrase else written)


def read_entries(lines: Iterable[str]) -> Entries:
    """Read a list, one entry a line; raise BadEntries. Blank lines and comments say nothing."""
    entries, faults = Entries(), dict[int, Fault]()
    for number, written in enumerate(lines, start=1):
        line = normalize("NFKC", written).strip()
        if line and not line.startswith(COMMENT) and (fault := entries.add(line)):
            faults[number] = fault
    if faults:
        raise BadEntries(faults)
    return entries


def is_network(line: str) -> bool:
    """Say whether an entry is a network address, or the beginning of one."""
    if ":" not in line:
        return NETWORK.fullmatch(line) is not None
    try:
        return bool(IPv6Network(line, strict=False))
    except ValueError:
        return False


def holds_address(line: str) -> bool:
    """Say whether a host stands behind an @ somewhere in an entry."""
    return "@" in line and any(line[: host.span[0]].endswith("@") for host in find_hosts(line))


def whole_host(line: str) -> str:
    """Return the host of an entry that names nothing but a host, with or without a scheme."""
    if ending := ENDING.fullmatch(line):
        return normal_host(ending[1])
    bare = line.removeprefix("*").removeprefix(".")
    for host in find_hosts(bare):
        before, after = bare[: host.span[0]], bare[host.span[1] :]
        if (not before or SCHEME.fullmatch(before)) and AFTER_HOST.fullmatch(after):
            return host.name.removeprefix("www.")
        break
    return ""


def is_common(word: str) -> bool:
    return word in COMMON or (word.isascii() and len(word) < LEAST_LETTERS)


def letters_in(*words: str) -> int:
    """Count letters; an ideograph or a syllable counts as two."""
    return sum(2 if east_asian_width(letter) == "W" else 1 for word in words for letter in word)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    words = cut_words(text)
    if text.isascii():
        return words
    return [piece for word in words for piece in PIECES.findall(word)]
