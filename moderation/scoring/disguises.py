"""Disguise a text as spammers do, to train on: ham wears them too, so a disguise is no crime."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
MARKS = "\u0301\u0307\u0323\u0330\u0335\u0336\u0337\u0338\u0332"
LOOKALIKES = str.maketrans("aceiopxyABCEHKMOPTXysjh", "асеіорхуАВСЕНКМОРТХуѕјһ")  # noqa: RUF001
# The first letter of each alphabet: bold, script, sans-serif, monospace, and others.
ALPHABETS = (
    0x1D41A,
    0x1D44E,
    0x1D482,
    0x1D4EA,
    0x1D586,
    0x1D5BA,
    0x1D5EE,
    0x1D622,
    0x1D656,
    0x1D68A,
)
CIRCLED = (0x24D0, 0x1F150, 0x1F170)
LEET = str.maketrans("aeiostAEIOST", "431057431057")
MORE_LEET = str.maketrans("abegiloqstz", "@8391109$72")
LINK = re.compile(r"(?:https?://|www\.)[^\s\"'<>\])]+", re.IGNORECASE)
SHORTENERS = (
    "bit.ly/{}",
    "tinyurl.com/{}",
    "t.co/{}",
    "goo.gl/{}",
    "is.gd/{}",
    "cutt.ly/{}",
    "ow.ly/{}",
    "s.id/{}",
    "rb.gy/{}",
)
SLUG = LETTERS + LETTERS.upper() + "0123456789"

Disguise = Callable[[str, Random], str]


def hidden_characters(text: str, chance: Random) -> str:
    return "".join(c + chance.choice(HIDDEN) if chance.random() < 0.3 else c for c in text)


def combining_marks(text: str, chance: Random) -> str:
    return "".join(
        c + chance.choice(MARKS) if c.isalpha() and chance.random() < 0.5 else c for c in text
    )


def lookalikes(text: str, chance: Random) -> str:
    return "".join(c.translate(LOOKALIKES) if chance.random() < 0.7 else c for c in text)


def typefaces(text: str, chance: Random) -> str:
    start = chance.choice(ALPHABETS if chance.random() < 0.8 else CIRCLED)
    table = {ord(letter): start + place for place, letter in enumerate(LETTERS)}
    if start in ALPHABETS:
        table |= {ord(c.upper()): start - 26 + place for place, c in enumerate(LETTERS)}
    else:
        text = text.lower()
    return text.translate(table)


def full_width(text: str, _chance: Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def digits_for_letters(text: str, chance: Random) -> str:
    share = chance.choice((0.3, 0.6, 1.0))
    table = LEET if chance.random() < 0.7 else MORE_LEET
    return "".join(c.translate(table) if chance.random() < share else c for c in text)


def spaced_letters(text: str, chance: Random) -> str:
    """Put a space or a sign between the letters of all words or of some."""
    between, share = chance.choice("    .-_*"), chance.choice((0.3, 1.0))
    words = [between.join(w) if chance.random() < share else w for w in text.split(" ")]
    return ("   " if share == 1.0 else " ").join(words)


def accents(text: str, chance: Random) -> str:
    """Replace letters by ones with an accent."""
    return unicodedata.normalize("NFC", combining_marks(text, chance))


def mistyped(text: str, chance: Random) -> str:
    """Double, drop or swap a letter here and there."""
    letters = list(text)
    for place in range(len(letters) - 1):
        if letters[place].isalpha() and chance.random() < 0.06:
            change = chance.random()
            if change < 0.4:
                letters[place] *= 2
            elif change < 0.7:
                letters[place] = ""
            else:
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def loud(text: str, _chance: Random) -> str:
    return text.upper()


DISGUISES: tuple[Disguise, ...] = (
    hidden_characters,
    combining_marks,
    lookalikes,
    typefaces,
    full_width,
    digits_for_letters,
    digits_for_letters,
    spaced_letters,
    spaced_letters,
    accents,
    mistyped,
    loud,
)


def disguise(text: str, chance: Random) -> str:
    """Return the text in one disguise, now and then in two."""
    text = chance.choice(DISGUISES)(text, chance)
    return chance.choice(DISGUISES)(text, chance) if chance.random() < 0.15 else text


def shorten_links(text: str, chance: Random) -> str:
    """Replace every address by one of a link shortener."""
    return LINK.sub(lambda _match: short_link(chance), text)


def short_link(chance: Random) -> str:
    slug = "".join(chance.choices(SLUG, k=chance.randint(4, 8)))
    return "https://" + chance.choice(SHORTENERS).format(slug)
