"""What holds for every address under /api/: shape of errors, headers, the schema."""

import json
import re

import pytest
from django.urls import get_resolver

from moderation.api.urls import urlpatterns


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/queue", "/api/v1/comments/7/", "/api/"]
)
def test_what_does_not_exist_is_404_in_the_contracts_shape(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: str(pattern.pattern))
def test_every_address_ends_in_exactly_one_slash(pattern):
    assert str(pattern.pattern).endswith("/")


def test_the_wrong_verb_is_405_in_the_contracts_shape(client, keys, bearer):
    response = client.get("/api/v1/comments/", **bearer(keys.key))

    assert response.status_code == 405
    assert set(response.json()["error"]) == {"code", "message"}


def test_private_answers_are_not_cached(client, keys, bearer):
    assert client.get("/api/v1/queue/", **bearer(keys.review_key))["Cache-Control"] == "no-store"


def test_every_answer_carries_the_policy(client, db):
    policy = client.get("/healthz")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_schema_describes_every_address(client, db):
    response = client.get("/api/schema/", headers={"Accept": "application/json"})

    described = set(json.loads(response.content)["paths"])
    views = {
        re.sub(r"<\w+:(\w+)>", r"{\1}", f"/api/{pattern.pattern}")
        for pattern in urlpatterns
        if pattern.name not in {"schema", "docs"}
    }
    assert described == views


def test_the_docs_page_loads_nothing_from_elsewhere(client, db):
    page = client.get("/api/docs/")

    assert page.status_code == 200
    assert "unsafe-inline" in page["Content-Security-Policy"]
    assert b"//cdn" not in page.content


def test_no_address_is_served_that_nobody_planned():
    roots = {str(pattern.pattern) for pattern in get_resolver().url_patterns}

    assert roots == {"healthz", "readyz", "api/", "^api/", "moderate/", ""}
