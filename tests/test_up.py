"""`manage.py up` as an operator meets it: real processes, on a state folder of their own."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest
import redis
from celery import Celery

from project.broker import free_port
from project.children import end_with_parent
from tests.engines import wait_until

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MASTER_KEY", "DJANGO_SETTINGS_MODULE")
STOP_SECONDS = 10
CANARY = "winnow:canary"


class Up:
    """One `manage.py up`, and what can be seen of it from outside."""

    def __init__(
        self, folder: Path, *, port: int = 0, environment: dict[str, str] | None = None
    ) -> None:
        self.folder, self.port = folder, port or free_port()
        given = {name: text for name, text in os.environ.items() if name not in OURS}
        self.popen = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port)],
            cwd=ROOT,
            env={**given, "VAR_DIR": str(folder), "WEB_PROCESSES": "1", **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )

    def is_healthy(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait_for(self, is_so) -> bool:
        return wait_until(is_so, alive=lambda: self.popen.poll() is None)

    def has_working_worker(self) -> bool:
        """Ask the worker for a sign of life, by the way that every nudge takes."""
        url = (self.folder / "redis_url").read_text()
        with redis.Redis.from_url(url) as broker, Celery(broker=url, set_as_current=False) as app:
            broker.delete(CANARY)
            app.send_task("tasks.upkeep.sing", queue="winnow")
            return self.wait_for(lambda: broker.exists(CANARY))

    def refusal(self) -> str:
        """Return the only line of a start that was refused."""
        output, _ = self.popen.communicate(timeout=30)
        assert self.popen.returncode == 1, output
        [line] = output.splitlines()
        return line

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> str:
        self.popen.send_signal(with_signal)
        return self.popen.communicate(timeout=STOP_SECONDS)[0]


def programs(folder: Path) -> dict[int, str]:
    """Return the running programs of a state folder: their ids and command lines."""
    mark = f"VAR_DIR={folder}\0".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has just ended, or belongs to somebody else
            continue
    return found


def kill(folder: Path, words: str) -> None:
    """Kill the programs whose command line has these words; return when they are gone."""
    victims = {number for number, command in programs(folder).items() if words in command}
    for number in victims:
        os.kill(number, signal.SIGKILL)
    assert victims
    assert wait_until(lambda: victims.isdisjoint(programs(folder)), alive=lambda: True)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A whole Winnow that answers."""
    up = Up(tmp_path_factory.mktemp("running"))
    try:
        assert up.wait_for(up.is_healthy), up.stop()
        yield up
    finally:
        up.popen.kill()
        up.popen.communicate()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A state folder after a first run, and what that run printed."""
    up = Up(tmp_path_factory.mktemp("stopped"))
    assert up.wait_for(up.is_healthy), up.stop()
    output = up.stop()
    assert up.popen.returncode == 0
    assert programs(up.folder) == {}
    return up.folder, output


@pytest.fixture
def used_folder(stopped: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of a state folder that was in use."""
    return Path(shutil.copytree(stopped[0], tmp_path / "var"))


# --- It runs --------------------------------------------------------------------------


def test_first_run_names_address_account_and_demo(stopped):
    _, output = stopped

    for word in ("http://127.0.0.1:", "admin", "password: ", "/demo/"):
        assert word in output


def test_state_is_for_its_owner_only(running):
    open_to_others = [
        path
        for path in (running.folder, *running.folder.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]

    assert open_to_others == []
    assert {path.name for path in (running.folder / "secrets").iterdir()} == {
        "master_key",
        "secret_key",
    }


def test_password_of_the_broker_is_in_no_command_line(running):
    password = (running.folder / "redis_url").read_text().split("@")[0].split(":")[-1]

    assert len(password) >= 32
    assert [line for line in programs(running.folder).values() if password in line] == []


def test_killed_worker_returns(running):
    kill(running.folder, " worker ")

    assert running.has_working_worker()


def test_killed_valkey_returns_at_its_address(running):
    address = (running.folder / "redis_url").read_text()
    kill(running.folder, "valkey-server")

    with redis.Redis.from_url(address) as broker:
        assert running.wait_for(lambda: answers(broker))
    assert running.has_working_worker()


def answers(broker: "redis.Redis") -> bool:
    try:
        return bool(broker.ping())
    except redis.ConnectionError:
        return False


def test_killed_web_server_returns(running):
    kill(running.folder, "granian")

    assert running.wait_for(running.is_healthy)


def test_killed_supervisor_leaves_nothing_and_can_start_again(used_folder):
    first = Up(used_folder)
    assert first.wait_for(first.is_healthy), first.stop()

    first.stop(signal.SIGKILL)
    second = Up(used_folder)

    old = {number for number in programs(used_folder) if number != second.popen.pid}
    assert second.wait_for(second.is_healthy), second.stop()
    assert old.isdisjoint(programs(used_folder))
    second.stop()
    assert programs(used_folder) == {}


# --- It refuses -----------------------------------------------------------------------


def test_second_supervisor_is_refused(running):
    line = Up(running.folder).refusal()

    assert "another supervisor runs" in line
    assert running.is_healthy()


def test_taken_port_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = Up(tmp_path, port=port).refusal()

    assert f"port {port}" in line


def test_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "a-file").write_text("in the way")

    line = Up(tmp_path / "a-file" / "var").refusal()

    assert "cannot write to the state folder" in line


def test_newer_database_is_refused(used_folder):
    with sqlite3.connect(used_folder / "winnow.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('moderation', '9999_from_the_future', '2030-01-01')"
        )
    database.close()

    line = Up(used_folder).refusal()

    assert "newer than this code" in line
    assert "9999_from_the_future" in line


def test_lost_master_key_is_not_replaced(used_folder):
    (used_folder / "secrets" / "master_key").unlink()

    line = Up(used_folder).refusal()

    assert "master key" in line
    assert not (used_folder / "secrets" / "master_key").exists()


@pytest.mark.parametrize(("name", "scheme"), [("DATABASE_URL", "postgres"), ("REDIS_URL", "redis")])
def test_engine_that_does_not_answer_is_refused(tmp_path, name, scheme):
    url = f"{scheme}://winnow:hush@127.0.0.1:{free_port()}/0"

    line = Up(tmp_path, environment={name: url}).refusal()

    assert f"{name} does not answer" in line
    assert "hush" not in line


def test_comments_are_scored_as_the_demo_site_would(stopped):
    folder, output = stopped
    site = re.search(r"site: (\S+)", output)[1]
    given = {name: text for name, text in os.environ.items() if name not in OURS}

    done = subprocess.run(
        [sys.executable, "manage.py", "score", "--site", site],
        input='{"id": 1, "text": "Dry, of course.", "email": "marek@example.net"}\n',
        cwd=ROOT,
        env={**given, "VAR_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["id"] == 1


def test_a_command_without_a_database_is_told_in_a_line(used_folder):
    (used_folder / "winnow.sqlite3").unlink()
    given = {name: text for name, text in os.environ.items() if name not in OURS}

    done = subprocess.run(
        [sys.executable, "manage.py", "export_comments", "--site", str(uuid4())],
        cwd=ROOT,
        env={**given, "VAR_DIR": str(used_folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("winnow: the database cannot be used: no such table")
    assert done.stderr.count("\n") == 1


def test_secrets_survive_a_restart(used_folder):
    before = (used_folder / "secrets" / "master_key").read_text()
    up = Up(used_folder)
    assert up.wait_for(up.is_healthy), up.stop()

    output = up.stop()

    assert (used_folder / "secrets" / "master_key").read_text() == before
    assert "password" not in output
