"""The laboratory: private engines, a migrated database, servers that are started and stopped."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median

from tests.engines import start_engines

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
PORT = 8765
WORDS = [
    "the",
    "a",
    "of",
    "grain",
    "wind",
    "chaff",
    "basket",
    "I",
    "we",
    "you",
    "think",
    "read",
    "really",
    "nice",
    "post",
    "about",
    "winter",
    "barn",
    "dust",
    "old",
    "way",
    "still",
    "works",
    "here",
    "my",
    "father",
    "used",
    "to",
    "say",
    "that",
    "every",
    "harvest",
    "needs",
    "patience",
    "and",
    "dry",
    "weather",
    "thanks",
    "for",
    "writing",
    "this",
    "down",
    "question",
    "does",
    "it",
    "also",
    "work",
    "with",
    "rice",
    "or",
    "lentils",
    "because",
    "ours",
    "were",
    "damp",
    "cheap",
    "offer",
    "watch",
    "buy",
    "now",
    "online",
    "free",
    "http://x.example/",
]


def open_lab() -> None:
    """Start the engines and Django on an empty, migrated database."""
    start_engines(sqlite=False)
    import django
    from django.core.management import call_command

    django.setup()
    create_database()
    call_command("migrate", verbosity=0)


def create_database() -> None:
    """Make the database if a private server was just started."""
    import psycopg
    from django.db import connection

    name = connection.settings_dict["NAME"]
    with suppress(psycopg.errors.DuplicateDatabase), connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')


def text(number: int, characters: int = 310) -> str:
    """Return made-up words of about that length, another text for every number."""
    words, length, seed = [f"Nr {number}."], 0, number
    while length < characters:
        seed = (seed * 1103515245 + 12345) % 2**31
        words.append(WORDS[seed // 65536 % len(WORDS)])
        length += len(words[-1]) + 1
    return " ".join(words)


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of the environment's Python until the block is left."""
    child = subprocess.Popen([sys.executable, "-m", *command])
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


@contextmanager
def web_server() -> Iterator[str]:
    """Run granian with one process and four threads, the same for every peer."""
    flags = "--interface wsgi --http 1 --workers 1 --blocking-threads 4 --no-ws --log-level error"
    with running("granian", *flags.split(), "--port", str(PORT), "project.wsgi:application"):
        url = f"http://127.0.0.1:{PORT}"
        for _ in range(200):
            with suppress(OSError):
                urllib.request.urlopen(f"{url}/healthz")
                break
            time.sleep(0.05)
        yield url


def wrk(url: str, script: str, *, seconds: int, connections: int = 8) -> float:
    """Return the requests a second that wrk counted, all of them answered with success."""
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install wrk")
    threads = ["-t1", f"-c{connections}", f"-d{seconds}s"]
    done = subprocess.run(
        ["wrk", *threads, "-s", script, url], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"some requests failed:\n{done.stdout}")
    return float(done.stdout.split("Requests/sec:")[1].split()[0])


def spread(values: list[float], unit: str = "") -> str:
    """Return the median and the range."""
    return f"{median(values):,.4g}{unit} ({min(values):,.4g} to {max(values):,.4g})"
