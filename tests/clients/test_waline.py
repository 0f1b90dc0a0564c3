"""Waline, a comment server that asks Akismet before it publishes, as it comes from npm."""

import json
import os
import signal
import subprocess
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from moderation.models import Comment, Site
from moderation.status import Status
from project.children import end_with_parent
from tests.clients.conftest import HERE, install, program
from tests.clients.wordpress import free_port, mariadb
from tests.engines import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
WALINE = "@waline/vercel@1.39.3"
TABLES = """
CREATE TABLE wl_Comment (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT, comment TEXT,
  insertedAt TIMESTAMP NULL, ip VARCHAR(100), link VARCHAR(255), mail VARCHAR(255),
  nick VARCHAR(255), pid INT, rid INT, sticky BOOLEAN, status VARCHAR(50), `like` INT, ua TEXT,
  url VARCHAR(255), createdAt TIMESTAMP NULL, updatedAt TIMESTAMP NULL);
CREATE TABLE wl_Users (id INT AUTO_INCREMENT PRIMARY KEY, display_name VARCHAR(255),
  email VARCHAR(255), type VARCHAR(50), url VARCHAR(255), avatar VARCHAR(255),
  label VARCHAR(255), `2fa` VARCHAR(32));
"""
HAM = "We winnowed rice by hand on the farm."


@pytest.fixture
def packages(tmp_path):
    install("Waline", ["npm", "install", "--ignore-scripts", "--no-audit", WALINE], tmp_path)
    return tmp_path / "node_modules"


def test_waline_publishes_ham_and_hides_spam(winnow, packages, tmp_path, capsys):
    with waline(winnow, packages, tmp_path) as url:
        Site.objects.update(origins=[url])
        assert post(url, "Ada", HAM)["status"] == "approved"
        assert post(url, "viagra-test-123", "Cheap pills.")["status"] == "spam"
        assert thread(url) == ["Ada"]
    ham = Comment.objects.get(author_name="Ada")
    assert HAM in ham.body
    assert Comment.objects.get(author_name="viagra-test-123").status == Status.SPAM
    with capsys.disabled():
        print(f"\n{WALINE}: ham is published, spam is hidden")


@contextmanager
def waline(winnow, packages, folder):
    """Run a Waline on a database of its own; yield its address."""
    database = free_port()
    with mariadb(folder, port=database) as plug:
        client = program("mariadb", "mariadb-client-core")
        call = [client, f"--socket={plug}", "wordpress", "-e", TABLES]
        subprocess.run(call, check=True, timeout=60)
        with server(winnow, packages / "@waline" / "vercel", database) as url:
            yield url


@contextmanager
def server(winnow, program_folder, database):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    place = {"host": "127.0.0.1", "port": port}
    (program_folder / "config.js").write_text(f"module.exports = {json.dumps(place)}")
    environment = {
        **os.environ,
        **winnow.environment,
        **{"AKISMET_KEY": winnow.key, "SERVER_URL": url, "SITE_URL": url},
        **{"MYSQL_DB": "wordpress", "MYSQL_PORT": str(database), "MYSQL_USER": "root"},
        **{"MYSQL_PASSWORD": "none", "JWT_TOKEN": "secret", "IPQPS": "0"},
        "OAUTH_URL": 'data:application/json,{"services":[]}',  # else asked far away
    }
    preload = ("--require", str(HERE / "waline_here.cjs"))
    with (program_folder / "log").open("w+") as log:
        running = subprocess.Popen(
            [program("node", "nodejs"), *preload, str(program_folder / "vanilla.js")],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        try:
            is_up = wait_until(lambda: answers(url), alive=lambda: running.poll() is None)
            assert is_up, Path(log.name).read_text()
            yield url
        finally:
            running.terminate()
            running.wait()


def answers(url):
    with suppress(OSError):
        thread(url)
        return True
    return False


def thread(url):
    with urllib.request.urlopen(f"{url}/api/comment?path=/post/", timeout=30) as answer:
        return [comment["nick"] for comment in json.load(answer)["data"]["data"]]


def post(url, nick, text):
    fields = {"nick": nick, "mail": "", "link": "", "comment": text, "url": "/post/", "ua": "x"}
    request = urllib.request.Request(
        f"{url}/api/comment", json.dumps(fields).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]
