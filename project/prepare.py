"""Make the database ready before anything serves: checks, migrations, first-run set-up."""

import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from project import celery_app
from project.state import CannotStart, master_key_file, new_master_key, write_once


def prepare(folder: Path, url: str) -> None:
    """Bring the database up to the code; raise CannotStart when that is not safe."""
    new_key = take_new_master_key(folder)
    django.setup()
    loader = read_migrations()
    if new_key:
        keep_new_master_key(folder, new_key, loader)
    refuse_newer_database(loader)
    # Only what is wrong, on stderr; the database is asked whether our keys open it.
    call_command("check", databases=["default"], stdout=StringIO())
    migrate()
    call_command("set_up", url=url)
    # /readyz waits for a sign of life from the worker; the beat's first comes only later.
    celery_app.send_task("tasks.upkeep.sing", retry=False)


def migrate() -> None:
    """Bring the tables up to date; a large one may take longer than a visitor would wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    call_command("migrate", interactive=False, verbosity=0)


def take_new_master_key(folder: Path) -> str | None:
    """Return a new key, already in the environment, if none is there; the settings need one."""
    if os.getenv("MASTER_KEY") or os.getenv("MASTER_KEY_FILE") or master_key_file(folder).exists():
        return None
    os.environ["MASTER_KEY"] = new_master_key()
    return os.environ["MASTER_KEY"]


def keep_new_master_key(folder: Path, key: str, loader: MigrationLoader) -> None:
    """Store the new key, unless a database waits for the one that is lost."""
    path = master_key_file(folder)
    if loader.applied_migrations:
        raise CannotStart(
            f"the master key {path} is missing, but the database has been used:"
            " put the key back from your backup, a new one cannot open what is sealed"
        )
    write_once(path, key)


def read_migrations() -> MigrationLoader:
    try:
        return MigrationLoader(connection)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotStart(f"the database of DATABASE_URL does not answer: {reason}") from error


def refuse_newer_database(loader: MigrationLoader) -> None:
    ours = {app.label for app in apps.get_app_configs()}
    unknown = set(loader.applied_migrations) - set(loader.disk_migrations)
    if newer := sorted(name for app, name in unknown if app in ours):
        raise CannotStart(
            f"the database is newer than this code (it has {newer[-1]}):"
            " run the newer release, or restore the backup made before it"
        )


def main() -> None:
    try:
        prepare(Path(os.environ["VAR_DIR"]), sys.argv[1])
    except (CannotStart, ImproperlyConfigured) as refusal:
        sys.exit(f"winnow: {refusal}")
    except CommandError as refusal:  # SystemCheckError among them: several lines, with hints
        sys.exit(f"winnow: {refusal}")


if __name__ == "__main__":
    main()
