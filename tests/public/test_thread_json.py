"""GET /sites/{site}/thread.json."""

import base64
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from moderation.public import conversation
from moderation.status import Status
from tests.factories import make_article, make_comment, make_site

ARTICLE = "https://blog.example/post/"
HIDDEN = [
    {"status": Status.PENDING},
    {"status": Status.REJECTED},
    {"status": Status.SPAM},
    {"status": Status.APPROVED, "erased_at": timezone.now()},
]


def make_public_comment(site, **fields):
    return make_comment(site, status=Status.APPROVED, **fields)


@pytest.fixture
def get(site):
    def get(url=ARTICLE, *, of=site, method="get", query=None, **headers):
        path = reverse("public:thread-json", args=[of.pk])
        request = getattr(Client(), method)
        return request(path, {"url": url, **(query or {})}, headers=headers)

    return get


def test_it_shows_the_approved_comments_in_the_contracts_shape(get, site):
    posted_at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    comment = make_public_comment(
        site,
        author_name="Ada <3",
        author_url="https://ada.example/",
        body="Hello\n<world>",
        email="ada@example.org",
        posted_at=posted_at,
    )

    body = get().json()

    assert body == {
        "article": {"id": str(comment.article_id), "url": ARTICLE, "title": "A post"},
        "count": 1,
        "next": None,
        "comments": [
            {
                "id": str(comment.pk),
                "parent": None,
                "author": {"name": "Ada <3", "url": "https://ada.example/"},
                "body": "Hello\n<world>",
                "html": "<p>Hello<br>&lt;world&gt;</p>",
                "posted_at": "2026-03-04T05:06:07Z",
            }
        ],
    }


def test_comments_come_in_the_order_in_which_they_were_sent(get, site):
    sent = [make_public_comment(site) for _number in range(3)]

    assert [row["id"] for row in get().json()["comments"]] == [str(one.pk) for one in sent]


def test_a_reply_names_its_parent(get, site):
    parent = make_public_comment(site)
    make_public_comment(site, parent=parent)

    assert get().json()["comments"][1]["parent"] == str(parent.pk)


def test_the_address_is_canonical(get, site):
    make_public_comment(site)

    spelt_otherwise = get("HTTPS://Blog.Example:443/post/?utm_source=x#c").json()

    assert spelt_otherwise["article"]["url"] == ARTICLE
    assert spelt_otherwise["count"] == 1


def test_a_page_without_comments_is_empty(get):
    body = get().json()

    empty = {"id": None, "url": ARTICLE, "title": ""}
    assert body == {"article": empty, "count": 0, "next": None, "comments": []}


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "http://blog.example/post/",
        "https://blog.example.evil.example/",
    ],
)
def test_a_page_outside_the_site_is_not_there(get, url):
    response = get(url)

    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("url", ["", "nonsense", "javascript:alert(1)", "https://a\0b/", "//x/"])
def test_a_bad_address_is_refused(get, url):
    response = get(url)

    assert response.status_code == 400
    assert set(response.json()["error"]["fields"]) == {"url"}


DEEP = base64.urlsafe_b64encode(b"[" * 6000).decode()


@pytest.mark.parametrize("cursor", ["nonsense", "é", "bnVsbA", "e30", "WzEsMl0", DEEP])
def test_a_bad_cursor_is_refused(get, site, cursor):
    for _article in range(2):  # the same with and without an article
        response = get(query={"cursor": cursor})
        assert response.status_code == 400
        assert set(response.json()["error"]["fields"]) == {"cursor"}
        make_article(site)


def test_an_unknown_site_is_not_there(get, site):
    site.pk = uuid4()

    assert get(of=site).status_code == 404


def test_comments_of_another_site_are_not_there(get, site):
    other = make_site(url="https://blog.example")  # the same origin, another owner
    make_public_comment(other)

    assert get().json()["count"] == 0


# --- pages


