"""Undo disguises, character by character: one letter in, at most one plain letter out.

One to one, so that every place in the folded text still has its place in the
text as written.
"""

import unicodedata
from enum import IntEnum

DROPPED = 0
SPACE = 0x20

# Marks that decorate any script. Vowel signs of Indic, Thai, Arabic or Hebrew
# script are not among them: those are letters to their readers.
DECORATIONS = (
    (0x0300, 0x036F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)
FILLERS = frozenset((0x115F, 0x1160, 0x3164, 0xFFA0))
# Enclosed alphabets that Unicode does not decompose: A to Z from each start.
ENCLOSED_ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
# Whole alphabets are folded, always: a Russian word becomes the same odd word
# every time, and a Latin word spelt with Russian letters becomes itself.
LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕһԁѡԛԝӏѵαβεηικμνορτυχγωɑɡɩıłøđħŧßþꓲꓳəⲟᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢոսօհցզϲϳ",
    "abekmhopctyxijshdwqwlvabenikuvoptuxywagiilodhtsbioeoabcdeghijklmnoprstuvwyznuohgqcj",
)
# These look like a letter that their small forms, or their plain forms, do not.
CAPITALS = str.maketrans("ΗΜΝΥΖϹ", "hmnyzc")  # noqa: RUF001
# Signs that stand for a letter: "c@$ino".
LETTERS = frozenset("@$")


class Kind(IntEnum):
    """What a character does in a sentence."""

    SEPARATOR = 0
    LETTER = 1
    SIGN = 2  # an ideograph or a pictogram: a word by itself


def is_decoration(code: int) -> bool:
    return any(first <= code <= last for first, last in DECORATIONS)


def is_dropped(code: int) -> bool:
    """Say whether a character is invisible or only decorates its neighbour."""
    if code in FILLERS or is_decoration(code):
        return True
    category = unicodedata.category(chr(code))
    if category == "Cc":
        return not chr(code).isspace()
    return category in ("Cf", "Cs", "Me")


def plain_letter(letter: str) -> str:
    """Return the letter without its decoration and without its typeface."""
    parts = unicodedata.normalize("NFKD", letter.translate(CAPITALS)).casefold()
    plain = "".join(part for part in parts if not is_decoration(ord(part)))
    if len(plain) == 1:
        return plain
    # Scripts whose letters fall apart (Hangul, voiced kana) stay composed.
    composed = unicodedata.normalize("NFKC", letter).casefold()
    if len(composed) == 1:
        return composed
    return next((part for part in plain if part.isalnum()), plain[:1] or letter)


def fold_code(code: int) -> int:
    """Return the code point that stands for this one, or DROPPED."""
    if is_dropped(code):
        return DROPPED
    for start in ENCLOSED_ALPHABETS:
        if start <= code < start + 26:
            return ord("a") + code - start
    plain = plain_letter(chr(code)).translate(LOOKALIKES)
    return SPACE if plain.isspace() or code == 0x2800 else ord(plain)


def is_sign(letter: str) -> bool:
    if unicodedata.category(letter) in ("So", "Sc"):
        return True
    code = ord(letter)
    return (
        0x2E80 <= code <= 0x31FF
        or 0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or (0x20000 <= code <= 0x3FFFF)
    )


def kind_of(code: int) -> Kind:
    """Return what a folded character does in a sentence."""
    letter = chr(code)
    if letter in LETTERS:
        return Kind.LETTER
    if is_sign(letter):
        return Kind.SIGN
    return Kind.LETTER if unicodedata.category(letter)[0] in "LNM" else Kind.SEPARATOR


class FoldTable(dict[int, str]):
    """What `str.translate` makes of each character; each is looked up in Unicode once.

    Separators become a space, and signs stand between two, so that `split`
    finds the words. A surrogate is dropped, as every invisible character is.
    """

    def __missing__(self, code: int) -> str:
        folded = fold_code(code)
        kind = kind_of(folded)
        if folded == DROPPED:
            plain = ""
        elif kind == Kind.SIGN:
            plain = f" {chr(folded)} "
        else:
            plain = chr(folded) if kind == Kind.LETTER else " "
        self[code] = plain
        return plain


TABLE = FoldTable()
# Plain English is most of what there is, and this is ten times as quick.
DROPPED_ASCII = bytes(code for code in range(128) if not TABLE[code])
ASCII = bytes(ord(TABLE[code] or " ") for code in range(128)) + bytes(128)


def fold(text: str) -> str:
    """Return the words of a text in plain letters, with spaces between them."""
    if text.isascii():
        return text.encode().translate(ASCII, DROPPED_ASCII).decode()
    return text.translate(TABLE)


def places(text: str) -> list[int]:
    """Return where each character of the folded text stands in the text as written."""
    return [place for place, letter in enumerate(text) for _ in TABLE[ord(letter)]]
