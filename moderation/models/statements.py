"""The one place where SQL text meets the database; the modules beside it write the text.

It holds what the ORM cannot say well: one statement for any number of rows. Rows travel as one
JSON parameter, which both databases take apart themselves; no value is ever put into the text.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

Params = Sequence[Any] | Mapping[str, Any]

POSTGRESQL_IDS = "SELECT v::uuid AS id FROM jsonb_array_elements_text(%({name})s) AS v"
SQLITE_IDS = "SELECT value AS id FROM json_each(%({name})s)"


def write(sql: str, params: Params) -> None:
    """Run a statement that returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def read(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """Run a query and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def choose(*, postgresql: str, sqlite: str) -> str:
    """Return the text that the database understands."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def packed(rows: Iterable[Any]) -> str:
    """Return dataclasses with slots as one parameter."""
    return json.dumps([shallow(row) for row in rows])


def shallow(row: Any) -> dict[str, Any]:
    """Return a row as JSON takes it. dataclasses.asdict would copy every reason, deeply."""
    values = {name: getattr(row, name) for name in row.__slots__}
    return {name: v.hex if isinstance(v, UUID) else v for name, v in values.items()}


def ids(name: str) -> str:
    """Return the query that takes a parameter of `packed_ids` apart."""
    return choose(postgresql=POSTGRESQL_IDS, sqlite=SQLITE_IDS).format(name=name)


def packed_ids(values: Collection[UUID]) -> str:
    return json.dumps([value.hex for value in values])


def as_uuid(value: UUID | str) -> UUID:
    """Return an id as PostgreSQL gives it; SQLite keeps its hexadecimal digits."""
    return value if isinstance(value, UUID) else UUID(value)


def limit_statements(milliseconds: int) -> None:
    """Give up on statements of this transaction that take longer; SQLite knows no such limit."""
    if connection.vendor == "postgresql":
        write(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [str(milliseconds)] * 2,
        )
