"""Counts of lessons in sets: add to them, and read what a batch touches."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from .lesson import WordCount
from .statements import choose, read, write

COUNTS = WordCount._meta.db_table

POSTGRESQL_CHANGES = """
    SELECT (v ->> 0)::uuid, (v ->> 1)::int, (v ->> 2)::int, (v ->> 3)::int
    FROM jsonb_array_elements(%s) AS v"""
# WHERE true: else SQLite takes ON CONFLICT for a join's ON.
SQLITE_CHANGES = """
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(%s) WHERE true"""
# Once more by the primary key: an index of what is empty would have to be told of every change.
POSTGRESQL_DROP_EMPTY = """
    DELETE FROM {table} WHERE spam = 0 AND ham = 0 AND (site_id, slot) IN (
        SELECT (v ->> 0)::uuid, (v ->> 1)::int FROM jsonb_array_elements(%s) AS v
    )"""
SQLITE_DROP_EMPTY = """
    DELETE FROM {table} WHERE spam = 0 AND ham = 0 AND (site_id, slot) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(%s)
    )"""
POSTGRESQL_SLOTS = """
    jsonb_each(%s) AS s CROSS JOIN jsonb_array_elements_text(s.value) AS v
    JOIN {table} AS w ON w.site_id = s.key::uuid AND w.slot = v.value::int"""
SQLITE_SLOTS = """
    json_each(%s) AS s CROSS JOIN json_each(s.value) AS v
    JOIN {table} AS w ON w.site_id = s.key AND w.slot = v.value"""

# The site as 32 hexadecimal digits, slot, spam, ham.
CountRow = tuple[str, int, int, int]


class CountChange(NamedTuple):
    """By how much the counts of a slot of a site change."""

    site: UUID
    slot: int
    spam: int
    ham: int


def change_counts(changes: Iterable[CountChange]) -> None:
    """Add to the counts of slots, in one order everywhere, so that no two wait for each other.

    What was taken back to nought is removed.
    """
    rows = [(site.hex, slot, spam, ham) for site, slot, spam, ham in sorted(changes)]
    if not rows:
        return
    source = choose(postgresql=POSTGRESQL_CHANGES, sqlite=SQLITE_CHANGES)
    write(
        f"INSERT INTO {COUNTS} AS w (site_id, slot, spam, ham) {source}"
        " ON CONFLICT (site_id, slot) DO UPDATE"
        " SET spam = w.spam + excluded.spam, ham = w.ham + excluded.ham",
        [json.dumps(rows)],
    )
    if lessened := [row for row in rows if min(row[2:]) < 0]:
        drop = choose(postgresql=POSTGRESQL_DROP_EMPTY, sqlite=SQLITE_DROP_EMPTY)
        write(drop.format(table=COUNTS), [json.dumps(lessened)])


def read_counts(slots: Mapping[UUID, Sequence[int]]) -> list[CountRow]:
    """Return site, slot, spam and ham of those slots that the site has met."""
    source = choose(postgresql=POSTGRESQL_SLOTS, sqlite=SQLITE_SLOTS).format(table=COUNTS)
    wanted = json.dumps({site.hex: list(of_site) for site, of_site in slots.items()})
    rows: list[CountRow] = read(f"SELECT s.key, w.slot, w.spam, w.ham FROM {source}", [wanted])
    return rows
