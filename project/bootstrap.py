"""Run a command inside the project's own .venv, made and filled when it has to be.

One rule: with WINNOW_VENV=off the interpreter that was called is used as it is and
nothing is installed. Otherwise every command runs in .venv.

Only the standard library may be imported here; the rest is what gets installed.
"""

import fcntl
import hashlib
import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
MADE_STAMP = VENV / "made-with"
RUN_REQUIREMENTS = ROOT / "requirements.txt"
TEST_REQUIREMENTS = ROOT / "tests" / "requirements.txt"
# They read no state: no secret of it is needed, and any will do.
STATELESS = {"score", "train", "evaluate"}
LAST_LINES = 12  # of pip's output: the cause is at its end
INTERRUPTED = 130  # what shells report for Ctrl-C
UNHEARD = 141  # and for a pipe that nobody reads any more


class CannotInstall(Exception):
    """The environment could not be made; the message says what to do about it."""


def main(arguments: list[str]) -> None:
    """Run one command; does not return when another interpreter takes over."""
    try:
        if os.getenv("WINNOW_VENV") != "off":
            enter_venv(arguments)
        run(arguments)
    except CannotInstall as refusal:
        sys.exit(f"winnow: {refusal}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def run(arguments: list[str]) -> None:
    match arguments:
        case ["test", *rest]:
            run_tests(rest)
        case ["up", *rest]:
            sys.path.insert(0, str(ROOT))
            from project.supervisor import up

            sys.exit(up(rest))
        case _:
            run_django(arguments)


def run_tests(arguments: list[str]) -> NoReturn:
    # The plugin by name: it must start the engines before pytest-django reads the settings.
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-p", "tests.engines", *arguments])


def run_django(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    sys.path.insert(0, str(ROOT))
    if is_stateless(arguments):
        for name in ("SECRET_KEY", "MASTER_KEY"):
            os.environ.setdefault(name, secrets.token_urlsafe())
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(["manage.py", *arguments])
        sys.stdout.flush()
    except ImproperlyConfigured as refusal:
        sys.exit(f"winnow: {refusal}")
    except (OperationalError, ProgrammingError) as error:
        cause = str(error).partition("\n")[0]
        sys.exit(f"winnow: the database cannot be used: {cause}. Did `up` or `migrate` run?")
    except BrokenPipeError:  # who reads has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNHEARD)


def is_stateless(arguments: list[str]) -> bool:
    """Say whether a command reads no state: unless it is asked about a site of this place."""
    asks = any(argument.startswith("--si") for argument in arguments)
    return bool(STATELESS.intersection(arguments[:1])) and not asks


# --- The environment ------------------------------------------------------------------


def enter_venv(arguments: list[str]) -> None:
    """Return inside .venv, with everything installed that this command needs."""
    wanted = TEST_REQUIREMENTS if arguments[:1] == ["test"] else RUN_REQUIREMENTS
    if not is_ready(wanted):
        prepare_venv(wanted)
    if Path(sys.prefix) != VENV:
        manage = str(ROOT / "manage.py")
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), manage, *arguments])


def is_ready(requirements: Path) -> bool:
    return is_made() and read(stamp_of(requirements)) == digest(requirements)


def is_made() -> bool:
    """Tell whether .venv was finished, and for the Python that it still points to."""
    return VENV_PYTHON.exists() and read(MADE_STAMP) == os.path.realpath(VENV_PYTHON)


def stamp_of(requirements: Path) -> Path:
    return VENV / f"installed-{requirements.parent.name if requirements.parent != ROOT else 'run'}"


def digest(requirements: Path) -> str:
    """Return a fingerprint of a requirements file; the tests' includes the run-time one."""
    contents = RUN_REQUIREMENTS.read_bytes() + b"\0" + requirements.read_bytes()
    return hashlib.sha256(contents).hexdigest()


def read(stamp: Path) -> str | None:
    try:
        return stamp.read_text()
    except OSError:
        return None


def prepare_venv(requirements: Path) -> None:
    with alone():
        if not is_made():
            make_venv()
        if not is_ready(requirements):
            install(requirements)


@contextmanager
def alone() -> Iterator[None]:
    """Let one installation run at a time; the others wait and then find it done."""
    try:
        VENV.mkdir(exist_ok=True)
        folder = os.open(VENV, os.O_RDONLY)
    except OSError as error:
        raise CannotInstall(f"cannot write to {VENV}: {error.strerror}.") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_venv() -> None:
    # Debian leaves ensurepip out of its python3 package.
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise CannotInstall(
            "Python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv"
        )
    say("Making .venv ...")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    run_quietly(command, failure=f"{VENV} could not be made")
    MADE_STAMP.write_text(os.path.realpath(VENV_PYTHON))


def install(requirements: Path) -> None:
    """Install a requirements file with pip, which takes its settings from its own places."""
    say(f"Installing {requirements.relative_to(ROOT)} (once, until it changes) ...")
    stamp_of(requirements).unlink(missing_ok=True)
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    command = [*pip, "--disable-pip-version-check", "--requirement", str(requirements)]
    run_quietly(command, failure=f"pip could not install {requirements.relative_to(ROOT)}")
    for installed in {RUN_REQUIREMENTS, requirements}:
        stamp_of(installed).write_text(digest(installed))


def run_quietly(command: list[str], *, failure: str) -> None:
    """Run a command; show the end of what it said only if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        output = (done.stdout + done.stderr).rstrip().splitlines()
        print(*output[-LAST_LINES:], sep="\n", file=sys.stderr)
        raise CannotInstall(f"{failure}; its last lines are above.")


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
