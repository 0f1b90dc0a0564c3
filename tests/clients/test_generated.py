"""Clients that generators write from the schema do the README's round trip."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from moderation.models import Comment, Decision
from moderation.services.sites import create_site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_broker]
HERE = Path(__file__).parent
GENERATOR = "openapi-python-client==0.29.1"
NPM = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3")
INSTALL_SECONDS = 300
RUN_SECONDS = 60


@pytest.fixture
def schema(tmp_path):
    path = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(path))
    return path


@pytest.fixture
def winnow(live_server, worker):
    """A running service, with the worker that scores what comes in."""
    made = create_site("Blog", "https://blog.example")
    return live_server.url, made.review_key


def run(*command, cwd, seconds=RUN_SECONDS):
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_done(said):
    assert said.strip().endswith("round trip")
    assert Comment.objects.count() == 2
    assert Decision.objects.filter(actor_kind="key").count() == 2


def test_openapi_python_client(winnow, schema, tmp_path):
    run(sys.executable, "-m", "venv", "generator", cwd=tmp_path)
    python = str(tmp_path / "generator/bin/python")
    run(python, "-m", "pip", "install", "-q", GENERATOR, cwd=tmp_path, seconds=INSTALL_SECONDS)
    generate = ["generate", "--path", str(schema), "--meta", "none"]
    run(
        str(tmp_path / "generator/bin/openapi-python-client"),
        *generate,
        "--output-path",
        "winnow_client",
        cwd=tmp_path,
    )
    shutil.copy(HERE / "generated_python.py", tmp_path)

    assert_done(run(python, "generated_python.py", *winnow, cwd=tmp_path))


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is missing: apt-get install npm")
def test_openapi_typescript(winnow, schema, tmp_path):
    run("npm", "install", "--silent", "--no-audit", *NPM, cwd=tmp_path, seconds=INSTALL_SECONDS)
    # What has a default may be left out of a request.
    optional = "--default-non-nullable=false"
    run("npx", "openapi-typescript", str(schema), optional, "-o", "winnow.ts", cwd=tmp_path)
    shutil.copy(HERE / "generated_typescript.ts", tmp_path)
    strict = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"]
    (tmp_path / "package.json").write_text('{"type": "module"}')
    run("npx", "tsc", *strict, "generated_typescript.ts", cwd=tmp_path)

    assert_done(run("node", "generated_typescript.js", *winnow, cwd=tmp_path))
