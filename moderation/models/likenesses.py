"""Likenesses in sets: what a batch of texts may be like, and what it leaves to be found."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from .campaign import Band, Likeness
from .statements import as_uuid, choose, packed, read, write

LIKENESSES = Likeness._meta.db_table
BANDS = Band._meta.db_table
# Any number that nothing else locks.
GATHERING = 0x57494E4E

POSTGRESQL_LIKENESSES = (
    "SELECT id, comment, campaign, signature, %s FROM jsonb_to_recordset(%s)"
    " AS v (id uuid, comment uuid, campaign uuid, signature text)"
)
SQLITE_LIKENESSES = (
    "SELECT value ->> 'id', value ->> 'comment', value ->> 'campaign', value ->> 'signature', %s"
    " FROM json_each(%s)"
)
# In the order of the hashes, so that neighbours go into the same pages of the index.
POSTGRESQL_BANDS = (
    "SELECT b, v.id FROM jsonb_to_recordset(%s) AS v (id uuid, bands bigint[]),"
    " unnest(v.bands) AS b ORDER BY b"
)
SQLITE_BANDS = (
    "SELECT b.value, v.value ->> 'id' FROM json_each(%s) AS v, json_each(v.value, '$.bands') AS b"
    " ORDER BY b.value"
)
# One hash after the other by the index: for so many at once PostgreSQL would rather read the
# whole table. OFFSET 0 keeps it from making a join of it.
POSTGRESQL_OWNERS = f"""
    SELECT v.hash, owner.likeness_id FROM jsonb_array_elements_text(%s) AS j,
    LATERAL (SELECT j::bigint AS hash) AS v,
    LATERAL (SELECT likeness_id FROM {BANDS} AS b WHERE b.hash = v.hash OFFSET 0) AS owner"""
SQLITE_OWNERS = f"""
    SELECT b.hash, b.likeness_id FROM json_each(%s) AS v CROSS JOIN {BANDS} AS b
    WHERE b.hash = v.value"""


@dataclass(frozen=True, slots=True)
class NewLikeness:
    """A text that later ones will be recognised by, with the bands that nobody had before."""

    id: UUID
    comment: UUID
    campaign: UUID | None
    signature: str
    bands: list[int]


def write_likenesses(rows: Sequence[NewLikeness], *, now: datetime) -> None:
    """Store texts with their bands. Who gathers has looked whose they are, and is alone."""
    if not rows:
        return
    likenesses = choose(postgresql=POSTGRESQL_LIKENESSES, sqlite=SQLITE_LIKENESSES)
    bands = choose(postgresql=POSTGRESQL_BANDS, sqlite=SQLITE_BANDS)
    values = packed(rows)
    write(
        f"INSERT INTO {LIKENESSES} (id, comment_id, campaign_id, signature, seen_at) {likenesses}",
        [now, values],
    )
    write(
        f"INSERT INTO {BANDS} (hash, likeness_id) {bands}",
        [values],
    )


def owners_of(hashes: Collection[int]) -> dict[int, UUID]:
    """Return which likeness each of these bands belongs to, if any."""
    rows = read(
        choose(postgresql=POSTGRESQL_OWNERS, sqlite=SQLITE_OWNERS), [json.dumps(list(hashes))]
    )
    return {band: as_uuid(likeness) for band, likeness in rows}


def take_turns() -> None:
    """Let one transaction gather at a time; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        write("SELECT pg_advisory_xact_lock(%s)", [GATHERING])
