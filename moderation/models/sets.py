"""The few set updates that the ORM cannot say well: one statement for any number of rows.

Rows travel as one JSON parameter, which both databases take apart themselves; no value is
ever put into the SQL text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from .comment import Comment


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a comment stands from now on."""

    id: UUID
    status: str
    version: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a comment stands from now on, and what the machine saw in it."""

    id: UUID
    status: str
    version: int
    score: float | None
    reasons: list[dict[str, Any]]
    language: str | None
    rule_set: str


TABLE = Comment._meta.db_table

POSTGRESQL_ROWS = {
    Standing: "jsonb_to_recordset(%s) AS v (id uuid, status text, version int)",
    Judgement: (
        "jsonb_to_recordset(%s) AS v"
        " (id uuid, status text, version int, score float8, reasons jsonb,"
        " language text, rule_set text)"
    ),
}
SQLITE_ROWS = """(
    SELECT value ->> 'id' AS id, value ->> 'status' AS status, value ->> 'version' AS version,
           value ->> 'score' AS score, value -> 'reasons' AS reasons,
           value ->> 'language' AS language, value ->> 'rule_set' AS rule_set
    FROM json_each(%s)
) AS v"""


def write_standings(rows: Sequence[Standing]) -> None:
    """Set status and version of each comment."""
    run(f"UPDATE {TABLE} AS c SET status = v.status, version = v.version", rows)


def write_judgements(rows: Sequence[Judgement], *, classifier: str, now: datetime) -> None:
    """Set status, version and what the machine saw of each comment; the lease is over."""
    run(
        f"UPDATE {TABLE} AS c SET status = v.status, version = v.version, score = v.score,"
        " reasons = v.reasons, language = v.language, rule_set = v.rule_set, classifier = %s,"
        " scored_at = %s, lease_until = NULL, lease_token = NULL",
        rows,
        classifier,
        now,
    )


def run(
    update: str, rows: Sequence[Standing] | Sequence[Judgement], *values: str | datetime
) -> None:
    if not rows:
        return
    postgresql = connection.vendor == "postgresql"
    source = POSTGRESQL_ROWS[type(rows[0])] if postgresql else SQLITE_ROWS
    packed = json.dumps([shallow(row) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(f"{update} FROM {source} WHERE c.id = v.id", [*values, packed])


def shallow(row: Standing | Judgement) -> dict[str, Any]:
    """Return a row as JSON takes it. dataclasses.asdict would copy every reason, deeply."""
    return {name: getattr(row, name) for name in row.__slots__} | {"id": row.id.hex}
