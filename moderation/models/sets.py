"""The few statements that the ORM cannot say well: one for any number of rows.

Rows travel as one JSON parameter, which both databases take apart themselves; no value is
ever put into the SQL text.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from moderation.status import Status

from .campaign import Band, Likeness
from .comment import OVERDUE_AFTER, Comment
from .lesson import WordCount


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
    campaign: UUID | None


@dataclass(frozen=True, slots=True)
class NewLikeness:
    """A text that later ones will be recognised by."""

    id: UUID
    comment: UUID
    campaign: UUID | None
    signature: str
    bands: list[int]


class CountChange(NamedTuple):
    """By how much the counts of a slot of a site change."""

    site: UUID
    slot: int
    spam: int
    ham: int


# The site as 32 hexadecimal digits, slot, spam, ham.
CountRow = tuple[str, int, int, int]

TABLE = Comment._meta.db_table
LIKENESS_TABLE = Likeness._meta.db_table
BANDS_TABLE = Band._meta.db_table
COUNTS = WordCount._meta.db_table

POSTGRESQL_ROWS = {
    Standing: "jsonb_to_recordset(%s) AS v (id uuid, status text, version int)",
    Judgement: (
        "jsonb_to_recordset(%s) AS v"
        " (id uuid, status text, version int, score float8, reasons jsonb,"
        " language text, rule_set text, campaign uuid)"
    ),
}
SQLITE_ROWS = """(
    SELECT value ->> 'id' AS id, value ->> 'status' AS status, value ->> 'version' AS version,
           value ->> 'score' AS score, value -> 'reasons' AS reasons,
           value ->> 'language' AS language, value ->> 'rule_set' AS rule_set,
           value ->> 'campaign' AS campaign
    FROM json_each(%s)
) AS v"""


def limit_statements(milliseconds: int) -> None:
    """Give up on statements of this transaction that take longer; SQLite knows no such limit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            limit = [str(milliseconds)] * 2
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true),"
                " set_config('lock_timeout', %s, true)",
                limit,
            )


def write_standings(rows: Sequence[Standing]) -> None:
    """Set status and version of each comment."""
    run(f"UPDATE {TABLE} AS c SET status = v.status, version = v.version", rows)


