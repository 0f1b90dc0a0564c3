"""The house rules, checked: see docs/architecture.md."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command
from importlinter.cli import lint_imports

from moderation.services import nudge
from project.celery import app

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [*ROOT.glob("moderation/**/*.py"), *ROOT.glob("project/*.py"), *ROOT.glob("tasks/*.py")]
BANNED = {"utils", "helpers", "common", "core", "manager", "handler", "data", "info", "process"}


def trees():
    for path in SOURCES:
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def test_imports_run_downwards(monkeypatch):
    monkeypatch.chdir(ROOT)

    assert lint_imports() == 0


def test_only_review_sets_the_status_of_a_comment():
    """Walks the syntax trees: assignments to .status, update(status=…), and the set updates."""
    assert {
        path for path, tree in trees() if any(sets_status(node) for node in ast.walk(tree))
    } == set()
    writers = {"write_standings", "write_judgements", "write_decisions"}
    assert {
        path for path, tree in trees() if any(imports(node, writers) for node in ast.walk(tree))
    } == {"moderation/services/review.py"}


def sets_status(node):
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Attribute) and t.attr == "status" for t in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "update" and any(word.arg == "status" for word in node.keywords)
    return False


def imports(node, names):
    return isinstance(node, ast.ImportFrom) and any(alias.name in names for alias in node.names)


def calls(node, names):
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names


def test_one_module_runs_sql_and_only_models_hand_it_any():
    assert {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"execute", "executemany", "raw", "extra"}
        and ast.unparse(node.func.value) not in {"self", "super()"}
    } <= {
        "moderation/models/statements.py",
        "project/prepare.py",
        "moderation/importers/tables.py",  # files, not the database
    }
    runners = {"read", "write", "choose"}
    assert {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").rpartition(".")[2] == "statements"
        and imports(node, runners)
    } <= {f"moderation/models/{name}.py" for name in ("counts", "leads", "likenesses", "standings")}


def test_html_is_made_in_one_place():
    """mark_safe and its kin, and |safe in templates, would let a visitor's words through."""
    makers = {"mark_safe", "SafeString", "SafeText"}
    assert {
        path for path, tree in trees() if any(calls(node, makers) for node in ast.walk(tree))
    } <= {"moderation/public/rendering.py"}
    for template in ROOT.glob("moderation/templates/**/*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape\s+off", template.read_text()), template


def test_scripts_write_text_not_html():
    for script in ROOT.glob("moderation/static/moderation/*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text()
        )


def test_every_thread_sends_to_the_same_app():
    """Celery's current app is a thread's own, and the web server answers in threads."""
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: current_app.main).result() == "winnow"


def test_every_nudged_and_scheduled_task_exists():
    app.loader.import_default_modules()
    nudged = {value for name, value in vars(nudge).items() if str(value).startswith("tasks.")}
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert nudged | scheduled <= set(app.tasks)
    assert nudged


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_names_say_something(path):
    assert not BANNED & set(path.stem.split("_")), path


def test_no_pickle():
    assert not [
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "pickle" for alias in node.names)
    ]


def test_there_is_one_way_out():
    """What can open a connection stands in egress.py; the supervisor only looks for free ports."""
    ways = {"socket", "ssl", "http", "urllib.request", "urllib3", "httpx", "requests", "aiohttp"}
    ways |= {"smtplib", "ftplib", "telnetlib", "xmlrpc", "asyncio"}
    found = {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        for name in imported(node)
        if any(name == way or name.startswith(f"{way}.") for way in ways)
    }

    assert found == {"moderation/egress.py", "project/broker.py", "project/supervisor.py"}


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run")


def test_every_setting_is_documented_and_every_documented_setting_exists():
    sources = [(ROOT / "project" / name).read_text() for name in ("settings.py", "workforce.py")]
    read = set(re.findall(r"""(?:env_\w+|getenv|number)\(\s*"([A-Z_]+)""", "".join(sources)))
    documented = set(
        re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/operating.md").read_text(), re.MULTILINE)
    )

    assert documented == read
