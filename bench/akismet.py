"""Akismet's comment-check: requests a second and waiting times, beside the plain intake.

.venv/bin/python -m bench.akismet [ROUNDS] [SECONDS]

The check stores a comment and judges it before it answers; the intake only stores one. Each
client sends its next request when it has the answer to the last.
"""

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

from bench.lab import open_lab, spread, text, web_server

CLIENTS = (1, 20)
Request = tuple[str, bytes, dict[str, str]]


def main(rounds: int = 3, seconds: int = 6) -> None:
    open_lab()
    from moderation.services.sites import create_site

    made = create_site("Bench", "https://blog.example")
    doors: dict[str, Callable[[int], Request]] = {
        "comment-check": lambda number: check(made.plugin_key, number),
        "intake": lambda number: submit(made.key, number),
    }
    print("| door | clients | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|")
    with web_server() as url:
        for clients in CLIENTS:
            for name, request in doors.items():
                measured = [run(url, request, clients, seconds) for _ in range(rounds + 1)][1:]
                columns = [spread(list(values)) for values in zip(*measured, strict=True)]
                print(f"| {name} | {clients} | {' | '.join(columns)} |", flush=True)


counter = iter(range(sys.maxsize))  # no two requests are the same comment


def run(
    url: str, request: Callable[[int], Request], clients: int, seconds: int
) -> tuple[float, float, float]:
    """Return requests a second, and the median and 99th percentile of the milliseconds."""
    waits: list[float] = []
    deadline = time.perf_counter() + seconds

    def visit() -> None:
        server = http.client.HTTPConnection(urlsplit(url).netloc)
        while (began := time.perf_counter()) < deadline:
            path, body, headers = request(next(counter))
            server.request("POST", path, body, headers)
            answer = server.getresponse()
            said = answer.read()
            if answer.status not in (200, 201) or said == b"invalid":
                raise AssertionError(said)
            waits.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=visit) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    percentiles = quantiles(waits, n=100)
    return len(waits) / seconds, percentiles[49], percentiles[98]


def check(key: str, number: int) -> Request:
    fields = {
        "api_key": key,
        "blog": "https://blog.example",
        "user_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "permalink": f"https://blog.example/{number % 50}/",
        "comment_author": "Bo",
        "comment_author_email": f"bo{number % 500}@example.org",
        "comment_content": f"{text(number)} {number}",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return "/1.1/comment-check", urlencode(fields).encode(), headers


def submit(key: str, number: int) -> Request:
    body = {
        "article": {"url": f"https://blog.example/{number % 50}/"},
        "author": {"name": "Bo", "email": f"bo{number % 500}@example.org"},
        "body": f"{text(number)} {number}",
    }
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return "/api/v1/comments/", json.dumps(body).encode(), headers


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
