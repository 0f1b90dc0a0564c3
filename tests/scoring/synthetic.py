"""A small made-up world of spam and ham, the same on every call."""

import json
import random

from moderation.scoring.evidence import Evidence
from moderation.scoring.rows import Row

SPAM = ["cheap", "pills", "casino", "bonus", "loan", "viagra", "winner", "click", "crypto"]
HAM = ["garden", "recipe", "kernel", "thanks", "question", "weather", "music", "book", "tea"]
NEUTRAL = ["the", "and", "a", "of", "this", "is", "with", "for", "my", "your", "very", "good"]


def make_rows(count=240, sources=("blog:one", "blog:two", "video:one")):
    generator = random.Random(7)
    return [make_row(generator, number, sources) for number in range(count)]


def make_row(generator, number, sources):
    is_spam = number % 2 == 1
    words = generator.choices(SPAM if is_spam else HAM, k=6) + generator.choices(NEUTRAL, k=6)
    generator.shuffle(words)
    evidence = Evidence(
        body=" ".join(words),
        author_name=generator.choice(("Ann", "Bo", "Cy", "")),
        author_url="https://pills.example" if is_spam and number % 3 else "",
        article_title="Tea in the garden",
    )
    return Row(
        evidence=evidence,
        id=f"row{number}",
        is_spam=is_spam,
        source=sources[number // 2 % len(sources)],
        kind="train",
        lang="en",
    )


def as_line(row, **more):
    """Write a row as a line of a file."""
    return json.dumps(
        {
            "id": row.id,
            "text": row.evidence.body,
            "author": row.evidence.author_name,
            "url": row.evidence.author_url,
            "label": "spam" if row.is_spam else "ham",
            "source": row.source,
            "kind": row.kind,
            "lang": row.lang,
            **more,
        }
    )
