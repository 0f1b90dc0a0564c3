"""ETags, lists in pages, addresses, query parameters: what all reading endpoints share."""

import pytest

from moderation.status import Status
from tests.factories import decide_as, make_scored_comment

READ = ["/api/v1/comments/{comment}/", "/api/v1/queue/", "/api/v1/queue/counts/"]
LISTS = [
    "/api/v1/queue/",
    "/api/v1/sites/",
    "/api/v1/articles/",
    "/api/v1/comments/{comment}/history/",
]


@pytest.fixture
def comment(site):
    return make_scored_comment(site)


@pytest.mark.parametrize("path", READ)
def test_what_has_not_changed_is_not_sent_again(client_of, alice, comment, path):
    client, path = client_of(alice), path.format(comment=comment.pk)
    seen = client.get(path)["ETag"]

    same = client.get(path, headers={"If-None-Match": seen})
    decide_as(alice, comment, Status.SPAM)
    changed = client.get(path, headers={"If-None-Match": seen})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", seen)
    assert (changed.status_code, changed["ETag"] != seen) == (200, True)
    assert same["Cache-Control"] == "no-store"


def test_who_has_what_they_ask_for_is_told_so(client_of, alice, comment):
    path = f"/api/v1/comments/{comment.pk}/"
    seen = client_of(alice).get(path)["ETag"]
    both = {"If-Match": seen, "If-None-Match": seen}

    assert client_of(alice).get(path, headers=both).status_code == 304
    assert client_of(alice).get(path, headers={"If-Match": '"other"'}).status_code == 412


def test_nobody_gets_an_answer_from_somebody_elses_etag(client_of, alice, mallory, comment):
    seen = client_of(alice).get("/api/v1/queue/")["ETag"]

    other = client_of(mallory).get("/api/v1/queue/", headers={"If-None-Match": seen})

    assert (other.status_code, other.json()["results"]) == (200, [])


@pytest.mark.parametrize(
    "path", [*READ, *LISTS, "/api/v1/sites/{site}/", "/api/v1/sites/{site}/stats/"]
)
def test_an_unknown_parameter_is_named(client_of, alice, comment, site, path):
    path = path.format(comment=comment.pk, site=site.pk)

    response = client_of(alice).get(path, {"ordering": "email"})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["ordering"]


@pytest.mark.parametrize("path", [*READ, *LISTS])
def test_head_answers_like_get_without_a_body(client_of, alice, comment, path):
    path = path.format(comment=comment.pk)

    head, got = client_of(alice).head(path), client_of(alice).get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]


@pytest.mark.parametrize("path", [*READ, *LISTS])
def test_nothing_but_json_is_served(client_of, alice, comment, path):
    response = client_of(alice).get(
        path.format(comment=comment.pk), headers={"Accept": "text/html"}
    )

    assert response.status_code == 406
    assert response.json()["error"]["code"] == "not_acceptable"


def test_addresses_of_pages_come_from_the_configured_name(client_of, alice, site, settings):
    settings.PUBLIC_URL = "https://comments.example"
    settings.ALLOWED_HOSTS = ["*"]
    make_scored_comment(site), make_scored_comment(site)

    page = client_of(alice).get("/api/v1/queue/?limit=1", headers={"Host": "evil.example"}).json()

    assert page["next"].startswith("https://comments.example/api/v1/queue/?limit=1&cursor=")


def test_a_history_comes_in_pages(client_of, alice, actor, comment):
    for status in [Status.SPAM, Status.APPROVED, Status.REJECTED]:
        decide_as(alice, comment, status)
    seen, path = [], f"/api/v1/comments/{comment.pk}/history/?limit=2"
    while path:
        page = client_of(alice).get(path).json()
        seen += [line["to"] for line in page["results"]]
        path = page["next"]

    assert seen == ["spam", "approved", "rejected"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyIiLDFdIA"])
def test_a_cursor_of_nobody_is_refused(client_of, alice, comment, path, cursor):
    response = client_of(alice).get(path.format(comment=comment.pk), {"cursor": cursor})

    assert list(response.json()["error"]["fields"]) == ["cursor"]


@pytest.mark.parametrize("wild", ["%", "_", "\\", "[a-z]", ".*"])
@pytest.mark.parametrize("name", ["q", "author"])
def test_no_character_of_a_search_is_a_wildcard(client_of, alice, site, name, wild):
    make_scored_comment(site, author_name="Ann", body="pills")
    literal = make_scored_comment(site, author_name=f"A{wild}n", body=f"a {wild} b")

    response = client_of(alice).get("/api/v1/queue/", {name: wild})

    assert [row["id"] for row in response.json()["results"]] == [str(literal.pk)]


def test_an_underscore_in_a_reason_is_none_either(client_of, alice, site):
    reason = {"feature": "linksXmany", "text": "", "weight": 1.0, "span": None}
    make_scored_comment(site, reasons=[reason])

    response = client_of(alice).get("/api/v1/queue/", {"reason": "links_many"})

    assert response.json()["results"] == []
