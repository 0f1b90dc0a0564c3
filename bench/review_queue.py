"""The queue page of 50: database time beside raw SQL, at 1,000 and at 100,000 comments.

.venv/bin/python -m bench.review_queue [ROUNDS]
.venv/bin/python -m bench.review_queue floods [ROUNDS]

The second is the moderators' page, where campaigns are collapsed: 100,000 comments without
campaigns, then with floods among them.
"""

import re
import sys
import time
from html import unescape
from statistics import median

from bench.lab import open_lab, text

SIZES = (1_000, 100_000)
# How many campaigns of how many members, the last one the newest.
FLOODS = {
    "none": [],
    "50 of 200 and one of 20,000": [(50, 200), (1, 20_000)],
    "one of 50,000": [(1, 50_000)],
    "2,000 of 5": [(2_000, 5)],
}
LIMIT = 50
RAW = """
SELECT c.*, a.url, a.title, s.name FROM moderation_comment c
JOIN moderation_article a ON a.id = c.article_id JOIN moderation_site s ON s.id = c.site_id
WHERE c.site_id = %s AND c.status = 'pending' AND c.erased_at IS NULL
AND (c.scored_at IS NOT NULL OR c.created_at < now() - interval '1 minute'){deeper}
ORDER BY c.id DESC LIMIT 51
"""


def main(rounds: int = 200) -> None:
    open_lab()
    from django.test import Client

    from moderation.services.sites import create_site

    made = create_site("Bench", "https://blog.example")
    client = Client(headers={"Authorization": f"Bearer {made.review_key}"}, SERVER_NAME="localhost")
    found: dict[tuple[str, int], tuple[float, float, int]] = {}
    stored = 0
    for size in SIZES:
        fill(made.site, size - stored)
        stored = size
        for place, cursor in (("first page", ""), ("deep page", deep_cursor(made.site, size))):
            found[place, size] = measure(client, made.site, cursor, rounds)
    print("| page | comments | statements | database ms | raw SQL ms | ratio |")
    print("|---|---|---|---|---|---|")
    for (place, size), (own, raw, statements) in found.items():
        print(f"| {place} | {size:,} | {statements} | {own:.3f} | {raw:.3f} | {own / raw:.2f} |")
    for place in ("first page", "deep page"):
        small, large = (found[place, size][0] for size in SIZES)
        print(f"{place}: {SIZES[1]:,} / {SIZES[0]:,} comments = {large / small:.2f} x the time")


