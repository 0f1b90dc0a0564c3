"""Akismet's protocol: statistics with real counts."""

import csv
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Check
from moderation.services.access import valid_plugin_key
from moderation.services.sites import create_site
from tests.api.akismet import BLOG, HAM, SPAM, call, check, word


@pytest.fixture
def busy(keys):
    """A key with two blogs: three checks and one here, of which people corrected two."""
    keys.site.origins = [BLOG, "https://second.example"]
    keys.site.save()
    check(keys.plugin_key)
    check(keys.plugin_key, comment_content="Missed.")
    check(keys.plugin_key, SPAM)
    check(keys.plugin_key, {**SPAM, "blog": "https://second.example"}, comment_content="No spam.")
    call("/1.1/submit-spam", {**HAM, "api_key": keys.plugin_key, "comment_content": "Missed."})
    call(
        "/1.1/submit-ham",
        {**SPAM, "api_key": keys.plugin_key, "blog": "https://second.example"}
        | {"comment_content": "No spam."},
    )
    return keys


def ask(path, key, **fields):
    return Client().get(path, {"api_key": key, **fields})


def test_key_sites_counts_each_blog(busy):
    month = f"{timezone.now():%Y-%m}"

    answer = ask("/1.2/key-sites", busy.plugin_key).json()

    assert (answer["limit"], answer["offset"], answer["total"]) == (500, 0, 2)
    first, second = answer[month]
    assert first == {
        "site": f"{BLOG}/",
        "api_calls": 3,
        "spam": 1,
        "ham": 2,
        "missed_spam": 1,
        "false_positives": 0,
        "is_revoked": False,
    }
    assert (second["site"], second["api_calls"]) == ("https://second.example/", 1)
    assert (second["spam"], second["false_positives"]) == (1, 1)


def test_key_sites_is_filtered_ordered_and_paged(busy):
    month = f"{timezone.now():%Y-%m}"

    def sites(**wish):
        answer = call("/1.2/key-sites", {"api_key": busy.plugin_key, **wish}).json()
        return [row["site"] for row in answer[month]]

    assert sites(filter="second") == ["https://second.example/"]
    assert sites(order="false_positives") == ["https://second.example/", f"{BLOG}/"]
    assert sites(filter="\0") == []
    assert sites(limit=1, offset=1) == ["https://second.example/"]
    assert sites(limit="x" * 30, offset="-1") == [f"{BLOG}/", "https://second.example/"]


def test_key_sites_of_another_month(busy):
    Check.objects.update(asked_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC))

    assert ask("/1.2/key-sites", busy.plugin_key, month="2026-01").json()["total"] == 2
    assert ask("/1.2/key-sites", busy.plugin_key, month="2026-02").json() == {
        "2026-02": [],
        "limit": 500,
        "offset": 0,
        "total": 0,
    }


@pytest.mark.parametrize(
    "wish", [{"month": "2026-13"}, {"month": "x"}, {"month": "\0"}, {"order": "x"}]
)
def test_key_sites_refuses_what_it_does_not_know(keys, wish):
    assert word(ask("/1.2/key-sites", keys.plugin_key, **wish)) == "invalid"


def test_key_sites_as_csv(busy):
    answer = ask("/1.2/key-sites", busy.plugin_key, format="csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    title, *rows = answer.content.decode().splitlines()
    assert title.startswith("Active sites for ")
    assert title.endswith("(limit:500, offset: 0, total: 2)")
    assert busy.plugin_key not in title
    assert rows[0] == "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked"
    assert list(csv.reader(rows))[1] == [f"{BLOG}/", "3", "1", "2", "1", "0", "false"]


def test_a_strangers_blogs_are_not_counted(busy):
    other = create_site("Other", BLOG)

    assert ask("/1.2/key-sites", other.plugin_key).json()["total"] == 0
    assert ask("/1.2/usage-limit", other.plugin_key).json()["usage"] == 0


def test_usage_has_no_limit(busy):
    plain = ask("/1.2/usage-limit", busy.plugin_key).json()
    more = ask("/1.2/usage-limit", busy.plugin_key, extended="true").json()

    assert plain == {"limit": "none", "usage": 4, "percentage": "0", "throttled": False}
    assert (more["notice_level"], more["upgrade"]) == ("NOTICE_NONE", False)


@pytest.mark.parametrize("path", ["/1.1/get-stats", "/1.2/get-key-stats"])
def test_totals_month_by_month(busy, path):
    answer = call(path, {"api_key": busy.plugin_key, "from": "all"}).json()

    assert (answer["spam"], answer["ham"]) == (2, 2)
    assert (answer["missed_spam"], answer["false_positives"], answer["accuracy"]) == (1, 1, 50.0)
    [(month, line)] = answer["breakdown"].items()
    assert month == f"{timezone.now():%Y-%m}"
    assert line == {
        "spam": "2",
        "ham": "2",
        "missed_spam": "1",
        "false_positives": "1",
        "blogs": "2",
        "da": f"{month}-01",
    }


def test_old_checks_are_outside_a_short_period(busy):
    Check.objects.update(asked_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert (
        call("/1.1/get-stats", {"api_key": busy.plugin_key, "from": "60-days"}).json()["spam"] == 0
    )
    assert call("/1.1/get-stats", {"api_key": busy.plugin_key, "from": "all"}).json()["spam"] == 2


def test_statistics_take_the_same_statements_for_any_number_of_blogs(busy):
    def statements():
        valid_plugin_key.cache_clear()  # else it depends on the time that has passed
        with CaptureQueriesContext(connection) as queries:
            ask("/1.2/key-sites", busy.plugin_key)
        return len(queries)

    before = statements()
    for number in range(5):
        check(busy.plugin_key, blog=f"{BLOG}/{number}/", comment_content=f"Number {number}")

    assert statements() == before
