"""Client libraries of Akismet, as they come from PyPI, npm and Debian."""

import subprocess
import sys

import pytest

from moderation.models import Comment, Decision
from moderation.status import Status
from tests.clients.conftest import absent, program

pytestmark = pytest.mark.django_db(transaction=True)
# What every script does, in its client's own words.
STEPS = {"valid key", "wrong key", "spam", "ham", "submit-spam", "submit-ham"}


def assert_learnt(passed: list[str], steps: set[str] = STEPS) -> None:
    """The client was content, and Winnow has what it said: one spam, one ham by people."""
    assert steps <= {line[3:] for line in passed}
    decided = Decision.objects.filter(actor_kind="key").values_list("to_status", flat=True)
    assert sorted(decided) == [Status.APPROVED, Status.SPAM]
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("script", ["pypi_akismet.py", "pypi_pykismet3.py"])
def test_pypi(run, pypi_packages, script):
    steps = STEPS if script == "pypi_akismet.py" else STEPS - {"valid key", "wrong key"}

    assert_learnt(run(sys.executable, script, PYTHONPATH=str(pypi_packages)), steps)


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
