"""GET /sites/{site}/thread/."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from moderation.public import conversation
from moderation.status import Status
from tests.factories import make_article, make_comment, make_site

ARTICLE = "https://blog.example/post/"
SECRET_OF_ONE_COPY = re.compile(rb'name="(nonce|timing)" value="[^"]*"')
VECTORS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "{{7*7}}{% debug %}",
    "&lt;b&gt;",
]


def make_public_comment(site, **fields):
    return make_comment(site, status=Status.APPROVED, **fields)


@pytest.fixture
def get(site):
    def get(url=ARTICLE, *, of=site, method="get", query=None, **headers):
        path = reverse("public:thread", args=[of.pk])
        request = getattr(Client(), method)
        return request(path, {"url": url, **(query or {})}, headers=headers)

    return get


@pytest.fixture
def html(get):
    def html(**query):
        response = get(query=query)
        assert response.status_code == 200
        return response.content.decode()

    return html


def outline(html):
    """Return how deep each comment stands, in the order of the page."""
    depth, found = 0, []
    for mark in re.findall(r"<ol|</ol>|id=\"c-[0-9a-f-]+\"", html):
        if mark.startswith("id"):
            found.append((mark[6:-1], depth))
        else:
            depth += 1 if mark == "<ol" else -1
    return found


def test_it_shows_comments_and_the_form(html, site):
    make_public_comment(site, author_name="Ada", body="Hello there", email="ada@fox.example")
    make_public_comment(site)

    page = html()

    assert "2 comments" in page
    assert "<bdi>Ada</bdi>" in page
    assert '<div class="words" dir="auto"><p>Hello there</p></div>' in page
    assert "Leave a Reply" in page
    assert f'name="article_url" value="{ARTICLE}"' in page
    assert "fox.example" not in page


def test_a_page_without_comments_still_has_the_form(html):
    page = html()

    assert "No comments yet" in page
    assert "Post Comment" in page


def test_a_website_is_a_link_that_gives_no_rank(html, site):
    make_public_comment(site, author_name="Ada", author_url="https://ada.example/?a=1&b=2")

    link = (
        '<a href="https://ada.example/?a=1&amp;b=2" rel="nofollow ugc noopener"><bdi>Ada</bdi></a>'
    )
    assert link in html()


@pytest.mark.parametrize("vector", VECTORS)
def test_whatever_a_visitor_writes_is_text(html, site, vector):
    parent = make_public_comment(site, author_name=vector, author_url=vector, body=vector)
    harmless = make_public_comment(site, author_name="x", body="x")

    page = html(parent=parent.pk)

    assert page.count(escape(vector)) == 3  # name, words, and who is replied to
    assert vector == escape(vector) or vector not in page
    assert f"c-{harmless.pk}" in page


def test_replies_stand_under_what_they_answer(html, site):
    first = make_public_comment(site)
    second = make_public_comment(site)
    reply = make_public_comment(site, parent=first)
    answer = make_public_comment(site, parent=reply)

    rows = [(first, 1), (reply, 2), (answer, 3), (second, 1)]
    assert outline(html()) == [(str(comment.pk), depth) for comment, depth in rows]


def test_a_long_exchange_moves_in_only_so_far(html, site):
    chain = [make_public_comment(site, author_name="Zero")]
    for number in range(1, 40):
        chain.append(make_public_comment(site, parent=chain[-1], author_name=f"Number {number}"))

    page = html()

    assert [depth for _comment, depth in outline(page)] == [1, 2, 3, *[4] * 37]
    assert [pk for pk, _depth in outline(page)] == [str(comment.pk) for comment in chain]
    assert "In reply to <bdi>Number 3</bdi>" in page
    assert "In reply to <bdi>Number 2</bdi>" not in page  # indentation says so


def test_a_reply_on_a_later_page_names_what_it_answers(html, site, monkeypatch):
    monkeypatch.setattr(conversation, "PAGE_SIZE", 2)
    first = make_public_comment(site, author_name="Ada")
    make_public_comment(site)
    reply = make_public_comment(site, parent=first)

    page = html()
    cursor = re.search(r'rel="next" href="[^"]*cursor=([\w-]+)', page)[1]
    later = html(cursor=cursor)

    assert outline(later) == [(str(reply.pk), 1)]
    assert "In reply to <bdi>Ada</bdi>" in later
    assert 'rel="prev"' in later
    assert 'rel="next"' not in later


def test_the_work_does_not_grow_with_the_comments(html, site):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            html(parent=first.pk)
        return len(captured)

    first = make_public_comment(site)
    few = statements()
    for _number in range(30):
        make_public_comment(site, parent=first)

    assert statements() == few <= 5


# --- replying


def test_a_reply_link_leads_to_a_form_that_names_the_comment(html, site):
    comment = make_public_comment(site, author_name="Ada")

    link = re.search(r'<p class="reply"><a href="([^"]*)"', html())[1].replace("&amp;", "&")
    page = Client().get(link).content.decode()

    assert link.endswith(f"parent={comment.pk}#reply")
    assert "Replying to <bdi>Ada</bdi>" in page
    assert "Cancel reply" in page
    assert f'name="parent" value="{comment.pk}"' in page


@pytest.mark.parametrize("named", ["nonsense", "", str(uuid4()), "\0"])
def test_a_reply_to_nothing_is_an_ordinary_comment(html, named):
    assert "Replying to" not in html(parent=named)


def test_a_closed_article_has_no_form(html, site):
    article = make_article(site, closed_at=timezone.now())
    make_public_comment(site, article=article)

    page = html()

    assert "Comments are closed." in page
    assert "<form" not in page
    assert "Reply" not in page


# --- what stays hidden


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM])
@pytest.mark.parametrize("shown", [0, 2])
def test_hidden_comments_leave_no_trace(get, site, status, shown):
    for _number in range(shown):
        make_public_comment(site)
    before = get()

    hidden = make_comment(site, status=status)
    make_comment(site, status=status, parent=hidden)
    after, asked_for = get(), get(query={"parent": hidden.pk})

    assert SECRET_OF_ONE_COPY.sub(b"", after.content) == SECRET_OF_ONE_COPY.sub(b"", before.content)
    assert after["ETag"] == before["ETag"] == asked_for["ETag"]


# --- bad addresses, caches


@pytest.mark.parametrize(
    ("url", "status"), [("", 400), ("nonsense", 400), ("https://elsewhere.example/", 404)]
)
def test_a_bad_address_is_refused_on_a_page(get, url, status):
    response = get(url)

    assert response.status_code == status
    assert "That did not work" in response.content.decode()


def test_a_strangers_site_is_not_there(get, site):
    other = make_site(url="https://mallory.example")

    assert get(of=other).status_code == 404


def test_a_reader_who_has_the_page_is_told_so(get, site):
    make_public_comment(site)
    first = get()

    again = get(**{"If-None-Match": first["ETag"]})
    make_public_comment(site)

    assert (again.status_code, again.content) == (304, b"")
    assert get(**{"If-None-Match": first["ETag"]}).status_code == 200


def test_every_copy_has_a_nonce_of_its_own_and_is_kept_by_one_reader(get):
    first, second = get(), get()

    assert first.content != second.content
    assert first["Cache-Control"] == "private, no-cache"


def test_no_cookie_is_set_or_asked_for(site, client_of, alice):
    path = reverse("public:thread", args=[site.pk])

    response = client_of(alice).get(path, {"url": ARTICLE})

    assert not response.cookies
    assert "cookie" not in response["Vary"].lower()
