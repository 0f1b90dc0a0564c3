"""Show each training comment a little differently each time, whatever its label.

What a site happens not to send must not count, so names, titles and websites
come and go; and in the imported training data nearly only spam kept its website,
so every comment gets one half of the time: its own, or somebody else's.
Disguises and link shorteners are worn by spam and ham alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Websites:
    """Websites to lend to comments that have none of their own."""

    of_ham: Sequence[str]
    of_spam: Sequence[str]


def collect_websites(rows: Sequence[Row]) -> Websites:
    sites: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        if row.evidence.author_url:
            sites[bool(row.is_spam)].append(row.evidence.author_url)
    return Websites(sites[False], sites[True])


def vary(row: Row, websites: Websites, chance: Random) -> Evidence:
    """Return the row's evidence with fields dropped, lent, cropped and disguised by chance."""
    evidence = row.evidence
    body, name, url = evidence.body, evidence.author_name, ""
    if chance.random() >= WEBSITE_DROPPED:
        url = evidence.author_url or lend(row, websites, chance)
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


def lend(row: Row, websites: Websites, chance: Random) -> str:
    """Choose a website for a comment without one: mostly of its own kind, not always."""
    lender = chance.random()
    if row.is_spam:
        pool = websites.of_spam if lender < 0.75 else websites.of_ham
    elif lender < 0.4:
        return invent(row.evidence.author_name, chance)
    else:
        pool = websites.of_ham if lender < 0.75 else websites.of_spam
    pool = pool or websites.of_spam or websites.of_ham
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
