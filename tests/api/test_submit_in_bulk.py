"""POST /api/v1/comments/bulk/."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Article, Comment
from moderation.services import access
from moderation.status import Status
from tests.factories import make_article, make_comment

URL = "/api/v1/comments/bulk/"


def item(n=0, **changes):
    return {
        "article": {"url": "https://blog.example/post/", "title": "A post"},
        "author": {"name": f"Bo {n}", "email": "bo@example.org"},
        "body": f"Well said {n}.",
        "external_id": f"wp-{n}",
        **changes,
    }


@pytest.fixture
def post(keys, bearer):
    def post(items, key=keys.key, **headers):
        sent = items if isinstance(items, str) else json.dumps({"comments": items})
        return Client().post(URL, sent, content_type="application/json", **bearer(key, **headers))

    return post


def statuses(response):
    assert response.status_code == 200, response.content
    return [result["status"] for result in response.json()["results"]]


def test_it_stores_them_in_order_and_wakes_a_worker_once(
    post, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = post([item(n) for n in range(5)])

    results = response.json()["results"]
    assert statuses(response) == [201] * 5
    assert [r["comment"]["external_id"] for r in results] == [f"wp-{n}" for n in range(5)]
    assert all(r["comment"]["receipt"] for r in results)
    assert nudges == ["tasks.triage.score_waiting"]
    stored = Comment.objects.get(external_id="wp-3")
    assert (stored.body, stored.open_email()) == ("Well said 3.", "bo@example.org")
    assert (stored.status, stored.article.title) == (Status.PENDING, "A post")


def test_each_is_told_what_is_wrong_with_it(post, keys):
    make_article(keys.site, path="/closed/", closed_at=timezone.now())
    hidden = make_comment(keys.site)

    response = post(
        [
            item(1),
            item(2, body=""),
            7,
            None,
            item(3, article={"url": "https://evil.example/"}),
            item(4, article={"url": "https://blog.example/closed/"}),
            item(5, parent=str(hidden.pk)),
            item(6, author={"name": "Bo", "email": "bo"}),
            item(7, context={"ip": "999.1.1.1"}),
        ]
    )

    assert statuses(response) == [201] + [400] * 8
    fields = [list(r["error"]["fields"]) for r in response.json()["results"][1:]]
    assert fields == [
        ["body"],
        ["body"],
        ["body"],
        ["article.url"],
        ["article.url"],
        ["parent"],
        ["author.email"],
        ["context.ip"],
    ]
    assert Comment.objects.exclude(pk=hidden.pk).count() == 1


def test_the_same_batch_again_changes_nothing(post):
    first = post([item(n) for n in range(3)]).json()["results"]
    again = post([item(n) for n in range(4)])

    assert statuses(again) == [200, 200, 200, 201]
    assert [r["comment"] for r in again.json()["results"][:3]] == [r["comment"] for r in first]


def test_another_body_under_the_same_id_is_refused(post):
    post([item(1)])

    response = post([item(1, body="Something else."), item(2)])

    assert statuses(response) == [409, 201]
    assert response.json()["results"][0]["error"]["code"] == "key_reused"


def test_a_named_call_is_the_same_comments_again(post):
    nameless = [item(n, external_id=None) for n in (1, 1, 2)]
    first = post(nameless, **{"Idempotency-Key": "k1"})
    again = post(nameless, **{"Idempotency-Key": "k1"})

    assert (statuses(first), statuses(again)) == ([201] * 3, [200] * 3)
    assert [r["comment"] for r in again.json()["results"]] == [
        r["comment"] for r in first.json()["results"]
    ]
    other = post([*nameless[:2], item(9, external_id=None)], **{"Idempotency-Key": "k1"})
    assert statuses(other) == [200, 200, 409]
    assert statuses(post(nameless, **{"Idempotency-Key": "k2"})) == [201] * 3


def test_of_two_that_are_one_the_first_counts(post):
    response = post([item(1), item(1), item(1, body="Other.")])

    assert statuses(response) == [201, 200, 409]
    assert Comment.objects.get().body == "Well said 1."


def test_the_same_words_without_an_id_are_one_for_a_minute(post):
    nameless = item(1, external_id=None)
    post([nameless])
    assert statuses(post([nameless, nameless])) == [200, 200]

    Comment.objects.update(created_at=timezone.now() - timedelta(seconds=61))

    assert statuses(post([nameless])) == [201]
    assert Comment.objects.count() == 2


def test_equal_words_under_two_ids_are_two_comments(post):
    twice = [item(1), item(1, external_id="wp-other")]

    assert statuses(post(twice)) == [201, 201]


def test_who_merely_sends_the_same_words_gets_no_receipt(post):
    nameless = item(1, external_id=None)

    first, second = post([nameless, nameless]).json()["results"]

    assert "receipt" in first["comment"]
    assert "receipt" not in second["comment"]


def test_replies_to_published_comments_and_new_pages(post, keys):
    parent = make_comment(keys.site, status=Status.APPROVED)

    response = post(
        [
            item(1, parent=str(parent.pk)),
            item(2, article={"url": "https://blog.example/new/"}),
            item(3, article={"url": "https://blog.example/new/", "title": "New"}),
            item(4, article={"url": "https://blog.example/new/"}, parent=str(parent.pk)),
        ]
    )

    assert statuses(response) == [201, 201, 201, 400]
    assert Comment.objects.get(external_id="wp-1").parent == parent
    assert Article.objects.get(url="https://blog.example/new/").title == "New"


def test_a_page_that_has_a_title_keeps_it(post, keys):
    make_article(keys.site, title="First")

    post([item(1)])

    assert Article.objects.get().title == "First"


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", '{"comments": []}', '{"comments": {}}', json.dumps({"comments": [{}] * 501})],
)
def test_a_bad_batch_is_refused_as_a_whole(post, body):
    response = post(body)

    assert response.status_code == 400
    assert response.json()["error"]["fields"]


def test_a_body_over_1_mib_is_refused(post):
    assert post([item(1, padding="x" * 2**20)]).status_code == 413


def test_a_session_submits_nothing(client_of, alice):
    response = client_of(alice).post(URL, {"comments": [item(1)]}, content_type="application/json")

    assert response.status_code == 400


def test_500_take_as_many_statements_as_two(post, transactional_db, monkeypatch):
    monkeypatch.setattr(access, "KNOWN_SECONDS", 3600.0)  # a busy machine may need longer

    def statements(numbers, page):
        items = [item(n, article={"url": f"https://blog.example/{page}/"}) for n in numbers]
        with CaptureQueriesContext(connection) as captured:
            assert statuses(post(items)) == [201] * len(items)
        return len(
            [q for q in captured if connection.vendor != "sqlite" or "INSERT" not in q["sql"]]
        )

    post([item(0)])  # the day's salt, the key's last use
    few = statements(range(1, 3), "few")
    assert statements(range(10, 510), "many") == few <= 12
