"""How a command gets into its own environment, in real ones made from a small project."""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUPERVISOR = """
import sys

def up(arguments):
    import greeting
    print(sys.prefix, greeting.WORD, *arguments)
    return 7
"""
WITHOUT_ENSUREPIP = """
import importlib.util, runpy, sys

find = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "ensurepip" else find(name)
sys.argv = ["manage.py", "up"]
runpy.run_path("manage.py", run_name="__main__")
"""
ON_AN_OLD_PYTHON = """
import runpy, sys

sys.version_info = (3, 10, 4, "final", 0)
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """Our own start files around a supervisor that says where it runs; needs no network."""
    (tmp_path / "project").mkdir()
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copy(ROOT / "project" / "bootstrap.py", tmp_path / "project")
    (tmp_path / "project" / "supervisor.py").write_text(SUPERVISOR)
    require(tmp_path, word="hello", version="1.0")
    return tmp_path


def require(project: Path, *, word: str, version: str) -> None:
    """Write a wheel with one module, and the requirements file that asks for it."""
    wheel = project / f"greeting-{version}-py3-none-any.whl"
    about = f"greeting-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("greeting.py", f"WORD = {word!r}\n")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: greeting\nVersion: {version}\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    (project / "requirements.txt").write_text(f"{wheel}\n")


def start(project: Path, *command: str, **more: str) -> "subprocess.Popen[str]":
    environment = {name: text for name, text in os.environ.items() if name != "WINNOW_VENV"}
    return subprocess.Popen(
        [sys.executable, *(command or ("manage.py", "up", "--fast"))],
        cwd=project,
        env={**environment, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(popen: "subprocess.Popen[str]") -> tuple[int, str, list[str]]:
    """Return the exit status, what was printed, and the lines on stderr."""
    printed, told = popen.communicate(timeout=60)
    return popen.returncode, printed.strip(), told.splitlines()


def test_it_installs_once_and_again_when_the_requirements_change(small_project):
    first, second = outcome(start(small_project)), outcome(start(small_project))
    require(small_project, word="good day", version="2.0")
    third = outcome(start(small_project))

    venv = small_project / ".venv"
    assert first[:2] == second[:2] == (7, f"{venv} hello --fast")
    assert [line.split()[0] for line in first[2]] == ["Making", "Installing"]
    assert second[2] == []
    assert third[:2] == (7, f"{venv} good day --fast")
    assert [line.split()[0] for line in third[2]] == ["Installing"]


def test_two_first_starts_install_once(small_project):
    outcomes = [outcome(popen) for popen in (start(small_project), start(small_project))]

    assert [status for status, _, _ in outcomes] == [7, 7]
    told = [line.split()[0] for _, _, lines in outcomes for line in lines]
    assert sorted(told) == ["Installing", "Making"]


def test_failed_installation_is_told_and_tried_again(small_project):
    (small_project / "requirements.txt").write_text("./nowhere-1.0-py3-none-any.whl\n")

    for _ in range(2):
        status, printed, told = outcome(start(small_project))

        assert (status, printed) == (1, "")
        assert "nowhere" in "\n".join(told)
        assert told[-1] == (
            "winnow: pip could not install requirements.txt; its last lines are above."
        )


def test_missing_venv_names_the_package(small_project):
    status, _, told = outcome(start(small_project, "-c", WITHOUT_ENSUREPIP))

    assert status == 1
    assert len(told) == 1
    assert "apt-get install python3-venv" in told[0]


def test_switched_off_it_installs_nothing(small_project):
    (small_project / "greeting.py").write_text("WORD = 'mine'\n")

    status, printed, told = outcome(start(small_project, WINNOW_VENV="off"))

    assert (status, printed, told) == (7, f"{sys.prefix} mine --fast", [])
    assert not (small_project / ".venv").exists()


def test_old_python_is_told_which_one_is_needed():
    status, _, told = outcome(start(ROOT, "-c", ON_AN_OLD_PYTHON))

    assert status == 1
    assert told == ["winnow: Python 3.11 or newer is needed; this is 3.10."]


def test_old_pythons_can_read_the_first_file():
    source = (ROOT / "manage.py").read_text()

    ast.parse(source, feature_version=(3, 4))
    assert source.isascii()