def write_judgements(rows: Sequence[Judgement], *, classifier: str, now: datetime) -> None:
    """Set status, version and what the machine saw of each comment; the lease is over.

    A campaign that another worker found in the meantime stays.
    """
    run(
        f"UPDATE {TABLE} AS c SET status = v.status, version = v.version, score = v.score,"
        " reasons = v.reasons, language = v.language, rule_set = v.rule_set,"
        " campaign_id = coalesce(v.campaign, c.campaign_id), classifier = %s, scored_at = %s,"
        " lease_until = NULL, lease_token = NULL",
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


def shallow(row: Standing | Judgement | NewLikeness) -> dict[str, Any]:
    """Return a row as JSON takes it. dataclasses.asdict would copy every reason, deeply."""
    values = {name: getattr(row, name) for name in row.__slots__}
    return {name: v.hex if isinstance(v, UUID) else v for name, v in values.items()}


POSTGRESQL_LIKENESSES = (
    "SELECT id, comment, campaign, signature, %s FROM jsonb_to_recordset(%s)"
    " AS v (id uuid, comment uuid, campaign uuid, signature text)"
)
SQLITE_LIKENESSES = (
    "SELECT value ->> 'id', value ->> 'comment', value ->> 'campaign', value ->> 'signature', %s"
    " FROM json_each(%s)"
)
POSTGRESQL_BANDS = (
    "SELECT b, v.id FROM jsonb_to_recordset(%s) AS v (id uuid, bands bigint[]),"
    " unnest(v.bands) AS b"
)
SQLITE_BANDS = (
    "SELECT b.value, v.value ->> 'id' FROM json_each(%s) AS v, json_each(v.value, '$.bands') AS b"
)
# Any number that nothing else locks.
GATHERING = 0x57494E4E


def write_likenesses(rows: Sequence[NewLikeness], *, now: datetime) -> None:
    """Store texts with their bands; a band that another has already stays the other's."""
    if not rows:
        return
    postgresql = connection.vendor == "postgresql"
    likenesses = POSTGRESQL_LIKENESSES if postgresql else SQLITE_LIKENESSES
    source = POSTGRESQL_BANDS if postgresql else SQLITE_BANDS
    packed = json.dumps([shallow(row) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LIKENESS_TABLE} (id, comment_id, campaign_id, signature, seen_at)"
            f" {likenesses}",
            [now, packed],
        )
        cursor.execute(
            f"INSERT INTO {BANDS_TABLE} (hash, likeness_id) {source} WHERE true"
            " ON CONFLICT DO NOTHING",
            [packed],
        )


def take_turns() -> None:
    """Let one transaction gather at a time; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATHERING])


POSTGRESQL_CHANGES = """
    SELECT (v ->> 0)::uuid, (v ->> 1)::int, (v ->> 2)::int, (v ->> 3)::int
    FROM jsonb_array_elements(%s) AS v"""
# WHERE true: else SQLite takes ON CONFLICT for a join's ON.
SQLITE_CHANGES = """
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(%s) WHERE true"""
POSTGRESQL_SLOTS = """
    jsonb_each(%s) AS s CROSS JOIN jsonb_array_elements_text(s.value) AS v
    JOIN {table} AS w ON w.site_id = s.key::uuid AND w.slot = v.value::int"""
SQLITE_SLOTS = """
    json_each(%s) AS s CROSS JOIN json_each(s.value) AS v
    JOIN {table} AS w ON w.site_id = s.key AND w.slot = v.value"""


def change_counts(changes: Iterable[CountChange]) -> None:
    """Add to the counts of slots, in one order everywhere, so that no two wait for each other."""
    packed = [(site.hex, slot, spam, ham) for site, slot, spam, ham in sorted(changes)]
    if not packed:
        return
    source = POSTGRESQL_CHANGES if connection.vendor == "postgresql" else SQLITE_CHANGES
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {COUNTS} AS w (site_id, slot, spam, ham) {source}"
            " ON CONFLICT (site_id, slot) DO UPDATE"
            " SET spam = w.spam + excluded.spam, ham = w.ham + excluded.ham",
            [json.dumps(packed)],
        )


def read_counts(slots: Mapping[UUID, Sequence[int]]) -> list[CountRow]:
    """Return site, slot, spam and ham of those slots that the site has met."""
    source = POSTGRESQL_SLOTS if connection.vendor == "postgresql" else SQLITE_SLOTS
    packed = json.dumps({site.hex: list(wanted) for site, wanted in slots.items()})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.key, w.slot, w.spam, w.ham FROM {source.format(table=COUNTS)}", [packed]
        )
        rows: list[CountRow] = cursor.fetchall()
    return rows


POSTGRESQL_IDS = "SELECT v::uuid AS id FROM jsonb_array_elements_text(%({name})s) AS v"
SQLITE_IDS = "SELECT value AS id FROM json_each(%({name})s)"
# From one campaign to the next by the index, whatever number of comments each has.
NEXT_CAMPAIGN = f"""(
    SELECT c.campaign_id FROM {TABLE} AS c
    WHERE c.site_id = {{site}} AND c.status = %(status)s AND c.erased_at IS NULL
    AND c.campaign_id IS NOT NULL {{beyond}}
    ORDER BY c.campaign_id LIMIT 1
)"""
# The last condition is CommentQuerySet.in_queue.
NEWEST_MEMBER = f"""(
    SELECT c.id FROM {TABLE} AS c
    WHERE c.site_id = pair.site AND c.status = %(status)s AND c.campaign_id = pair.campaign
    AND c.erased_at IS NULL AND (
        %(status)s <> 'pending' OR c.scored_at IS NOT NULL OR c.created_at < %(overdue)s
    )
    ORDER BY c.id DESC LIMIT 1 OFFSET {{offset}}
)"""
COUNT = f"""(
    SELECT count(*) FROM (
        SELECT 1 FROM {TABLE} AS c
        WHERE c.site_id = s.id AND c.status = t.status AND c.campaign_id = k.id
        AND c.erased_at IS NULL LIMIT %(limit)s
    ) AS few
)"""


def newest_members(
    site_ids: Collection[UUID], status: Status, *, number: int
) -> list[tuple[UUID, list[UUID]]]:
    """Return the newest few comments of each campaign with a status, for each of the sites."""
    first = NEXT_CAMPAIGN.format(site="s.id", beyond="")
    after = NEXT_CAMPAIGN.format(site="pair.site", beyond="AND c.campaign_id > pair.campaign")
    newest = ", ".join(NEWEST_MEMBER.format(offset=offset) for offset in range(number))
    rows = select(
        f"WITH RECURSIVE pair (site, campaign) AS ("
        f" SELECT s.id, {first} FROM ({ids('sites')}) AS s"
        f" UNION ALL SELECT pair.site, {after} FROM pair WHERE pair.campaign IS NOT NULL"
        f") SELECT campaign, {newest} FROM pair WHERE campaign IS NOT NULL",
        sites=packed_ids(site_ids),
        status=status.value,
        overdue=connection.ops.adapt_datetimefield_value(timezone.now() - OVERDUE_AFTER),
    )
    return [(as_uuid(pk), [as_uuid(one) for one in found if one]) for pk, *found in rows]


def count_members(
    campaign_ids: Collection[UUID], site_ids: Collection[UUID], *, limit: int
) -> list[tuple[UUID, UUID, str, int]]:
    """Return campaign, site, status and how many, each counted no further than `limit`."""
    statuses = " UNION ALL ".join(f"SELECT '{status.value}' AS status" for status in Status)
    rows = select(
        f"SELECT k.id, s.id, t.status, {COUNT} FROM ({ids('campaigns')}) AS k"
        f" CROSS JOIN ({ids('sites')}) AS s CROSS JOIN ({statuses}) AS t",
        campaigns=packed_ids(campaign_ids),
        sites=packed_ids(site_ids),
        limit=limit,
    )
    return [(as_uuid(pk), as_uuid(site), status, count) for pk, site, status, count in rows]


def ids(name: str) -> str:
    return (POSTGRESQL_IDS if connection.vendor == "postgresql" else SQLITE_IDS).format(name=name)


def packed_ids(values: Collection[UUID]) -> str:
    return json.dumps([value.hex for value in values])


def as_uuid(value: UUID | str) -> UUID:
    """Return an id as PostgreSQL gives it; SQLite keeps its hexadecimal digits."""
    return value if isinstance(value, UUID) else UUID(value)


def select(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
