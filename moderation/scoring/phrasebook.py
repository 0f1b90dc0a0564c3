"""Comments made up by chance from templates of our own, in many languages.

The labelled data of any one collection lacks subjects, tones and languages. The books in
`phrasebooks/` say how readers and spammers write, one template a line, after its kind:

    spam {Buy|Order} [product] {cheap|today} [link]
    ham Thanks{!|, this worked.}

Lines of kind `name` and `product` list what fills those places; `#` begins a remark.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from moderation.scoring.augmentation import invent
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row

PHRASEBOOK = "phrasebook"
BOOKS = Path(__file__).with_name("phrasebooks")
EXPANSIONS = 6  # comments made of each template
SEED = 20_261_125
CHOICE = re.compile(r"\{([^{}]*)\}")
PLACE = re.compile(r"\[(name|product|link|page|own|mail|phone|amount)\]")
KINDS = ("spam", "ham", "name", "product")
ENDINGS = ("com", "net", "org", "info", "xyz", "top", "online", "site", "shop", "club", "ru", "in")
MAIL_HOSTS = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "mail.ru")
AMOUNTS = ("50", "97", "300", "500", "1000", "3,500", "8,500", "15,000", "120,000")
MARKUP = (
    "{url}",
    "{url}",
    "{url}",
    '<a href="{url}">{text}</a>',
    "[url={url}]{text}[/url]",
    "[{text}]({url})",
)
PAGES = (
    "https://en.wikipedia.org/wiki/{}",
    "https://github.com/{}/issues/12",
    "https://stackoverflow.com/questions/{}",
    "https://www.youtube.com/watch?v={}",
    "https://docs.python.org/3/library/{}.html",
    "https://www.bbc.com/news/{}",
    "https://www.nytimes.com/2019/05/{}",
    "https://developer.mozilla.org/docs/{}",
    "https://imgur.com/{}",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class BadTemplate(Exception):
    """A line of a book cannot be used; the message names book, line and cause."""


@dataclass
class Book:
    """The templates of one language, and what fills their places."""

    language: str
    names: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    templates: list[tuple[bool, str]] = field(default_factory=list)  # whether it is spam, text


def read_phrasebook(folder: Path = BOOKS) -> list[Row]:
    """Return made-up comments of every language, the same on every call; raises BadTemplate."""
    return [row for book in read_books(folder) for row in expand(book)]


def read_books(folder: Path) -> list[Book]:
    """Read the books; files of one language (`en-ham`, `en-spam`) are one book.

    Raises BadTemplate for a bad line, and for a book in which nobody has a name or sells anything.
    """
    books: dict[str, Book] = {}
    for path in sorted(folder.glob("*.txt")):
        language = path.stem.partition("-")[0]
        add_file(path, books.setdefault(language, Book(language)))
    for book in books.values():
        if not (book.names and book.products):
            raise BadTemplate(f"{book.language}: a book needs names and products")
    return list(books.values())


def add_file(path: Path, book: Book) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        kind, _, text = line.partition(" ")
        if not line.strip() or kind.startswith("#"):
            continue
        if kind not in KINDS or not text.strip():
            raise BadTemplate(f"{path.name}, line {number}: begins with none of {', '.join(KINDS)}")
        if kind == "name":
            book.names += text.split("|")
        elif kind == "product":
            book.products += text.split("|")
        else:
            check(text, f"{path.name}, line {number}")
            book.templates.append((kind == "spam", text))


def check(template: str, where: str) -> None:
    """Raise BadTemplate for a brace without its partner."""
    left = PLACE.sub("", template)
    while CHOICE.search(left):
        left = CHOICE.sub("", left)
    if found := re.search(r"[{}]", left):
        raise BadTemplate(f"{where}: {found[0]} without its partner")


def expand(book: Book) -> Iterator[Row]:
    chance = Random(f"{SEED} {book.language}")
    for is_spam, template in book.templates:
        for _ in range(EXPANSIONS):
            yield Row(
                evidence=make_up(template, book, chance, is_spam=is_spam),
                is_spam=is_spam,
                source=f"{PHRASEBOOK}:{book.language}",
                family=PHRASEBOOK,
                lang=book.language,
            )


def make_up(template: str, book: Book, chance: Random, *, is_spam: bool) -> Evidence:
    """Return a comment that the template allows, with an author and a website to match."""
    name = chance.choice(book.names)
    return Evidence(
        body=fill(choose(template, chance), book, chance, name),
        author_name=advertising_name(book, chance, name) if is_spam else name,
        author_url=advertising_url(book, chance) if is_spam else invent(name, chance),
    )


def choose(template: str, chance: Random) -> str:
    """Replace every `{a|b}` by one of its choices, from the inside out."""
    while found := CHOICE.search(template):
        chosen = chance.choice(found[1].split("|"))
        template = template[: found.start()] + chosen + template[found.end() :]
    return template


def fill(text: str, book: Book, chance: Random, name: str) -> str:
    def replacement(place: re.Match[str]) -> str:
        return put(place[1], book, chance, name)

    return PLACE.sub(replacement, text)


def put(place: str, book: Book, chance: Random, name: str) -> str:
    """Return what stands in one of the places."""
    match place:
        case "name":
            return chance.choice(book.names)
        case "product":
            return chance.choice(book.products)
        case "link":
            text = chance.choice(book.products)
            return chance.choice(MARKUP).format(url=advertising_url(book, chance), text=text)
        case "page":
            return chance.choice(PAGES).format(slug(chance))
        case "own":
            return f"{invent(name, chance) or 'https://' + slug(chance) + '.net'}/{slug(chance)}"
        case "mail":
            return f"{slug(chance)}@{chance.choice(MAIL_HOSTS)}"
        case "phone":
            return f"+{chance.randint(10**9, 10**12)}"
        case _:
            return chance.choice(AMOUNTS)


def advertising_name(book: Book, chance: Random, name: str) -> str:
    """Return the name that a spammer gives: a person's, what is for sale, or letters."""
    drawn = chance.random()
    if drawn < 0.5:
        return name
    return chance.choice(book.products) if drawn < 0.85 else slug(chance)


def advertising_url(book: Book, chance: Random) -> str:
    words = ascii_words(chance.choice(book.products))
    host = chance.choice(("-", "")).join(words) if chance.random() < 0.7 else slug(chance)
    start = chance.choice(("https://", "http://", "https://www."))
    path = chance.choice(("", "/", "/{}", "/{}/{}", "/index.php?id={}")).replace("{}", slug(chance))
    return f"{start}{host or slug(chance)}.{chance.choice(ENDINGS)}{path}"


def ascii_words(text: str) -> Sequence[str]:
    return re.findall(r"[a-z0-9]+", text.lower()) if text.isascii() else ()


def slug(chance: Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(4, 9)))
