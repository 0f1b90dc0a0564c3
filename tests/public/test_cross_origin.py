"""Which pages of other origins may read the public answers."""

import pytest
from django.test import Client

from moderation.status import Status
from tests.factories import make_scored_comment

HOME = "https://blog.example"
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def thread(site):
    comment = make_scored_comment(site, status=Status.APPROVED)
    return f"/sites/{site.pk}/thread.json?url={comment.article.url}"


def test_the_sites_own_pages_read(thread):
    response = Client().get(thread, headers={"Origin": HOME})

    assert response[ALLOW] == HOME
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://blog.example",
        "https://blog.example:8443",
        "https://blog.example.evil.example",
        "https://xblog.example",
        "https://blogxexample",
        "https://BLOG.example",
        "https://blog.example/",
        "*",
    ],
)
def test_nobody_else_reads(thread, origin):
    response = Client().get(thread, headers={"Origin": origin})

    assert ALLOW not in response
    assert "Origin" in response["Vary"]


def test_caches_tell_them_apart(thread):
    for headers in ({}, {"Origin": HOME}):
        assert "Origin" in Client().get(thread, headers=headers)["Vary"]
    seen = Client().get(thread)["ETag"]
    same = Client().get(thread, headers={"Origin": HOME, "If-None-Match": seen})
    assert (same.status_code, same[ALLOW]) == (304, HOME)


def test_a_form_that_is_refused_can_be_read_too(site):
    response = Client().post(
        f"/sites/{site.pk}/comments/",
        "comment=",
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": HOME, "Accept": "application/json"},
    )

    assert (response.status_code, response[ALLOW]) == (400, HOME)


@pytest.mark.parametrize(("origin", "allowed"), [(HOME, HOME), ("https://evil.example", None)])
def test_preflights(site, origin, allowed):
    response = Client().options(
        f"/sites/{site.pk}/comments/",
        headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
    )

    assert response.status_code == 204
    assert response.get(ALLOW) == allowed
    assert "POST" in response["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/api/v1/queue/", "/moderate/sign-in/", "/receipts/x/"])
def test_what_is_not_public_takes_no_part(site, path):
    response = Client().get(path, headers={"Origin": HOME})

    assert ALLOW not in response


def test_a_site_that_is_not_there_allows_nobody(db):
    path = "/sites/01900000-0000-7000-8000-000000000000/thread.json"

    assert ALLOW not in Client().get(path, headers={"Origin": HOME})
