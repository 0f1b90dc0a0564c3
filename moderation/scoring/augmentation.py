"""Show each training comment a little differently each time, whatever its label.

What a site happens not to send must not count, so names, titles and websites
come and go; and in the imported training data nearly only spam kept its website,
so every comment gets one half of the time: its own, or somebody else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row

NAME_DROPPED = 0.3
TITLE_DROPPED = 0.3
WEBSITE_DROPPED = 0.5
CROPPED = 0.35
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


def vary(rows: Sequence[Row], websites: Websites, generator: np.random.Generator) -> list[Evidence]:
    """Return each row's evidence with fields dropped, lent and cropped by chance."""
    chances = generator.random((len(rows), 7))
    return [
        vary_one(row, websites, *chance) for row, chance in zip(rows, chances.tolist(), strict=True)
    ]


def vary_one(
    row: Row,
    websites: Websites,
    name: float,
    title: float,
    site: float,
    lender: float,
    pick: float,
    crop: float,
    place: float,
) -> Evidence:
    evidence = row.evidence
    url = ""
    if site >= WEBSITE_DROPPED:
        url = evidence.author_url or lend(row, websites, lender, pick)
    return replace(
        evidence,
        body=cut_out(evidence.body, place) if crop < CROPPED else evidence.body,
        author_name="" if name < NAME_DROPPED else evidence.author_name,
        article_title="" if title < TITLE_DROPPED else evidence.article_title,
        author_url=url,
    )


def lend(row: Row, websites: Websites, lender: float, pick: float) -> str:
    """Choose a website for a comment without one: mostly of its own kind, not always."""
    if row.is_spam:
        pool = websites.of_spam if lender < 0.75 else websites.of_ham
    elif lender < 0.4:
        return invent(row.evidence.author_name, pick)
    else:
        pool = websites.of_ham if lender < 0.75 else websites.of_spam
    pool = pool or websites.of_spam or websites.of_ham
    return pool[int(pick * len(pool))] if pool else ""


def invent(name: str, pick: float) -> str:
    """Make up the website that somebody of this name might have."""
    slug = "".join(letter for letter in name.lower() if letter.isalnum() and letter.isascii())
    host = PERSONAL_HOSTS[int(pick * len(PERSONAL_HOSTS))]
    return f"https://{host.format(slug)}" if slug else ""


def cut_out(body: str, place: float) -> str:
    """Return half of a longer text, cut between words."""
    if len(body) < 2 * SHORTEST_CROP:
        return body
    half = len(body) // 2
    start = body.find(" ", int(place * half)) + 1
    end = body.find(" ", start + half)
    return body[start : end if end > start else None]
