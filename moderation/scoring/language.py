"""Which language a comment is written in, where that can be said with some certainty."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNSURE = ""
# Below this a word or two of any language looks like any other. In bytes of UTF-8: a Chinese
# character tells as much as three Latin letters.
LEAST_LETTERS_BYTES = 30
# More text makes the answer hardly better, only dearer: the cost is per letter.
MOST_CHARACTERS = 120
LEAST_PROBABILITY = 0.9
NOTHING = -1
FEWEST_FOR_ARRAYS = 8  # below that many texts, one by one is quicker
# The identifier's own word for "no language": numbers, code, lists of links.
NO_LANGUAGE = "zxx"
# What it can tell apart; a list of our own, for reading the model takes a second.
CODES = """
ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et
eu ext fa fi fo fr fuv fy ga gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id
ig is it ja jv ka kab kik kk km kn ko ku ky la lb lg lij ln lo lt ltg lv mg mk ml mn mr ms
mt my ne nl nn no nso oc om or pa pcm pl ps pt qu ro ru rw sa sdh se si sk sl sn so sq sr
st sv sw ta te tg th tk tl tr tt ug uk ur uz uzs vec vi vo wa wuu xh yo yue zh zu
"""
LANGUAGES = frozenset(CODES.split())


@dataclass(frozen=True, slots=True)
class Reader:
    """The identifier's own tables as arrays: letters of many texts are read in step."""

    moves: NDArray[np.uint32]  # by row and letter: the next state
    rows: NDArray[np.int64]  # by state: where its row of moves begins
    features: NDArray[np.int64]  # by state: what has been met when it is reached, or NOTHING
    weights: NDArray[np.float32]  # by feature and language, once it was met
    is_met: NDArray[np.bool_]

    def learn(self, features: NDArray[np.int64]) -> None:
        """Turn weights into numbers to reckon with. That takes longer than the reckoning, so
        it is done once for each feature, and most are never met."""
        fresh = features[~self.is_met[features]]
        self.weights[fresh] = identifier().nb_ptc[fresh]
        self.is_met[fresh] = True


@cache
def identifier() -> LanguageIdentifier:
    """Return the language identifier, read once per process (0.8 s, 74 MB)."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def reader() -> Reader:
    tables = identifier()
    return Reader(
        np.frombuffer(tables.tk_nextmove, np.uint32),
        np.frombuffer(tables.tk_row, np.uint16).astype(np.int64) << 8,
        np.array(tables.tk_output, np.int64),
        np.empty(tables.nb_ptc.shape, np.float32),
        np.zeros(len(tables.nb_ptc), bool),
    )


def detect_language(text: str) -> str:
    """Return the code (ISO 639) of a text's language, UNSURE if it is too short or unclear."""
    return detect_languages([text])[0]


def detect_languages(texts: Sequence[str]) -> list[str]:
    """Return the language of each text; cheaper for each in a batch than one by one."""
    found = [UNSURE] * len(texts)
    beginnings = [text[:MOST_CHARACTERS] for text in texts]
    telling = [place for place, text in enumerate(beginnings) if is_telling(text)]
    if telling:
        encoded = [encoded_as_read(beginnings[place]) for place in telling]
        for place, language in zip(telling, most_likely(encoded), strict=True):
            found[place] = language
    return found


def is_telling(beginning: str) -> bool:
    letters = "".join(filter(str.isalpha, beginning))
    return len(letters.encode(errors="replace")) >= LEAST_LETTERS_BYTES


def encoded_as_read(text: str) -> bytes:
    """Return the letters as the identifier reads them."""
    plain = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", plain).encode(errors="surrogatepass")


def most_likely(texts: Sequence[bytes]) -> list[str]:
    """Weigh what each text met, as the identifier does, and name what is sure."""
    tables, scores = identifier(), scores_of(texts)
    scores /= np.sqrt(np.fromiter(map(len, texts), np.float32, len(texts)))[:, None]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    for code, other in same_languages():
        chances[:, code] += chances[:, other]
        chances[:, other] = 0.0
    best = chances.argmax(axis=1)
    sure = chances.max(axis=1) >= LEAST_PROBABILITY * chances.sum(axis=1)
    names = [str(tables.nb_classes[place]) for place in best.tolist()]
    return [
        name if is_sure and name != NO_LANGUAGE else UNSURE
        for name, is_sure in zip(names, sure.tolist(), strict=True)
    ]


def scores_of(texts: Sequence[bytes]) -> NDArray[np.float32]:
    """Return log-odds by text and language; all the same where a text met nothing."""
    met = read_together(texts) if len(texts) >= FEWEST_FOR_ARRAYS else read_one_by_one(texts)
    keys = (np.arange(len(texts))[:, None] << 32) | met
    found, counts = np.unique(keys[met != NOTHING], return_counts=True)
    features, weighed = found & 0xFFFFFFFF, np.log1p(counts.astype(np.float32))
    bounds = np.searchsorted(found >> 32, np.arange(len(texts) + 1)).tolist()
    tables = reader()
    tables.learn(features)
    scores = np.zeros((len(texts), len(identifier().nb_classes)), np.float32)
    for row, first, end in zip(scores, bounds, bounds[1:], strict=False):
        if end > first:
            own = tables.weights.take(features[first:end], axis=0)
            np.add(weighed[first:end] @ own, identifier().nb_pc, out=row)
    return scores


def read_one_by_one(texts: Sequence[bytes]) -> NDArray[np.int64]:
    """Return the features that each text met, letter by letter, and NOTHING between them."""
    tables = identifier()
    moves, rows, features = tables.tk_nextmove, tables.tk_row, tables.tk_output
    met = np.full((len(texts), max(map(len, texts))), NOTHING, np.int64)
    for own, text in zip(met, texts, strict=True):
        state, found = 0, []
        for letter in text:
            state = moves[(rows[state] << 8) + letter]
            found.append(features[state])
        own[: len(found)] = found
    return met


def read_together(texts: Sequence[bytes]) -> NDArray[np.int64]:
    """Return the same; read the first letter of all texts, then the second …"""
    longest = max(map(len, texts))
    letters = np.frombuffer(b"".join(text.ljust(longest) for text in texts), np.uint8)
    by_place = letters.reshape(len(texts), longest).T.astype(np.int64)
    tables, states = reader(), np.zeros(len(texts), np.int64)
    met = np.empty(by_place.shape, np.int64)
    for place, read in enumerate(by_place):
        states = tables.moves[tables.rows[states] + read]
        met[place] = tables.features[states]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    met[np.arange(longest)[:, None] >= lengths] = NOTHING
    return met.T


@cache
def same_languages() -> list[tuple[int, int]]:
    """Return pairs of places that stand for one language, in two scripts."""
    classes = identifier().nb_classes
    return [
        (classes.index(code), place)
        for place, code in enumerate(classes)
        if classes.index(code) != place
    ]
