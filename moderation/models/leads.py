"""Campaigns as the queue shows them: the newest comments of each, and how many there are."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.utils import timezone

from moderation.status import Status

from .comment import OVERDUE_AFTER, Comment
from .statements import as_uuid, choose, ids, packed_ids, read

TABLE = Comment._meta.db_table
# From one campaign to the next by the index, whatever number of comments each has.
NEXT_CAMPAIGN = f"""(
    SELECT c.campaign_id FROM {TABLE} AS c
    WHERE c.site_id = {{site}} AND c.status = %(status)s AND c.erased_at IS NULL
    AND c.campaign_id IS NOT NULL {{beyond}}
    ORDER BY c.campaign_id LIMIT 1
)"""
# The last condition is CommentQuerySet.in_queue.
NEWEST_MEMBERS = f"""
    SELECT c.id FROM {TABLE} AS c
    WHERE c.site_id = pair.site AND c.status = %(status)s AND c.campaign_id = pair.campaign
    AND c.erased_at IS NULL AND (
        %(status)s <> 'pending' OR c.scored_at IS NOT NULL OR c.created_at < %(overdue)s
    )
    ORDER BY c.id DESC LIMIT %(number)s"""
POSTGRESQL_LIST = f"to_jsonb(ARRAY({NEWEST_MEMBERS}))::text"
SQLITE_LIST = f"(SELECT json_group_array(id) FROM ({NEWEST_MEMBERS}))"
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
    newest = choose(postgresql=POSTGRESQL_LIST, sqlite=SQLITE_LIST)
    rows = read(
        f"WITH RECURSIVE pair (site, campaign) AS ("
        f" SELECT s.id, {first} FROM ({ids('sites')}) AS s"
        f" UNION ALL SELECT pair.site, {after} FROM pair WHERE pair.campaign IS NOT NULL"
        f") SELECT campaign, {newest} FROM pair WHERE campaign IS NOT NULL",
        {
            "sites": packed_ids(site_ids),
            "status": status.value,
            "number": number,
            "overdue": connection.ops.adapt_datetimefield_value(timezone.now() - OVERDUE_AFTER),
        },
    )
    return [(as_uuid(pk), list(map(UUID, json.loads(found)))) for pk, found in rows]


def count_members(
    campaign_ids: Collection[UUID], site_ids: Collection[UUID], *, limit: int
) -> list[tuple[UUID, UUID, str, int]]:
    """Return campaign, site, status and how many, each counted no further than `limit`."""
    statuses = " UNION ALL ".join(f"SELECT '{status.value}' AS status" for status in Status)
    rows = read(
        f"SELECT k.id, s.id, t.status, {COUNT} FROM ({ids('campaigns')}) AS k"
        f" CROSS JOIN ({ids('sites')}) AS s CROSS JOIN ({statuses}) AS t",
        {
            "campaigns": packed_ids(campaign_ids),
            "sites": packed_ids(site_ids),
            "limit": limit,
        },
    )
    return [(as_uuid(pk), as_uuid(site), status, count) for pk, site, status, count in rows]
