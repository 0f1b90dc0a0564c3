"""The programs that do the work, each with its flags and their reasons."""

import os
import signal
import sys
from pathlib import Path

from project.children import Child
from project.state import CannotStart

MOST_WEB_PROCESSES = 4  # each takes about 100 MB; four serve thousands of requests a second
# Every thread keeps a database connection: 4 x 4, and the workers, stay far below the
# 100 that PostgreSQL allows. Granian's own number of threads would exhaust them.
WEB_THREADS = 4
# The longest that Granian allows: a thread that is let go closes its database connection.
IDLE_THREAD_SECONDS = 600
# Connections that are kept alive do not end by themselves when asked to stop.
WEB_STOP_SECONDS = 2
# Celery fears pickled messages sent to root. Ours are JSON, and containers are often root.
QUIET_AS_ROOT = "ignore:You're running the worker with superuser"


def web(host: str, port: int, environment: dict[str, str]) -> Child:
    """Return the web server; it writes no access log, for addresses carry search words."""
    processes = number("WEB_PROCESSES", min(cpus(), MOST_WEB_PROCESSES))
    flags = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--http": "1",  # what proxies speak to us
        "--workers": str(processes),
        "--blocking-threads": str(number("WEB_THREADS", WEB_THREADS)),
        "--blocking-threads-idle-timeout": str(IDLE_THREAD_SECONDS),
        "--workers-kill-timeout": str(WEB_STOP_SECONDS),
        "--log-level": "warning",
    }
    switches = ["--no-ws", "--no-access-log", "--respawn-failed-workers"]
    words = [word for flag in flags.items() for word in flag]
    command = [sys.executable, "-m", "granian", *words, *switches, "project.wsgi:application"]
    return Child(name="web", command=command, environment=environment)


def worker(environment: dict[str, str]) -> Child:
    """Return the Celery worker."""
    processes = number("WORKER_PROCESSES", default_concurrency())
    return celery_worker("worker", environment, "--queues", "winnow", "-c", str(processes))


def sender(environment: dict[str, str]) -> Child:
    """Return a second worker for what leaves the machine: nobody here waits for others' servers.

    Its threads do nothing but wait; two, so that one run begins while another ends.
    """
    return celery_worker(
        "sender", environment, "--queues", "winnow-out", "--pool", "threads", "-c", "2"
    )


def celery_worker(name: str, environment: dict[str, str], *flags: str) -> Child:
    command = [
        *celery("worker"),
        *("--hostname", f"{name}@%h"),
        *flags,
        # Talk among workers about tasks and clocks: nothing here listens to it.
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    return Child(
        name=name,
        command=command,
        environment={**environment, "PYTHONWARNINGS": QUIET_AS_ROOT},
        # Nobody is left to wait for it, and a worker that has just lost its broker may heed
        # no softer signal. Its pool, even at work, asks for the same; leases free what it held.
        death_signal=signal.SIGKILL,
    )


def beat(folder: Path, environment: dict[str, str]) -> Child:
    """Return the clock that sends the sweeps."""
    command = [*celery("beat"), "--schedule", str(folder / "beat" / "schedule")]
    return Child(name="beat", command=command, environment=environment)


def celery(role: str) -> list[str]:
    level = os.getenv("LOG_LEVEL", "INFO").lower()
    return [sys.executable, "-m", "celery", "-A", "project", "-q", role, "--loglevel", level]


def default_concurrency() -> int:
    """Return 1 on SQLite, whose writers queue up behind each other; else one per processor."""
    url = os.getenv("DATABASE_URL", "")
    return 1 if not url or url.startswith("sqlite") else cpus()


def cpus() -> int:
    return len(os.sched_getaffinity(0))


def number(name: str, default: int) -> int:
    """Return a positive number from the environment."""
    value = os.getenv(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise CannotStart(f"{name} must be a number from 1 up, not {value!r}")
    return int(value)