def test_a_walk_shows_every_comment_once(get, site, monkeypatch):
    monkeypatch.setattr(conversation, "PAGE_SIZE", 3)
    sent = [str(make_public_comment(site).pk) for _number in range(8)]

    seen, page = [], get().json()
    while True:
        assert page["count"] == 8
        seen += [row["id"] for row in page["comments"]]
        if page["next"] is None:
            break
        page = Client().get(page["next"]).json()

    assert seen == sent


def test_the_work_does_not_grow_with_the_comments(get, site):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert get().status_code == 200
        return len(captured)

    first = make_public_comment(site)
    few = statements()
    for number in range(30):
        make_public_comment(site, parent=first if number % 2 else None)

    assert statements() == few <= 4


# --- what stays hidden


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_comments_leave_no_trace(get, site, hidden):
    shown = make_public_comment(site)
    make_public_comment(site, parent=shown)
    before = get()

    concealed = make_comment(site, **hidden)
    make_comment(site, **hidden, parent=shown)
    make_comment(site, **hidden, parent=concealed)
    after = get()

    assert after.content == before.content
    assert dict(after.headers) == dict(before.headers)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_page_with_only_hidden_comments_is_like_one_with_none(get, site, hidden):
    before = get()
    make_comment(site, **hidden)
    after = get()

    assert after.content == before.content
    assert dict(after.headers) == dict(before.headers)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_reply_to_a_hidden_comment_stands_alone(get, site, hidden):
    reply = make_public_comment(site, parent=make_comment(site, **hidden, author_name="Ghost"))

    response = get()

    [row] = response.json()["comments"]
    assert (row["id"], row["parent"]) == (str(reply.pk), None)
    assert b"Ghost" not in response.content


def test_nothing_private_is_in_it(get, site):
    make_public_comment(
        site,
        email="canary@fox.example",
        score=0.8765,
        ip_prefix="192.0.2.0/24",
        user_agent="Netscape",
        reasons=[{"feature": "wording", "text": "a reason", "weight": 1.0, "span": None}],
    )

    [row] = get().json()["comments"]

    assert set(row) == {"id", "parent", "author", "body", "html", "posted_at"}
    assert set(row["author"]) == {"name", "url"}


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "https://me:pw@x.example/", 'https://x/"onload="1']
)
def test_a_website_that_got_past_the_validator_is_no_link(get, site, website):
    make_public_comment(site, author_url=website)

    assert get().json()["comments"][0]["author"]["url"] == ""


# --- caches


def test_who_has_it_already_is_told_so(get, site):
    make_public_comment(site)
    first = get()

    again = get(**{"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_change_makes_a_new_etag(get, site):
    comment = make_public_comment(site)
    first = get()

    comment.status = Status.SPAM
    comment.save()
    again = get(**{"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert again.json()["count"] == 0


def test_head_has_the_headers_and_no_body(get, site):
    make_public_comment(site)

    head = get(method="head")

    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == get()["ETag"]


def test_no_cookie_is_set_or_asked_for(get, client_of, alice, site):
    path = reverse("public:thread-json", args=[site.pk])

    for response in (get(), client_of(alice).get(path, {"url": ARTICLE})):
        assert not response.cookies
        assert "cookie" not in response["Vary"].lower()


@pytest.mark.parametrize("path", ["get", "head"])
def test_the_sites_own_pages_may_read_it(get, site, path):
    response = get(method=path, Origin="https://blog.example")

    assert response["Access-Control-Allow-Origin"] == "https://blog.example"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "https://blog.example.evil.example",
        "https://blogxexample",
        "http://blog.example",
        "https://blog.example:8443",
        "https://BLOG.example",
        "*",
    ],
)
def test_other_pages_may_not(get, origin):
    response = get(Origin=origin)

    assert "Access-Control-Allow-Origin" not in response
    assert "Origin" in response["Vary"]


def test_it_is_json_and_nothing_else(get):
    response = get(Accept="text/html")

    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
