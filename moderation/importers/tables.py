"""SQLite as a file format to read, and as a shelf on disk for what does not fit into memory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from moderation.importers.base import BadFile

MAGIC = b"SQLite format 3\0"
STEP_LIMIT = 2_000_000_000  # virtual-machine steps: a view in a hostile file cannot run for ever
STEPS_AT_A_TIME = 1_000_000


def rows_of(path: Path, query: str) -> Iterator[sqlite3.Row]:
    """Yield the rows of a query on a foreign file, which is not written to; raises BadFile."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            guard(connection)
            connection.row_factory = sqlite3.Row
            yield from connection.execute(query)
    except sqlite3.Error as error:
        raise BadFile(1, f"cannot be read as SQLite: {error}") from error


def guard(connection: sqlite3.Connection) -> None:
    """Read tables only, whatever the file's own schema says, and not for ever."""
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += STEPS_AT_A_TIME
        return steps > STEP_LIMIT

    connection.set_progress_handler(count, STEPS_AT_A_TIME)


class Shelf:
    """Values by key, in a temporary file that goes with this object."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect("", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=OFF")
        self.connection.execute("CREATE TABLE shelf (key TEXT PRIMARY KEY, value) WITHOUT ROWID")

    def put(self, key: str, value: Any) -> None:
        self.connection.execute("REPLACE INTO shelf VALUES (?, ?)", (key, json.dumps(value)))

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        row = self.connection.execute("SELECT value FROM shelf WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def close(self) -> None:
        self.connection.close()
