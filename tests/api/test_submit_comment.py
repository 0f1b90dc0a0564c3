"""POST /api/v1/comments/."""

import gzip
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from moderation.models import Comment
from moderation.services import access
from moderation.services.sites import create_site
from moderation.status import Status
from tests.factories import make_comment

URL = "/api/v1/comments/"


def submission(**changes):
    return {
        "article": {"url": "https://blog.example/post/", "title": "A post"},
        "author": {"name": "Bo", "email": "bo@example.org", "url": "https://bo.example/"},
        "body": "Well said.",
        **changes,
    }


@pytest.fixture
def post(keys, bearer):
    def post(body, key=keys.key, **headers):
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return Client().post(URL, sent, content_type="application/json", **bearer(key, **headers))

    return post


def test_it_stores_before_it_answers(post, nudges, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = post(submission())

    assert response.status_code == 201
    comment = Comment.objects.get(pk=response.json()["id"])
    assert (comment.status, comment.scored_at) == (Status.PENDING, None)
    assert comment.open_email() == "bo@example.org"
    assert nudges == ["tasks.triage.score_waiting"]


def test_the_answer_has_the_contracts_shape(post):
    body = post(submission()).json()

    assert set(body) == {
        "id", "site", "article", "parent", "author", "body", "language", "source", "external_id",
        "status", "version", "score", "scored_at", "reasons", "classifier", "posted_at",
        "created_at", "receipt", "campaign",
    }  # fmt: skip
    assert body["author"] == {"name": "Bo", "url": "https://bo.example/"}


def test_a_review_key_sees_the_address_masked(post, keys):
    assert post(submission(), key=keys.review_key).json()["author"]["email"] == "b…@e…"


@pytest.mark.parametrize("key", ["nonsense", "wn_" + "x" * 43])
def test_it_requires_a_key(post, key):
    response = post(submission(), key=key)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "authentication_failed"


def test_a_stranger_cannot_write_into_another_site(post, db):
    other = create_site("Other", "https://other.example")

    response = post(submission(), key=other.key)

    assert response.status_code == 400
    assert response.json()["error"]["fields"] == {"article.url": "is not a page of this site"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": " \n\t"}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"body": 7}, "body"),
        ({"body": None}, "body"),
        ({"body": "nul \x00 byte"}, "body"),
        ({"author": {"name": ""}}, "author.name"),
        ({"author": {"name": "x" * 101}}, "author.name"),
        ({"author": {"name": "Bo", "email": "bo"}}, "author.email"),
        ({"author": {"name": "Bo", "email": "b@" + "x" * 300 + ".example"}}, "author.email"),
        ({"author": {"name": "Bo", "url": "javascript:alert(1)"}}, "author.url"),
        ({"author": {"name": "Bo", "url": "https://user:pass@evil.example"}}, "author.url"),
        ({"author": {"name": "Bo", "url": "https://x.example/'onclick="}}, "author.url"),
        ({"author": {"name": "Bo", "url": "https://x.example/" + "x" * 2000}}, "author.url"),
        ({"author": ["Bo"]}, "author"),
        ({"article": {"url": "https://evil-blog.example/"}}, "article.url"),
        ({"article": {"url": "/post/"}}, "article.url"),
        ({"article": {"url": "https://blog.example/", "title": "x" * 301}}, "article.title"),
        ({"parent": "not-an-id"}, "parent"),
        ({"posted_at": "yesterday"}, "posted_at"),
        ({"context": {"ip": "999.1.1.1"}}, "context.ip"),
        ({"context": {"seconds_on_page": -1}}, "context.seconds_on_page"),
        ({"context": {"seconds_on_page": "5"}}, "context.seconds_on_page"),
        ({"external_id": "x" * 256}, "external_id"),
    ],
)
def test_it_names_the_bad_field_and_stores_nothing(post, changes, field):
    response = post(submission(**changes))

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"text"',
        "{",
        "[" * 50_000,
        '{"body": NaN}',
        '{"body": "a", "body": "b"}',
        '{"seconds": ' + "9" * 5_000 + "}",
        b'{"body": "\xff\xfe"}',
        '{"article": {"url": "https://blog.example/"}, "author": {"name": "\\ud800"}, "body": "x"}',
    ],
)
def test_no_body_is_a_server_error(post, body):
    response = post(body)

    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_a_number_that_overflows_is_refused(post):
    sent = json.dumps(submission(context={"seconds_on_page": 1})).replace(": 1}", ": 1e9999}")

    assert post(sent).status_code == 400


