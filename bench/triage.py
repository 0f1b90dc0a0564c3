"""Triage: comments a second through a real worker, beside one Celery task per comment.

.venv/bin/python -m bench.triage [ROUNDS] [COMMENTS]
"""

import sys
import time

from bench.lab import open_lab, running, spread, text

WORKER = "celery -A bench.worker -q worker --concurrency 1 --without-gossip --without-mingle"
ONE_BY_ONE = 10  # that many times fewer comments for the slow peer


def main(rounds: int = 5, count: int = 20_000) -> None:
    open_lab()
    from celery import current_app

    from moderation.models import Comment
    from moderation.services.nudge import SCORE_WAITING
    from moderation.services.sites import create_site

    site = create_site("Bench", "https://blog.example").site
    rates: dict[str, list[float]] = {"winnow": [], "one task each": []}
    with running(*WORKER.split(), "--loglevel", "error"):
        for number in range(rounds + 1):  # the first round warms up
            fill(site, count, number)
            began = time.perf_counter()
            current_app.send_task(SCORE_WAITING)
            wait(Comment.objects.filter(scored_at=None))
            batched = count / (time.perf_counter() - began)

            ids = fill(site, count // ONE_BY_ONE, number)
            began = time.perf_counter()
            for pk in ids:
                current_app.send_task("bench.score_one", [str(pk)])
            wait(Comment.objects.filter(scored_at=None))
            single = len(ids) / (time.perf_counter() - began)
            if number:
                rates["winnow"].append(batched)
                rates["one task each"].append(single)
    for name, values in rates.items():
        print(f"{name:<14} {spread(values)} comments/s per worker")
    pairs = zip(*rates.values(), strict=True)
    print(f"winnow / one task each: {spread([own / other for own, other in pairs])}")


def fill(site, count: int, number: int) -> list[object]:
    """Store comments that wait, by a thousand authors under ten articles."""
    from moderation.models import Article, Comment
    from moderation.services.addresses import seal_email

    articles = [
        Article.objects.get_or_create(site=site, url=f"https://blog.example/{n}/")[0]
        for n in range(10)
    ]
    comments = []
    for n in range(count):
        comment = Comment(
            site=site,
            article=articles[n % 10],
            author_name=f"Visitor {n % 1000}",
            body=text(number * count + n),
            source="api",
            request_digest=b"",
        )
        seal_email(comment, f"visitor{n % 1000}@example.org")
        comments.append(comment)
    Comment.objects.bulk_create(comments, batch_size=2000)
    return [comment.pk for comment in comments]


def wait(rows) -> None:
    while rows.exists():
        time.sleep(0.01)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
