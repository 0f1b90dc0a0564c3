"""A running Winnow for clients in other languages, and the clients themselves.

They are installed from PyPI, npm and Debian into temporary folders. What cannot be installed
is said aloud at the end, and its tests are skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from moderation.services.sites import create_site
from tests.engines import missing

HERE = Path(__file__).parent
BLOG = "http://blog.example"
RUN_SECONDS = 120
NPM = ("akismet-api@6.0.0", "@cedx/akismet@16.2.1", "akismet@2.0.7")
# By script, for three of them are called `akismet`.
PYPI = {
    "pypi_akismet.py": ("akismet==25.10.1",),
    "pypi_akismet_async.py": ("akismet-async==0.0.1",),
    "pypi_pykismet3.py": ("pykismet3==0.1.1",),
    "pypi_python_akismet.py": ("python-akismet==0.4.3", "requests"),
}


@dataclass(frozen=True)
class Winnow:
    """Where it runs, and the key of its one site."""

    url: str
    key: str
    review_key: str
    blog: str = BLOG

    @property
    def environment(self) -> dict[str, str]:
        return {
            "WINNOW_URL": self.url,
            "WINNOW_PORT": str(urlsplit(self.url).port),
            "WINNOW_KEY": self.key,
            "WINNOW_BLOG": self.blog,
        }


@pytest.fixture
def winnow(live_server, settings) -> Winnow:
    # Some clients cannot be told another host: they find us under this one.
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "rest.akismet.com"]
    made = create_site("Blog", BLOG)
    return Winnow(live_server.url, made.plugin_key, made.review_key)


@pytest.fixture
def run(winnow: Winnow, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """Run a client's script; return and show what it says that passed."""

    def run(*command: str, **environment: str) -> list[str]:
        done = subprocess.run(
            command,
            env={**os.environ, **winnow.environment, **environment},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            cwd=HERE,
        )
        passed = [line for line in done.stdout.splitlines() if line.startswith("ok ")]
        with capsys.disabled():
            print(f"\n{Path(command[-1]).name}: " + ", ".join(line[3:] for line in passed))
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return passed

    return run


@pytest.fixture(scope="session")
def npm_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clients of npm."""
    folder = tmp_path_factory.mktemp("npm")
    install("npm clients", ["npm", "install", "--no-audit", "--no-fund", *NPM], folder)
    return folder / "node_modules"


def pypi_packages(script: str, folder: Path) -> Path:
    """Fill a folder with a client of PyPI, apart from Winnow's own packages."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
    install("PyPI clients", [*pip, *PYPI[script]], folder)
    return folder


def install(name: str, command: list[str], folder: Path) -> None:
    """Run an installer, or skip the test and say so at the end."""
    if shutil.which(command[0]):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=RUN_SECONDS)
        if done.returncode == 0:
            return
    absent(name, " ".join(command))


def absent(name: str, command: str) -> None:
    """Note what the machine lacks; a failure where CI=true, a skip elsewhere."""
    missing[name] = command
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name}: missing")
    pytest.skip(f"{name}: missing")


def program(name: str, package: str) -> str:
    """Return a program's path, or skip and name the Debian package that brings it."""
    if not (path := shutil.which(name)):
        absent(name, f"apt-get install {package}")
    return str(path)