def test_a_body_over_64_kib_is_refused(post):
    assert post(submission(padding="x" * 65_536)).status_code == 413


@pytest.mark.parametrize("path", [URL, f"{URL}bulk/", "/api/v1/queue/decisions/"])
def test_a_body_in_chunks_is_asked_for_its_length(keys, bearer, path):
    headers = bearer(keys.review_key, **{"Transfer-Encoding": "chunked"})

    response = Client().post(
        path, "{}", content_type="application/json", CONTENT_LENGTH="", **headers
    )

    assert response.status_code == 411


def test_a_key_may_name_the_article_later(post):
    post(submission(article={"url": "https://blog.example/post/"}))
    post(submission(body="Another."))

    assert Comment.objects.first().article.title == "A post"


def test_a_packed_body_is_not_unpacked(post):
    packed = gzip.compress(json.dumps(submission()).encode())

    response = post(packed, **{"Content-Encoding": "gzip"})

    assert response.status_code == 415
    assert "Content-Encoding" in response.json()["error"]["message"]
    assert post(submission(), **{"Content-Encoding": "identity"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("nul \0 byte", "character 5 is U+0000, a control character"),
        ("A\nbell:\x07", "character 8 is U+0007, a control character"),
        ("half a \ud83d", "character 8 is U+D83D, half a surrogate pair"),
    ],
)
def test_a_character_that_cannot_be_stored_is_named_with_its_place(post, body, told):
    response = post(submission(body=body))

    assert response.json()["error"]["fields"] == {"body": f"cannot be stored: {told}"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_read(keys, bearer, content_type):
    response = Client().post(URL, "body=x", content_type=content_type, **bearer(keys.key))

    assert response.status_code == 415


def test_a_name_is_measured_after_normalisation(post):
    decomposed = "e\u0301" * 100

    response = post(submission(author={"name": decomposed}))

    assert response.status_code == 201
    assert response.json()["author"]["name"] == "é" * 100


def test_the_articles_address_has_one_spelling(post):
    post(submission(article={"url": "HTTPS://Blog.Example:443/post/?utm_source=x&id=7#top"}))
    post(submission(article={"url": "https://blog.example/post/?id=7"}, body="Another."))

    assert set(Comment.objects.values_list("article__url", flat=True)) == {
        "https://blog.example/post/?id=7"
    }


class TestRepeats:
    def test_the_same_idempotency_key_gives_the_same_comment(self, post):
        first = post(submission(), **{"Idempotency-Key": "k1"})
        again = post(submission(), **{"Idempotency-Key": "k1"})

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    def test_the_same_key_with_another_body_is_refused(self, post):
        post(submission(), **{"Idempotency-Key": "k1"})

        response = post(submission(body="Something else."), **{"Idempotency-Key": "k1"})

        assert response.status_code == 409
        assert Comment.objects.count() == 1

    @pytest.mark.parametrize(
        "changes", [{"external_id": "wp-7"}, {"posted_at": "2001-02-03T04:05:06Z"}]
    )
    def test_the_same_key_under_another_name_or_date_is_refused(self, post, changes):
        post(submission(), **{"Idempotency-Key": "k1"})
        first = post(submission(**changes), **{"Idempotency-Key": "k2"})

        assert post(submission(**changes), **{"Idempotency-Key": "k1"}).status_code == 409
        again = post(submission(**changes), **{"Idempotency-Key": "k2"})
        assert (again.status_code, again.json()) == (200, first.json())

    def test_the_same_external_id_gives_the_same_comment_as_it_stands(self, post):
        first = post(submission(external_id="wp-7")).json()
        Comment.objects.update(score=0.25, scored_at=timezone.now())

        again = post(submission(external_id="wp-7"))

        assert again.status_code == 200
        assert (again.json()["id"], again.json()["score"]) == (first["id"], 0.25)

    def test_other_words_under_the_same_external_id_are_refused(self, post):
        post(submission(external_id="wp-7"))

        assert post(submission(external_id="wp-7", body="Other.")).status_code == 409

    def test_two_keys_are_two_comments(self, post):
        post(submission(), **{"Idempotency-Key": "k1"})
        post(submission(), **{"Idempotency-Key": "k2"})

        assert Comment.objects.count() == 2

    def test_the_same_words_from_the_same_client_are_one_comment_for_a_minute(self, post):
        first = post(submission()).json()
        again = post(submission())

        assert (again.status_code, again.json()["id"]) == (200, first["id"])

    def test_who_merely_sends_the_same_words_gets_no_receipt(self, post):
        post(submission())

        assert "receipt" not in post(submission()).json()

    def test_the_same_words_after_a_minute_are_another_comment(self, post):
        first = post(submission()).json()
        Comment.objects.update(created_at=timezone.now() - timedelta(seconds=61))

        second = post(submission())

        assert second.status_code == 201
        assert second.json()["id"] != first["id"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"context": {"ip": "192.0.2.7"}},
            {"context": {"user_agent": "Another"}},
            {"author": {"name": "Bo", "email": "other@example.org"}},
            {"author": {"name": "Bob", "email": "bo@example.org"}},
            {"article": {"url": "https://blog.example/other/"}},
        ],
    )
    def test_anything_else_makes_another_comment(self, post, changes):
        post(submission())

        assert post(submission(**changes)).status_code == 201


