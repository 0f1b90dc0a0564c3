"""Where comments stand: the set updates of status and score, and the machine's decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from .comment import Comment
from .decision import Decision
from .statements import choose, packed, write

COMMENTS = Comment._meta.db_table
DECISIONS = Decision._meta.db_table


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
    doubt: float
    reasons: list[dict[str, Any]]
    language: str | None
    rule_set: str
    campaign: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDecision:
    """A line of the audit log that no person wrote; a Decision without what only people have."""

    id: UUID
    site_id: UUID
    comment_id: UUID
    batch_id: UUID | None
    actor_kind: str
    actor_name: str
    from_status: str
    to_status: str
    reason: str
    version: int

    @property
    def actor_key_id(self) -> None:
        return None


POSTGRESQL_STANDINGS = "jsonb_to_recordset(%s) AS v (id uuid, status text, version int)"
POSTGRESQL_JUDGEMENTS = """
    jsonb_to_recordset(%s) AS v (
        id uuid, status text, version int, score float8, doubt float8, reasons jsonb,
        language text, rule_set text, campaign uuid
    )"""
SQLITE_ROWS = """(
    SELECT value ->> 'id' AS id, value ->> 'status' AS status, value ->> 'version' AS version,
           value ->> 'score' AS score, value ->> 'doubt' AS doubt, value -> 'reasons' AS reasons,
           value ->> 'language' AS language, value ->> 'rule_set' AS rule_set,
           value ->> 'campaign' AS campaign
    FROM json_each(%s)
) AS v"""
COLUMNS = (
    "id, site_id, comment_id, batch_id, actor_kind, actor_name, from_status, to_status, reason,"
    " version"
)
POSTGRESQL_DECISIONS = f"""
    SELECT {COLUMNS}, 'decide', %s FROM jsonb_to_recordset(%s) AS v (
        id uuid, site_id uuid, comment_id uuid, batch_id uuid, actor_kind text, actor_name text,
        from_status text, to_status text, reason text, version int
    )"""
SQLITE_DECISIONS = f"""
    SELECT {", ".join(f"value ->> '{column}'" for column in COLUMNS.split(", "))}, 'decide', %s
    FROM json_each(%s)"""


def write_standings(rows: Sequence[Standing]) -> None:
    """Set status and version of each comment."""
    if rows:
        source = choose(postgresql=POSTGRESQL_STANDINGS, sqlite=SQLITE_ROWS)
        write(
            f"UPDATE {COMMENTS} AS c SET status = v.status, version = v.version"
            f" FROM {source} WHERE c.id = v.id",
            [packed(rows)],
        )


def write_judgements(rows: Sequence[Judgement], *, classifier: str, now: datetime) -> None:
    """Set status, version and what the machine saw of each comment; the lease is over.

    A campaign that another worker found in the meantime stays.
    """
    if rows:
        source = choose(postgresql=POSTGRESQL_JUDGEMENTS, sqlite=SQLITE_ROWS)
        write(
            f"UPDATE {COMMENTS} AS c SET status = v.status, version = v.version,"
            " score = v.score, doubt = v.doubt, reasons = v.reasons, language = v.language,"
            " rule_set = v.rule_set, campaign_id = coalesce(v.campaign, c.campaign_id),"
            " classifier = %s, scored_at = %s, lease_until = NULL, lease_token = NULL"
            f" FROM {source} WHERE c.id = v.id",
            [classifier, now, packed(rows)],
        )


def write_decisions(rows: Sequence[MachineDecision], *, now: datetime) -> None:
    """Append to the audit log; as objects of the ORM they would cost more than judging does."""
    if rows:
        source = choose(postgresql=POSTGRESQL_DECISIONS, sqlite=SQLITE_DECISIONS)
        write(
            f"INSERT INTO {DECISIONS} ({COLUMNS}, action, decided_at) {source}",
            [now, packed(rows)],
        )
