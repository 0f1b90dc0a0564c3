"""GET/PUT/DELETE …/block-list/."""

import pytest

from moderation.models import BlockList, Comment, Role, Scope
from moderation.services import triage
from moderation.services.sites import make_key
from tests.factories import make_comment, make_site, make_user

JSON = {"content_type": "application/json"}
NOTHING = {"phrases": 0, "hosts": 0, "mail_domains": 0, "addresses": 0}


def url(site):
    return f"/api/v1/sites/{site.pk}/block-list/"


def put(client, site, *entries, **more):
    return client.put(url(site), {"entries": entries}, **JSON, **more)


def test_a_list_is_kept_and_counted(owner, site):
    response = put(owner, site, "Casino", "# mine", "pills.example", "a@b.example", "192.0.2.1")

    body = response.json()
    assert response.status_code == 200
    assert body["counts"] == {"phrases": 1, "hosts": 1, "mail_domains": 0, "addresses": 1}
    assert body["left_out"] == {"networks": 1, "too_short": 0, "common_words": 0, "pieces": 0}
    assert (len(body["version"]), body["changed_by"]) == (12, "olga")
    assert owner.get(url(site)).json() == body


def test_its_hits_are_reasons(owner, site):
    put(owner, site, "tulips")
    comment = make_comment(site, body="My tulips")
    triage.score_waiting()

    reasons = Comment.objects.get(pk=comment.pk).reasons
    assert "on your block list: “tulips”" in [reason["text"] for reason in reasons]


def test_a_site_without_one_has_an_empty_one(owner, site):
    body = owner.get(url(site)).json()

    assert (body["version"], body["counts"], body["changed_at"]) == ("", NOTHING, None)


def test_it_is_dropped_and_dropped_again(owner, site):
    put(owner, site, "casino")

    for _ in range(2):
        assert owner.delete(url(site)).status_code == 204
    assert owner.get(url(site)).json()["version"] == ""


def test_the_same_list_again_is_the_same_version(owner, site):
    first = put(owner, site, "casino").json()["version"]

    assert put(owner, site, "Casino").json()["version"] == first
    assert BlockList.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"entries": ["casino", "x" * 201]}, "entries", "line 2 has more than 200"),
        ({"entries": ["", "ann@lee@example.org"]}, "entries", "line 2 is no e-mail address"),
        ({"entries": ["casino"] * 100_001}, "entries", "100000"),
        ({"entries": ["casino", 7]}, "entries.1", "string"),
        ({"entries": ["casino", "\x00"]}, "entries.1", "U+0000"),
        ({"entries": "casino"}, "entries", "list"),
        ({}, "entries", "required"),
        ({"entries": [], "colour": "red"}, "colour", "not a field"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(owner, site, sent, field, words):
    put(owner, site, "casino")
    version = owner.get(url(site)).json()["version"]

    response = owner.put(url(site), sent, **JSON)

    assert response.status_code == 400
    assert words in response.json()["error"]["fields"][field]
    assert "lee" not in response.content.decode()
    assert owner.get(url(site)).json()["version"] == version


def test_a_list_of_65000_lines_fits(owner, site):
    entries = [f"cheap pills {number}" for number in range(65_000)]

    assert put(owner, site, *entries).json()["counts"]["phrases"] == 65_000


def test_what_is_too_large_is_refused(owner, site):
    response = put(owner, site, *["x" * 100] * 21_000)

    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_who_may(client_of, client, site, alice, mallory, bearer):
    make_user("owner", site, role=Role.OWNER)
    for who, status in ((client, 401), (client_of(mallory), 404), (client_of(alice), 403)):
        for answer in (who.get(url(site)), put(who, site, "casino"), who.delete(url(site))):
            assert answer.status_code == status
    assert not BlockList.objects.exists()
    admin = bearer(make_key(site, name="admin", scopes=[*Scope]))
    assert put(client, site, "casino", **admin).status_code == 200
    assert put(client, make_site(), "casino", **admin).status_code == 404
