"""Live traffic beside an import: how long visitors and moderators wait, with and without it.

.venv/bin/python -m bench.import_traffic [SECONDS]

Comments are posted and the queue is read at fixed times, whether the answers before have come
or not; a wait is counted from when the request was due. A worker scores and learns.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from bench.imports import ROOT, write_export
from bench.lab import open_lab, running, text, web_server

COMMENTS = 200_000
STANDING = 20_000  # comments that the site has before
POSTS_A_SECOND, PAGES_A_SECOND = 10, 2
WARM_UP_SECONDS = 3
Send = Callable[[int], urllib.request.Request]


def main(seconds: int = 30) -> None:
    open_lab()
    from moderation.models import Comment, Decision
    from moderation.services.sites import create_site

    made = create_site("Bench", "https://blog.example")
    worker = ["celery", "-A", "project", "-q", "worker", "--concurrency=1", "--loglevel=ERROR"]
    with tempfile.TemporaryDirectory() as folder, running(*worker), web_server() as url:
        small, large = Path(folder) / "small.xml", Path(folder) / "large.xml"
        write_export(small, STANDING)
        write_export(large, COMMENTS)
        importing(str(made.site.pk), small).wait()
        doors: dict[str, tuple[int, Send]] = {
            "POST comment": (POSTS_A_SECOND, lambda number: post(url, made.key, number)),
            "queue": (PAGES_A_SECOND, lambda _number: queue(url, made.review_key)),
        }
        wait_for(
            lambda: (
                not Comment.objects.waiting().exists() and not Decision.objects.unlearned().exists()
            )
        )
        waits_of(doors, WARM_UP_SECONDS)
        print("| | p50 ms | p99 ms | answers |\n|---|---|---|---|", flush=True)
        tell("without", waits_of(doors, seconds))
        child = importing(str(made.site.pk), large)
        try:
            standing = Comment.objects.count()
            wait_for(lambda: Comment.objects.count() > standing + 1_000)  # it reads first
            tell("with an import", waits_of(doors, seconds))
            assert child.poll() is None, "the import was over too soon"
        finally:
            child.kill()
            child.wait()


def importing(site: str, file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "import_comments", str(file), "--site", site]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def wait_for(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.5)


def waits_of(doors: dict[str, tuple[int, Send]], seconds: int) -> dict[str, list[float]]:
    """Knock at each door so many times a second; return the milliseconds waited."""
    waits: dict[str, list[float]] = {name: [] for name in doors}
    threads = [
        threading.Timer(
            number / rate, knock, (waits[name], send, time.perf_counter() + number / rate)
        )
        for name, (rate, send) in doors.items()
        for number in range(rate * seconds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def knock(waits: list[float], send: Send, due: float) -> None:
    with urllib.request.urlopen(send(next(counter)), timeout=60) as answer:
        answer.read()
    waits.append((time.perf_counter() - due) * 1000)


counter = iter(range(10_000_000, sys.maxsize))  # no two comments are the same


def post(url: str, key: str, number: int) -> urllib.request.Request:
    body = {
        "article": {"url": f"https://blog.example/{number % 50}/"},
        "author": {"name": "Bo", "email": f"bo{number % 500}@example.org"},
        "body": f"{text(number)} {number}",
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return urllib.request.Request(f"{url}/api/v1/comments/", json.dumps(body).encode(), headers)


def queue(url: str, key: str) -> urllib.request.Request:
    headers = {"Authorization": f"Bearer {key}"}
    return urllib.request.Request(f"{url}/api/v1/queue/?limit=50", headers=headers)


def tell(what: str, waits: dict[str, list[float]]) -> None:
    for name, found in waits.items():
        percentiles = quantiles(found, n=100)
        print(
            f"| {name} {what} | {percentiles[49]:.0f} | {percentiles[98]:.0f} | {len(found)} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
