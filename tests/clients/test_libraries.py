"""Client libraries of Akismet, as they come from PyPI, npm and Debian."""

import subprocess
import sys
from pathlib import Path

import pytest

from moderation.models import Comment, Decision
from moderation.status import Status
from tests.clients.conftest import PYPI, absent, program, pypi_packages

pytestmark = pytest.mark.django_db(transaction=True)
# What every script does, in its client's own words.
STEPS = {"valid key", "wrong key", "spam", "ham", "submit-spam", "submit-ham"}
VERIFYING = {"valid key", "wrong key"}
GO_PATH = "/usr/share/gocode"  # where Debian's packages of Go lie


def assert_learnt(passed: list[str], steps: set[str] = STEPS) -> None:
    """The client was content, and Winnow has what it said: one spam, one ham by people."""
    assert steps <= {line[3:] for line in passed}
    decided = Decision.objects.filter(actor_kind="key").values_list("to_status", flat=True)
    assert sorted(decided) == [Status.APPROVED, Status.SPAM]
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("script", PYPI)
def test_pypi(run, tmp_path, script):
    folder = pypi_packages(script, tmp_path)
    can_verify = script in {"pypi_akismet.py", "pypi_akismet_async.py"}

    passed = run(sys.executable, script, PYTHONPATH=str(folder))

    assert_learnt(passed, STEPS if can_verify else STEPS - VERIFYING)


@pytest.mark.parametrize("script", ["npm_akismet_api.cjs", "npm_cedx.cjs", "npm_akismet.cjs"])
def test_npm(run, npm_packages, script):
    assert_learnt(run(program("node", "nodejs"), script, CLIENTS=str(npm_packages)))


def test_ruby_akismet(run):
    ruby = program("ruby", "ruby ruby-akismet")
    if subprocess.run([ruby, "-e", "require 'akismet'"], capture_output=True).returncode:
        absent("ruby-akismet", "apt-get install ruby-akismet")

    assert_learnt(run(ruby, "ruby_akismet.rb"))


def test_perl_net_akismet(run):
    perl = program("perl", "perl")
    if subprocess.run([perl, "-e", "use Net::Akismet"], capture_output=True).returncode:
        absent("Net::Akismet", "apt-get install libnet-akismet-perl")

    assert_learnt(run(perl, "perl_net_akismet.pl"))


def test_go_akismet(run, tmp_path):
    go = program("go", "golang-go golang-github-adtac-go-akismet-dev")
    if not Path(GO_PATH, "src/github.com/adtac/go-akismet").exists():
        absent("go-akismet", "apt-get install golang-github-adtac-go-akismet-dev")

    passed = run(
        *(go, "run", "go_akismet.go"),
        GOPATH=GO_PATH,
        GO111MODULE="off",
        GOCACHE=str(tmp_path),
    )

    assert_learnt(passed, STEPS - VERIFYING)
