"""What a comment looks like, in a few words that every site can learn to tell apart.

On one site only spam brings links, on another readers do; the shipped classifier must not
care, a site's lessons may.
"""

from collections.abc import Iterator

from moderation.scoring.evidence import Evidence
from moderation.scoring.features.links import count_links

PLAIN, NEARLY_PLAIN = 0.99, 0.8  # shares of unaccented Latin letters and signs
WEBSITES = ("no website", "a website", "a page as website")
LINKS = ("no link", "one link", "several links")
SCRIPTS = ("plain letters", "a few other letters", "other letters")
NAMES = ("no name", *(f"a name of {n}" for n in ("one word", "two words", "many words")))
SMALL = ", in small letters"
HABITS = (*WEBSITES, *LINKS, *SCRIPTS, *NAMES, *(name + SMALL for name in NAMES[1:]))


def habits_of(evidence: Evidence) -> Iterator[str]:
    """Yield one habit of each kind, in words that follow "comments with"."""
    yield website_habit(evidence.author_url)
    yield link_habit(evidence)
    yield script_habit(evidence.body)
    yield name_habit(evidence.author_name)


def website_habit(url: str) -> str:
    address = url.rpartition("://")[2].strip("/")
    return WEBSITES[bool(url) + ("/" in address)]


def link_habit(evidence: Evidence) -> str:
    return LINKS[min(count_links(evidence), len(LINKS) - 1)]


def script_habit(body: str) -> str:
    plain = len(body.encode("ascii", "ignore")) / len(body) if body else 1.0
    return SCRIPTS[(plain < PLAIN) + (plain < NEARLY_PLAIN)]


def name_habit(name: str) -> str:
    habit = NAMES[min(len(name.split()), len(NAMES) - 1)]
    return habit + SMALL if habit != NAMES[0] and name == name.lower() else habit
