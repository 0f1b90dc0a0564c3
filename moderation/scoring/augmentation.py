"""Show each training comment a little differently each time, whatever its label.

What a site happens not to send must not count, so names, titles and websites
come and go; and in the imported training data nearly only spam kept its website,
so comments get one half of the time: their own, or another one of their source.
Disguises and link shorteners are worn by spam and ham alike.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from moderation.scoring.disguises import disguise, short_link, shorten_links
from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row

NAME_DROPPED = 0.3
TITLE_DROPPED = 0.3
WEBSITE_DROPPED = 0.5
CROPPED = 0.35
LINKS_SHORTENED = 0.12
DISGUISED = 0.2
SHORTEST_CROP = 120  # characters
INVENTED = 0.4  # of the websites that ham is lent
SWAPPED = 0.1  # of those that are lent: from the other kind
A_CHOICE = 20  # websites of a kind that make a source lend them
PERSONAL_HOSTS = (
    "{}.com",
    "www.{}.com",
    "{}.net",
    "{}.org",
    "{}.dev",
    "{}.io",
    "{}.me",
    "blog.{}.com",
    "{}.blogspot.com",
    "{}.github.io",
    "{}.wordpress.com",
    "twitter.com/{}",
    "github.com/{}",
)


@dataclass
class Websites:
    """Websites to lend to comments that have none of their own: those of ham, those of spam."""

    of_ham: list[str] = field(default_factory=list)
    of_spam: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        if row.evidence.author_url:
            (self.of_spam if row.is_spam else self.of_ham).append(row.evidence.author_url)

    def pool(self, *, of_spam: bool) -> list[str]:
        """Return websites to choose from: none if there is hardly a choice."""
        urls = self.of_spam if of_spam else self.of_ham
        return urls if len(urls) >= A_CHOICE else []


Lenders = dict[str, Websites]  # by source: what others send there says nothing about a source


def collect_websites(rows: Sequence[Row]) -> Lenders:
    lenders: Lenders = defaultdict(Websites)
    for row in rows:
        lenders[row.source].add(row)
    return lenders


def vary(row: Row, lenders: Lenders, chance: Random) -> Evidence:
    """Return the row's evidence with fields dropped, lent, cropped and disguised by chance."""
    evidence = row.evidence
    body, name, url = evidence.body, evidence.author_name, ""
    if chance.random() >= WEBSITE_DROPPED:
        url = evidence.author_url or lend(row, lenders, chance)
    if chance.random() < CROPPED:
        body = cut_out(body, chance.random())
    if chance.random() < LINKS_SHORTENED:
        body = shorten_links(body, chance)
        if url and chance.random() < 0.5:
            url = short_link(chance)
    if chance.random() < NAME_DROPPED:
        name = ""
    if chance.random() < DISGUISED:
        body = disguise(body, chance)
        if chance.random() < 0.5:
            name = disguise(name, chance)
    title = "" if chance.random() < TITLE_DROPPED else evidence.article_title
    return replace(evidence, body=body, author_name=name, author_url=url, article_title=title)


def lend(row: Row, lenders: Lenders, chance: Random) -> str:
    """Choose a website for a comment without one: mostly of its own kind, not always.

    A source that has none lends none: websites from elsewhere would only tell its comments apart.
    """
    lender = chance.random()
    if not row.is_spam and lender < INVENTED:
        return invent(row.evidence.author_name, chance)
    of_spam = bool(row.is_spam) == (lender < 1 - SWAPPED)
    pool = lenders[row.source].pool(of_spam=of_spam)
    return chance.choice(pool) if pool else ""


def invent(name: str, chance: Random) -> str:
    """Make up the website that somebody of this name might have."""
    slug = "".join(letter for letter in name.lower() if letter.isalnum() and letter.isascii())
    return f"https://{chance.choice(PERSONAL_HOSTS).format(slug)}" if slug else ""


def cut_out(body: str, place: float) -> str:
    """Return half of a longer text, cut between words."""
    if len(body) < 2 * SHORTEST_CROP:
        return body
    half = len(body) // 2
    start = body.find(" ", int(place * half)) + 1
    end = body.find(" ", start + half)
    return body[start : end if end > start else None]
