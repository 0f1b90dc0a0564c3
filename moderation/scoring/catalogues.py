"""Harmless text in many languages: what Django and REST framework say to people.

Their catalogues of translations come with them (both under the BSD 3-clause
licence), so training needs no other files.
"""

import gettext
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row

PACKAGES = ("django", "rest_framework")
CATALOGUES = "catalogues"
SHORTEST, LONGEST = 12, 600  # characters
MOST_PER_LANGUAGE = 60
# Comments teach these, and better than the tone of programs does.
TAUGHT_BY_COMMENTS = ("en", "id", "zh")


def read_catalogues() -> list[Row]:
    """Return some dozens of sentences in each language, as ham; the same on every call."""
    sentences: dict[str, set[str]] = defaultdict(set)
    for path in sorted(find_catalogues()):
        language = path.parts[-3].replace("_", "-").lower()
        sentences[language].update(read_sentences(path))
    return [
        as_row(language, sentence)
        for language, found in sorted(sentences.items())
        if language.partition("-")[0] not in TAUGHT_BY_COMMENTS
        for sentence in sorted(found, key=shuffled)[:MOST_PER_LANGUAGE]
    ]


def find_catalogues() -> Iterator[Path]:
    """Yield the compiled catalogues of the installed packages, without importing them."""
    for package in PACKAGES:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            yield from Path(folder).rglob("locale/*/LC_MESSAGES/django.mo")


def read_sentences(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    # The only way to see all of them; the first one is the file's own header.
    catalogue: dict[object, object] = translations._catalog  # type: ignore[attr-defined]
    for key, sentence in catalogue.items():
        if key and isinstance(sentence, str) and SHORTEST <= len(sentence) <= LONGEST:
            yield plain_sentence(sentence)


def plain_sentence(sentence: str) -> str:
    """Return the sentence without its place-holders."""
    words = sentence.replace("\n", " ").split(" ")
    return " ".join(word for word in words if "%" not in word and "{" not in word)


def shuffled(sentence: str) -> bytes:
    """Return a key that sorts sentences into an order of no meaning, always the same."""
    return hashlib.sha256(sentence.encode("utf-8", "surrogatepass")).digest()


def as_row(language: str, sentence: str) -> Row:
    return Row(
        evidence=Evidence(body=sentence),
        is_spam=False,
        source=CATALOGUES,
        family=CATALOGUES,
        lang=language.partition("-")[0],
    )
