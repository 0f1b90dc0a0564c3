"""Which language a comment is written in, where that can be said with some certainty."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNSURE = ""
# Below this a word or two of any language looks like any other. In bytes of UTF-8: a Chinese
# character tells as much as three Latin letters.
LEAST_LETTERS_BYTES = 30
# More text makes the answer hardly better, only dearer: the cost is per letter.
MOST_CHARACTERS = 120
LEAST_PROBABILITY = 0.9
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


@cache
def identifier() -> LanguageIdentifier:
    """Return the language identifier, read once per process (0.8 s, 74 MB)."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str:
    """Return the code (ISO 639) of a text's language, UNSURE if it is too short or unclear."""
    beginning = text[:MOST_CHARACTERS]
    letters = "".join(filter(str.isalpha, beginning))
    if len(letters.encode(errors="replace")) < LEAST_LETTERS_BYTES:
        return UNSURE
    language, probability = identifier().classify(beginning)
    if probability < LEAST_PROBABILITY or language == NO_LANGUAGE:
        return UNSURE
    return str(language)
