"""Pages of the queue without campaigns go by the indexes that were made for them."""

import pytest
from django.db import connection

from moderation.models import Comment
from moderation.models.pages import ORDERS, first_rows
from moderation.status import Status
from tests.factories import make_scored_comment


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("newest", "comment_collapsed"),
        ("score", "comment_alone_by_score"),
        ("uncertain", "comment_alone_by_doubt"),
    ],
)
def test_what_belongs_to_no_campaign_is_listed_without_walking_floods(
    site, order, index, backwards
):
    make_scored_comment(site)
    rows = Comment.objects.filter(site=site).in_queue(Status.PENDING).alone()
    page = first_rows(rows, ORDERS[order], None, ORDERS[order].descending != backwards, 50)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A handful of rows is sorted at once; a hundred thousand are not.
            cursor.execute("SET LOCAL enable_sort = off")

    assert index in page.explain()
