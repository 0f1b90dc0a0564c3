"""GET /api/v1/queue/ and /api/v1/queue/counts/."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.models import Comment
from moderation.status import Status
from tests.factories import make_comment, make_scored_comment, make_site

URL = "/api/v1/queue/"


def ids(response):
    return [row["id"] for row in response.json()["results"]]


def test_it_lists_what_waits_newest_first(client_of, alice, site):
    comments = [make_scored_comment(site) for _ in range(3)]

    response = client_of(alice).get(URL)

    assert response.status_code == 200
    assert ids(response) == [str(comment.pk) for comment in reversed(comments)]


def test_it_shows_reasons_and_a_masked_address(client_of, alice, site):
    reasons = [{"feature": "links", "text": "3 links", "weight": 1.5, "span": None}]
    make_scored_comment(site, reasons=reasons, email="canary@example.org")

    response = client_of(alice).get(URL)

    [row] = response.json()["results"]
    assert row["reasons"] == reasons
    assert row["author"]["email"] == "c…@e…"
    assert b"canary" not in response.content


def test_it_hides_other_peoples_comments(client_of, mallory, site):
    make_scored_comment(site)

    assert ids(client_of(mallory).get(URL)) == []


def test_another_peoples_site_does_not_exist(client_of, mallory, site):
    assert client_of(mallory).get(URL, {"site": str(site.pk)}).status_code == 404


def test_it_requires_login(client_of, site):
    assert client_of(None).get(URL).status_code == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "lovely"),
        ("order", "email"),
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "x"),
        ("cursor", "nonsense"),
        ("cursor", "W10"),
        ("min_score", "2"),
        ("min_score", "nan"),
        ("before", "tomorrow"),
        ("article", "7"),
        ("ordering", "email"),
        ("q", "nul\x00"),
    ],
)
def test_it_names_the_bad_parameter(client_of, alice, name, value):
    response = client_of(alice).get(URL, {name: value})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [name]


def test_a_comment_that_is_about_to_be_scored_is_not_shown(client_of, alice, site):
    make_comment(site)

    assert ids(client_of(alice).get(URL)) == []


def test_a_comment_not_scored_for_a_minute_is_shown(client_of, alice, site):
    overdue = make_comment(site, created_at=timezone.now() - timedelta(seconds=61))

    [row] = client_of(alice).get(URL).json()["results"]

    assert (row["id"], row["scored_at"]) == (str(overdue.pk), None)


def test_null_scores_sort_last(client_of, alice, site):
    failed = make_scored_comment(site, score=None)
    low, high = make_scored_comment(site, score=0.1), make_scored_comment(site, score=0.9)

    response = client_of(alice).get(URL, {"order": "score"})

    assert ids(response) == [str(high.pk), str(low.pk), str(failed.pk)]


def test_the_least_certain_come_first(client_of, alice, site):
    failed = make_scored_comment(site, score=None)
    ham, open_, spam = (make_scored_comment(site, score=score) for score in (0.02, 0.55, 0.9))

    response = client_of(alice).get(URL, {"order": "uncertain"})

    assert ids(response) == [str(row.pk) for row in (open_, spam, ham, failed)]


def test_news_comes_before_doubts_that_are_old(client_of, alice, site):
    def waits(score, days):
        came_at = timezone.now() - timedelta(days=days)
        return make_scored_comment(site, score=score, created_at=came_at)

    old, recent = waits(0.5, 20), waits(0.5, 5)
    certain, failed = waits(0.02, 0), waits(None, 0)

    response = client_of(alice).get(URL, {"order": "uncertain"})

    assert ids(response) == [str(row.pk) for row in (recent, certain, old, failed)]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"q": "PILLS"}, ["a"]),
        ({"q": "%"}, []),
        ({"author": "ann"}, ["a"]),
        ({"reason": "links"}, ["b"]),
        ({"min_score": "0.5"}, ["b"]),
        ({"max_score": "0.5"}, ["a"]),
        ({"before": "2020-01-01T00:00:00Z"}, []),
        ({"after": "2020-01-01T00:00:00Z"}, ["b", "a"]),
        ({"status": "spam"}, []),
        ({"order": "oldest"}, ["a", "b"]),
    ],
)
def test_filters(client_of, alice, site, wish, found):
    reasons = [{"feature": "links", "text": "", "weight": 1.0, "span": None}]
    names = {
        str(make_scored_comment(site, author_name="Ann", body="pills", score=0.2).pk): "a",
        str(make_scored_comment(site, reasons=reasons, score=0.8).pk): "b",
    }

    assert [names[pk] for pk in ids(client_of(alice).get(URL, wish))] == found


def test_the_number_of_statements_does_not_grow(client_of, alice, site):
    client = client_of(alice)

    def statements(size):
        for _ in range(size):
            make_scored_comment(site, email="someone@example.org")
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    few, many = statements(1), statements(20)
    assert few == many == 4  # session, user, memberships, the page


def test_counts(client_of, alice, site):
    make_comment(site)
    make_scored_comment(site, status=Status.SPAM)
    make_scored_comment(make_site(url="https://elsewhere.example"))

    counts = client_of(alice).get(f"{URL}counts/").json()

    assert counts == {"pending": 1, "approved": 0, "rejected": 0, "spam": 1, "unscored": 1}


class TestPages:
    """A row that matches throughout the walk appears exactly once, whatever arrives meanwhile."""

    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from([None, 0.0, 0.25, 0.5, 0.5, 0.75, 1.0]), st.sampled_from([0, 0, 9])
            ),
            min_size=1,
            max_size=12,
        ),
        limit=st.integers(1, 5),
        order=st.sampled_from(["newest", "oldest", "score", "uncertain"]),
        arrivals=st.lists(st.sampled_from([None, 0.5, 1.0]), max_size=4),
    )
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_a_walk_there_and_back(self, client_of, alice, site, rows, limit, order, arrivals):
        Comment.objects.all().delete()
        now = timezone.now()
        there = [
            str(make_scored_comment(site, score=score, created_at=now - timedelta(days=days)).pk)
            for score, days in rows
        ]
        client, arriving = client_of(alice), list(arrivals)

        def walk(url, direction):
            while url:
                page = client.get(url).json()
                yield page, [row["id"] for row in page["results"]]
                if arriving:
                    make_scored_comment(site, score=arriving.pop())
                url = page[direction]

        forward = list(walk(f"{URL}?order={order}&limit={limit}", "next"))
        back = list(walk(forward[-1][0]["previous"], "previous"))

        seen = [pk for _page, rows in forward for pk in rows]
        assert len(seen) == len(set(seen))
        assert [pk for pk in seen if pk in there] == expected(there, order)
        again = [pk for _page, rows in reversed(back) for pk in rows] + forward[-1][1]
        assert len(again) == len(set(again))
        assert [pk for pk in again if pk in there] == expected(there, order)


def expected(there, order):
    if order == "oldest":
        return sorted(there)
    newest = sorted(there, reverse=True)
    if order == "newest":
        return newest
    column = {"score": "rank", "uncertain": "doubt"}[order]
    place = {str(row.pk): getattr(row, column) for row in Comment.objects.filter(pk__in=there)}
    return sorted(newest, key=place.__getitem__, reverse=True)
