"""Akismet's protocol: comment-check."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Check, Comment
from moderation.models.comment import Comment as Row
from moderation.services import access, blogs, checks, triage
from moderation.services.triage import score_waiting
from moderation.status import Status
from tests.api.akismet import BLOG, HAM, SPAM, call, check, word
from tests.factories import make_article, make_scored_comment


def comment_of(answer) -> Comment:
    return Comment.objects.get(pk=UUID(answer["X-akismet-guid"]))


@pytest.fixture
def open_keys(keys):
    """A site that publishes what its policy finds welcome."""
    keys.site.hold_first_time, keys.site.approve_below = False, 0.9
    keys.site.save()
    return keys


def test_a_comment_is_stored_and_judged_in_the_request(
    open_keys, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = check(open_keys.plugin_key)

    assert word(answer) == "false"
    comment = comment_of(answer)
    assert (comment.source, comment.status, comment.site) == ("akismet", "approved", open_keys.site)
    assert (comment.author_name, comment.body) == ("Ada", HAM["comment_content"])
    assert comment.open_email() == "ada@example.org"
    assert comment.scored_at is not None
    assert (comment.lease_token, comment.attempts) == (None, 1)
    assert [decision.actor_kind for decision in comment.decisions.all()] == ["policy"]
    assert nudges == []
    assert "X-akismet-recheck-after" not in answer


def test_the_test_author_is_spam(keys):
    answer = check(keys.plugin_key, SPAM)

    assert word(answer) == "true"
    assert "X-akismet-debug-help" not in answer
    assert comment_of(answer).status == Status.SPAM


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "editor, administrator"}, "false"),
        (
            {"user_role": "administrator", "comment_content": "viagra http://a.example " * 9},
            "false",
        ),
    ],
)
def test_the_protocols_own_values_decide(keys, fields, expected):
    assert word(check(keys.plugin_key, **fields)) == expected


@pytest.mark.parametrize(
    ("when_unsure", "expected", "again"), [("publish", "false", "120"), ("spam", "true", None)]
)
def test_the_owner_says_what_becomes_of_the_unsure(keys, when_unsure, expected, again):
    keys.site.when_unsure = when_unsure
    keys.site.save()

    answer = check(keys.plugin_key)

    assert comment_of(answer).status == Status.PENDING
    assert (word(answer), answer.get("X-akismet-recheck-after")) == (expected, again)
    assert "X-akismet-pro-tip" not in answer


def test_a_recheck_of_the_unsure_does_not_ask_for_another(keys):
    check(keys.plugin_key)

    answer = check(keys.plugin_key, recheck_reason="recheck")

    assert word(answer) == "false"
    assert "X-akismet-recheck-after" not in answer


def test_plain_spam_may_be_thrown_away(keys, monkeypatch):
    monkeypatch.setattr(checks, "BLATANT_FROM", 0.0)

    assert check(keys.plugin_key, SPAM)["X-akismet-pro-tip"] == "discard"


def test_the_same_check_again_is_one_comment(keys):
    first = check(keys.plugin_key)
    again = check(keys.plugin_key, recheck_reason="recheck_queue", comment_author_url="http://x.y")

    assert first["X-akismet-guid"] == again["X-akismet-guid"]
    assert Comment.objects.count() == Check.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"user_ip": "198.51.100.1"},
        {"comment_author": "Bo"},
        {"comment_author_email": "bo@example.org"},
        {"comment_content": "Something else."},
        {"permalink": f"{BLOG}/other/"},
    ],
)
def test_another_comment_is_another_comment(keys, changed):
    check(keys.plugin_key)
    check(keys.plugin_key, **changed)

    assert Comment.objects.count() == 2


def test_a_repeated_check_answers_as_the_comment_stands(keys):
    answer = check(keys.plugin_key)
    call("/1.1/submit-spam", {**HAM, "api_key": keys.plugin_key})

    assert word(check(keys.plugin_key)) == "true"
    assert word(answer) == "false"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"blog": ""}, 'Empty "blog" value'),
        ({"blog": None}, 'Empty "blog" value'),
        ({"blog": "nonsense"}, "We were unable to parse your blog URI"),
        ({"blog": "https://other.example"}, "This key belongs to another site"),
        ({"user_ip": None}, "user_ip"),
        ({"api_key": ""}, 'Empty "api_key" value'),
        ({"api_key": "000000000000"}, "Invalid key"),
        ({"comment_author": "n" * 101}, "comment_author is too long"),
    ],
)
def test_what_cannot_be_judged_is_invalid_and_says_why(keys, change, told):
    fields = {**HAM, "api_key": keys.plugin_key, **change}

    answer = call(
        "/1.1/comment-check", {name: value for name, value in fields.items() if value is not None}
    )

    assert word(answer) == "invalid"
    assert told in answer["X-akismet-debug-help"]
    assert UUID(answer["X-akismet-guid"])
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"user_ip": ""},
        {"user_ip": "unknown"},
        {"user_ip": "::ffff:203.0.113.9"},
        {"permalink": ""},
        {"permalink": "nonsense"},
        {"permalink": "https://elsewhere.example/"},
        {"comment_author": ""},
        {"comment_author_email": "5f4dcc3b5aa765d61d8327deb882cf99"},
        {"comment_author_url": "javascript:alert(1)"},
        {"comment_author_url": "ada.example/page"},
        {"comment_content": ""},
        {"comment_content": "a\0b\x07c"},
        {"comment_author": "A\nd\0a"},
        {"comment_date_gmt": "not a time"},
        {"comment_date_gmt": "9999-12-31T23:59:59-14:00"},
        {"comment_date_gmt": "0001-01-01T00:00:00+14:00"},
        {"comment_date_gmt": "2020-13-45T99:99:99Z"},
        {"POST_ak_js": "9" * 4000},
        {"POST_ak_js": "\u00b2"},
        {"comment_context": ["a", "b"]},
        {"comment_context[]": ["a", "b"]},
        {"comment_context[0]": "a", "comment_context[1]": "b"},
        {"content_type": "comment", "comment_type": ""},
        {"honeypot_field_name": "nowhere"},
        {"honeypot_field_name": "honeypot_field_name\0"},
        {"guid": "x", "HTTP_COOKIE": "secret=1", "POST_x": "y", "blog_charset": "rot13"},
        {"blog_charset": "\u00e9"},
        {"comment_content": "x" * 65_535},
    ],
)
def test_odd_values_are_no_reason_to_refuse(keys, odd):
    assert word(check(keys.plugin_key, **odd)) in {"true", "false"}
    [comment] = Comment.objects.all()
    assert comment.article.url.startswith(BLOG)
    assert comment.author_url in {"", "http://ada.example/page"}
    assert not any(char in comment.body + comment.author_name for char in "\0\n\x07")


def test_only_what_judging_needs_is_kept(keys):
    secret = "s3cret-value"
    check(
        keys.plugin_key,
        HTTP_COOKIE=secret,
        POST_password=secret,
        REMOTE_ADDR="203.0.113.99",
        SERVER_SIGNATURE=secret,
        user_ip="203.0.113.7",
        referrer=f"{BLOG}/?q={secret}",
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM moderation_comment")
        row = str(cursor.fetchall())
    assert secret not in row
    assert "203.0.113.7" not in row
    assert "203.0.113.0/24" in row


def test_the_trap_and_the_time_on_the_page_are_evidence(keys):
    shown = int((timezone.now() - timedelta(seconds=30)).timestamp() * 1000)

    answer = check(keys.plugin_key, honeypot_field_name="trap", trap="filled", POST_ak_js=shown)

    comment = comment_of(answer)
    assert comment.trap_filled
    assert 29 < comment.seconds_on_page < 40


def test_the_plugins_hidden_textarea_is_a_trap(keys):
    assert comment_of(check(keys.plugin_key, POST_ak_hp_textarea="x")).trap_filled


def test_a_late_recheck_knows_nothing_of_the_time_on_the_page(keys):
    answer = check(keys.plugin_key, POST_ak_js="1700000000000", recheck_reason="recheck_queue")

    assert comment_of(answer).seconds_on_page is None


def test_the_time_of_writing_is_kept(keys):
    answer = check(keys.plugin_key, comment_date_gmt="2026-01-02T03:04:05Z")

    assert comment_of(answer).posted_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("charset", "sent"),
    [
        ("ISO-8859-1", "caf\u00e9".encode("latin-1")),
        ("windows-1251", "\u043f\u0440\u0438\u0432\u0435\u0442".encode("cp1251")),
        ("Shift_JIS", "\u30b3\u30e1\u30f3\u30c8".encode("shift_jis")),
        ("ISO-2022-JP", "\u30b3\u30e1\u30f3\u30c8".encode("iso-2022-jp")),
        ("UTF-8", "caf\u00e9".encode()),
        ("", "caf\u00e9".encode("latin-1")),
        ("iso-8859-1", "caf\u00e9".encode()),
    ],
)
def test_blogs_write_in_their_own_charset(keys, charset, sent):
    fields = {**HAM, "api_key": keys.plugin_key, "blog_charset": charset, "comment_content": sent}

    answer = call("/1.1/comment-check", urlencode(fields))

    wanted = {
        "windows-1251": "\u043f\u0440\u0438\u0432\u0435\u0442",
        "Shift_JIS": "\u30b3\u30e1\u30f3\u30c8",
        "ISO-2022-JP": "\u30b3\u30e1\u30f3\u30c8",
    }.get(charset, "caf\u00e9")
    assert comment_of(answer).body == wanted


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"%", b"%zz=%zz", b"&&&=", b"=", b"\xed\xa0\x80=1", b"{}", b""]
)
def test_no_body_is_a_reason_to_fail(keys, body):
    assert word(call("/1.1/comment-check", body)) == "invalid"


def test_bodies_have_their_limits(keys):
    fields = {**HAM, "api_key": keys.plugin_key}

    too_long = call("/1.1/comment-check", {**fields, "comment_content": "x" * 65_536})
    too_large = call("/1.1/comment-check", {**fields, "other": "x" * 1024 * 1024})
    too_many = call("/1.1/comment-check", "&".join(f"f{n}=1" for n in range(1001)))

    assert [answer.status_code for answer in (too_long, too_large, too_many)] == [413, 413, 400]
    assert too_long.json()["error"]["code"] == too_large.json()["error"]["code"] == "too_large"
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("value", ["1", "true", "True"])
def test_a_test_leaves_no_trace(keys, value, nudges):
    answer = check(keys.plugin_key, is_test=value)

    assert word(answer) in {"true", "false"}
    assert UUID(answer["X-akismet-guid"])
    assert (Comment.objects.count(), Check.objects.count(), nudges) == (0, 0, [])


def test_a_test_knows_the_protocols_values(keys):
    assert word(check(keys.plugin_key, SPAM, is_test="1")) == "true"
    assert word(check(keys.plugin_key, is_test="1", user_role="administrator")) == "false"
    discarded = check(keys.plugin_key, is_test="1", test_discard="1")
    assert (word(discarded), discarded["X-akismet-pro-tip"]) == ("true", "discard")


@pytest.mark.parametrize("value", ["0", "false", ""])
def test_no_test_is_no_test(keys, value):
    check(keys.plugin_key, is_test=value)

    assert Comment.objects.count() == 1


def test_a_judge_that_fails_leaves_the_comment_to_a_worker(
    open_keys, monkeypatch, nudges, django_capture_on_commit_callbacks
):
    class Broken:
        version = "broken"

        def score_batch(self, evidence):
            raise ValueError

        score = score_batch

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(triage, "classifier", Broken)
        answer = check(open_keys.plugin_key)

    assert (word(answer), answer["X-akismet-recheck-after"]) == ("false", "120")
    assert Comment.objects.waiting().count() == 1
    assert nudges == ["tasks.triage.score_waiting"]
    assert Check.objects.get().answered_spam is None
    assert score_waiting() == 1
    assert comment_of(answer).status == Status.APPROVED


def test_what_takes_too_long_is_answered_as_pending_and_judged_at_the_recheck(
    open_keys, monkeypatch, nudges, django_capture_on_commit_callbacks
):
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(checks, "BUDGET_SECONDS", -1.0)
        slow = check(open_keys.plugin_key)
    assert slow["X-akismet-recheck-after"] == "120"
    assert nudges == ["tasks.triage.score_waiting"]

    again = check(open_keys.plugin_key, recheck_reason="recheck")

    assert word(again) == "false"
    assert again["X-akismet-guid"] == slow["X-akismet-guid"]
    assert comment_of(again).status == Status.APPROVED
    assert Check.objects.get().answered_spam is False


def test_checked_comments_are_never_public(open_keys, client):
    article = make_article(open_keys.site)
    answer = check(open_keys.plugin_key)
    public = make_scored_comment(open_keys.site, article=article, status=Status.APPROVED)
    assert comment_of(answer).article == article
    assert comment_of(answer).status == Status.APPROVED

    for page in ("thread", "thread.json"):
        shown = client.get(
            f"/sites/{open_keys.site.pk}/{page}/"
            if page == "thread"
            else f"/sites/{open_keys.site.pk}/{page}",
            {"url": article.url},
        )
        assert shown.status_code == 200
        assert HAM["comment_content"] not in shown.content.decode()
        assert public.body in shown.content.decode()
    assert list(Row.objects.published()) == [public]


def test_nobody_replies_to_a_checked_comment(open_keys, client, bearer):
    checked = comment_of(check(open_keys.plugin_key))
    body = {
        "article": {"url": checked.article.url},
        "author": {"name": "Bo"},
        "body": "Me too.",
        "parent": str(checked.pk),
    }

    answer = client.post(
        "/api/v1/comments/", body, content_type="application/json", **bearer(open_keys.key)
    )

    assert answer.status_code == 400


def test_checked_comments_stand_in_the_queue(keys, client, bearer):
    answer = check(keys.plugin_key)

    [row] = client.get("/api/v1/queue/", **bearer(keys.review_key)).json()["results"]

    assert (row["id"], row["source"]) == (answer["X-akismet-guid"], "akismet")


def test_the_explanation_is_announced_under_a_name_of_its_own(keys, settings):
    settings.PUBLIC_URL = "https://winnow.example"

    answer = check(keys.plugin_key)

    guid = answer["X-akismet-guid"]
    assert answer["X-winnow-explanation"] == (
        f"https://winnow.example/api/v1/comments/{guid}/explanation/"
    )


def test_closed_and_old_pages_are_the_blogs_own_business(keys):
    make_article(keys.site, closed_at=timezone.now())

    assert word(check(keys.plugin_key)) == "false"


def test_a_check_takes_a_constant_number_of_statements(keys, monkeypatch):
    for module in (access, blogs):  # the key and the blog are remembered: time stands still
        monkeypatch.setattr(module, "moment", lambda: 0)
    check(keys.plugin_key)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        check(keys.plugin_key, comment_content="Another one.")

    assert len(queries) <= 17