class TestParent:
    def test_a_reply_belongs_under_a_published_comment(self, post, keys):
        parent = make_comment(keys.site, status=Status.APPROVED)

        response = post(submission(parent=str(parent.pk)))

        assert response.status_code == 201
        assert response.json()["parent"] == str(parent.pk)

    @pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM])
    def test_a_hidden_parent_is_not_there(self, post, keys, status):
        parent = make_comment(keys.site, status=status)

        assert post(submission(parent=str(parent.pk))).status_code == 400

    def test_a_parent_of_another_page_is_not_there(self, post, keys, site):
        parent = make_comment(site, status=Status.APPROVED)

        assert post(submission(parent=str(parent.pk))).status_code == 400


class TestClosing:
    def test_a_closed_article_takes_no_more(self, post, keys):
        make_comment(keys.site).article.__class__.objects.update(closed_at=timezone.now())

        response = post(submission())

        assert response.json()["error"]["fields"] == {"article.url": "takes no more comments"}

    def test_articles_close_by_age_when_the_site_says_so(self, post, keys):
        article = make_comment(keys.site).article
        type(article).objects.update(created_at=timezone.now() - timedelta(days=8))
        keys.site.close_after_days = 7
        keys.site.save()

        assert post(submission()).status_code == 400


def test_a_flood_under_one_key_is_told_when_to_come_back(post, settings):
    settings.KEY_LIMIT = "2/minute"
    post(submission())
    post(submission())

    response = post(submission())

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 61
    assert response.json()["error"]["code"] == "too_many_requests"


def test_network_addresses_are_kept_reduced(post):
    post(submission(context={"ip": "203.0.113.77", "user_agent": "Browser\t 1"}))

    comment = Comment.objects.get()
    assert comment.ip_prefix == "203.0.113.0/24"
    assert len(comment.ip_hash) == 16
    assert comment.user_agent == "Browser 1"


@pytest.mark.django_db(transaction=True)
def test_storing_takes_three_statements_and_two_for_a_busy_key(
    post, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(access, "moment", lambda: 0)  # what is remembered stays so
    post(submission())
    access.valid_key.cache_clear()

    with django_assert_num_queries(3):  # the key, the article, the comment
        post(submission(body="Second."))
    with django_assert_num_queries(2):
        post(submission(body="Third."))