def measure(client, site, cursor: str, rounds: int) -> tuple[float, float, int]:
    """Return median milliseconds of the page's statements and of raw SQL, in turns."""
    from django.db import connection

    own, raw, statements = [], [], []

    def clock(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    for _ in range(rounds):
        spent: list[float] = []
        with connection.execute_wrapper(clock):
            answer = client.get(
                "/api/v1/queue/", {"limit": LIMIT, **({"cursor": cursor} if cursor else {})}
            )
        assert len(answer.json()["results"]) == LIMIT
        own.append(sum(spent))
        statements.append(len(spent))
        raw.append(raw_time(site, cursor))
    return median(own) * 1000, median(raw) * 1000, max(statements[1:])


def raw_time(site, cursor: str) -> float:
    """Fetch the same rows with one hand-written statement."""
    from django.db import connection

    from moderation.models.pages import ORDERS, read_cursor

    params = [site.pk.hex]
    if cursor:
        params.append(read_cursor(cursor, ORDERS["newest"])[1][0].hex)
    sql = RAW.format(deeper=" AND c.id < %s" if cursor else "")
    with connection.cursor() as database:
        began = time.perf_counter()
        database.execute(sql, params)
        spent = time.perf_counter() - began
        rows = database.fetchall()
    assert len(rows) == LIMIT + 1
    return spent


def deep_cursor(site, size: int) -> str:
    from moderation.models import Comment
    from moderation.models.pages import ORDERS, write_cursor

    row = Comment.objects.filter(site=site).order_by("-id")[size * 9 // 10 - 1]
    return write_cursor(row, ORDERS["newest"], backwards=False)


def floods(rounds: int = 40) -> None:
    """Measure the moderators' page of one queue with different floods in it, one by one."""
    open_lab()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from moderation.models import Comment
    from moderation.services.sites import create_site

    site = create_site("Bench", "https://blog.example").site
    client = Client(SERVER_NAME="localhost")
    user = User.objects.create_user("bench")
    site.memberships.create(user=user)
    client.force_login(user)
    fill(site, SIZES[1])
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # gathering a flood takes a while
    plain: dict[tuple[str, str], float] = {}
    print(
        "| campaigns among 100,000 | order | page | statements | database ms | page ms | x none |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, campaigns in FLOODS.items():
        Comment.objects.exclude(campaign=None).update(campaign=None)
        gather(site, campaigns)
        analyze()
        for order in ("newest", "score", "uncertain"):
            for place, pages in (("first", 0), ("11th", 10)):
                own, whole, statements = page_time(client, order, pages, rounds)
                ratio = own / plain.setdefault((order, place), own)
                row = (name, order, place, statements, f"{own:.2f}", f"{whole:.1f}")
                print(f"| {' | '.join(map(str, row))} | {ratio:.2f} |", flush=True)


def gather(site, campaigns) -> None:
    """Make the newest comments of a site members of campaigns."""
    from moderation.models import Campaign, Comment

    newest = iter(Comment.objects.filter(site=site).order_by("-id").values_list("pk", flat=True))
    for number, members in reversed(campaigns):
        made = Campaign.objects.bulk_create(Campaign() for _ in range(number))
        chosen = [pk for pk, _n in zip(newest, range(number * members), strict=False)]
        for place, campaign in enumerate(made):
            Comment.objects.filter(pk__in=chosen[place::number]).update(campaign=campaign)


def page_time(client, order: str, pages: int, rounds: int) -> tuple[float, float, int]:
    """Return median milliseconds of the page's statements and of all of it."""
    from django.db import connection

    address = f"/moderate/?order={order}"
    for _ in range(pages):
        html = client.get(address).content.decode()
        [found] = re.findall(r'rel="next" href="([^"]+)"', html)
        address = unescape(found)
    own, whole, statements = [], [], []

    def clock(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - began)

    for _ in range(rounds):
        spent: list[float] = []
        began = time.perf_counter()
        with connection.execute_wrapper(clock):
            assert client.get(address).status_code == 200
        whole.append(time.perf_counter() - began)
        own.append(sum(spent))
        statements.append(len(spent))
    return median(own) * 1000, median(whole) * 1000, max(statements[1:])


def fill(site, count: int) -> None:
    """Store scored comments that wait for people, and let the database take its statistics."""
    from django.utils import timezone

    from moderation.models import Article, Comment
    from moderation.scoring.doubt import place_of
    from moderation.services.addresses import seal_email

    article, _made = Article.objects.get_or_create(site=site, url="https://blog.example/")
    reasons = [{"feature": "words", "text": "“offer”", "weight": 1.0, "span": [0, 5]}] * 5
    now = timezone.now()
    for begin in range(0, count, 5000):
        comments = []
        for number in range(begin, min(begin + 5000, count)):
            score = number % 1000 / 1000
            comment = Comment(
                site=site,
                article=article,
                author_name=f"Visitor {number}",
                body=text(number),
                source="api",
                request_digest=b"",
                scored_at=now,
                score=score,
                doubt=place_of(score, site.policy, came_at=now, told=0.0),
                reasons=reasons,
            )
            seal_email(comment, f"visitor{number}@example.org")
            comments.append(comment)
        Comment.objects.bulk_create(comments, batch_size=1000)
    analyze()


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE moderation_comment")


if __name__ == "__main__":
    if sys.argv[1:2] == ["floods"]:
        floods(*map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
