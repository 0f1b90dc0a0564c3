"""GET/POST …/rules/ and GET/PATCH/DELETE …/rules/{id}/."""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.models import Rule, Scope
from moderation.services import rules
from moderation.services.sites import make_key
from tests.factories import make_rule, make_site

JSON = {"content_type": "application/json"}
RULE = {"name": "No gambling", "kind": "word", "pattern": "Casino", "action": "spam"}


def url(site, rule=None):
    return f"/api/v1/sites/{site.pk}/rules/" + (f"{rule.pk}/" if rule else "")


def refused(response):
    assert response.status_code == 400
    return response.json()["error"]["fields"]


def test_it_makes_a_rule(owner, site):
    response = owner.post(
        url(site),
        {
            **RULE,
            "must_match": ["a cаsino", "a c4s1no", "c a s i n o"],  # noqa: RUF001
            "must_not_match": ["casinos", "c4sinos"],
        },
        **JSON,
    )

    assert response.status_code == 201
    body = response.json()
    assert (body["pattern"], body["position"], body["version"]) == ("casino", 0, 1)
    assert (body["hits"], body["errors"], body["created_by"]) == (0, 0, "olga")
    assert owner.get(url(site)).json() == {"next": None, "previous": None, "results": [body]}
    assert owner.get(url(site) + body["id"] + "/").json() == body


def test_a_key_with_the_admin_scope_may(client, site, bearer):
    key = make_key(site, name="admin", scopes=[*Scope])

    assert client.post(url(site), RULE, **JSON, **bearer(key)).status_code == 201


def test_new_rules_stand_behind_the_others(owner, site):
    make_rule(site, name="second", position=7)
    make_rule(site, name="third")
    make_rule(site, name="first", position=3)

    assert [rule["name"] for rule in owner.get(url(site)).json()["results"]] == [
        "first",
        "second",
        "third",
    ]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": "spell"}, "kind"),
        ({"action": "burn"}, "action"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"pattern": 7}, "pattern"),
        ({"pattern": "\u200b"}, "pattern"),
        ({"pattern": "two words"}, "pattern"),
        ({"pattern": "x" * 301}, "pattern"),
        ({"kind": "host", "pattern": "https://example.com/path"}, "pattern"),
        ({"kind": "address", "pattern": "example.com"}, "pattern"),
        ({"kind": "address", "pattern": "a@b@c"}, "pattern"),
        ({"kind": "language", "pattern": "klingon"}, "pattern"),
        ({"kind": "links_over", "pattern": "-1"}, "pattern"),
        ({"kind": "links_over", "pattern": "²"}, "pattern"),
        ({"kind": "regex", "pattern": "(a"}, "pattern"),
        ({"kind": "regex", "pattern": r"(\w)\1"}, "pattern"),
        ({"kind": "regex", "pattern": "[a-z]{900}"}, "pattern"),
        ({"kind": "regex", "pattern": "a*"}, "pattern"),
        ({"action": "add_weight"}, "weight"),
        ({"action": "add_weight", "weight": 21}, "weight"),
        ({"must_match": ["casinos"]}, "must_match"),
        ({"must_not_match": ["fine", "my CASINO"]}, "must_not_match"),
        ({"must_match": ["casino"] * 21}, "must_match"),
        ({"must_match": "casino"}, "must_match"),
        (
            {"kind": "address", "pattern": "a@b.example", "must_match": ["a@b.example"]},
            "must_match",
        ),
        ({"position": -1}, "position"),
        ({"is_trial": "yes"}, "is_trial"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_it_names_the_bad_field(owner, site, wish, field):
    assert field in refused(owner.post(url(site), {**RULE, **wish}, **JSON))
    assert not Rule.objects.exists()


def test_a_failing_example_is_named(owner, site):
    fields = refused(owner.post(url(site), {**RULE, "must_match": ["casino", "roulette"]}, **JSON))

    assert "“roulette”" in fields["must_match"]


@pytest.mark.parametrize(
    ("kind", "pattern", "match", "no_match"),
    [
        ("phrase", "buy now", "Buy   now!", "buy it now"),
        ("name", "cheap pills", "Cheap Pills Shop", "cheap"),
        ("host", "*.Example.com", "http://www.example.com", "http://evil-example.com"),
        ("address", "@Example.com", "someone@mail.example.com", "a@evil-example.com"),
        ("language", "DE, fr", "Ich lese diese Seite seit vielen Jahren sehr gern.", "Hello"),
        ("links_over", "1", "http://a.test http://b.test", "http://a.test"),
        ("regex", r"earn \$\d+", "EARN $500", "earn money"),
    ],
)
def test_examples_are_tried_where_each_kind_looks(owner, site, kind, pattern, match, no_match):
    rule = {"name": kind, "kind": kind, "pattern": pattern, "action": "hold"}
    good = {**rule, "must_match": [match], "must_not_match": [no_match]}

    assert owner.post(url(site), good, **JSON).status_code == 201
    swapped = {**good, "name": "x", "must_match": [no_match], "must_not_match": []}
    assert "must_match" in refused(owner.post(url(site), swapped, **JSON))


def test_no_address_is_kept_or_shown(owner, site):
    whole = {**RULE, "kind": "address", "pattern": "Canary@bird.example"}
    domain = {**RULE, "name": "domain", "kind": "address", "pattern": "@bird.example"}

    first = owner.post(url(site), whole, **JSON).json()
    second = owner.post(url(site), {**domain, "must_match": ["canary@bird.example"]}, **JSON).json()

    assert (first["pattern"], second["must_match"]) == ("C…@b…", ["@bird.example"])
    assert "anary" not in str([vars(rule) for rule in Rule.objects.all()])


def test_the_log_tells_who_did_what_by_ids_alone(owner, site, caplog):
    caplog.set_level("INFO")

    owner.post(url(site), {**RULE, "name": "Mrs Canary", "pattern": "canary"}, **JSON)

    [line] = [record for record in caplog.records if record.message == "rule made"]
    assert (line.site, line.rule, line.version) == (str(site.pk), str(Rule.objects.get().pk), 1)
    assert line.actor.startswith("user:")
    assert "anary" not in str(vars(line))


def test_the_same_name_twice_is_a_conflict(owner, site):
    owner.post(url(site), RULE, **JSON)

    response = owner.post(url(site), RULE, **JSON)

    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")


def test_a_site_has_only_so_many_rules(owner, site, monkeypatch):
    monkeypatch.setattr(rules, "MOST_RULES", 1)
    make_rule(make_site(url="https://other.example"))
    assert owner.post(url(site), RULE, **JSON).status_code == 201

    assert "name" in refused(owner.post(url(site), {**RULE, "name": "one more"}, **JSON))


class TestChange:
    def test_it_changes_what_is_sent(self, owner, site):
        rule = make_rule(site, name="a", must_match=["casino"])

        response = owner.patch(url(site, rule), {"action": "reject", "seen_version": 1}, **JSON)

        assert response.status_code == 200
        body = response.json()
        assert (body["action"], body["pattern"], body["version"]) == ("reject", "casino", 2)

    def test_a_place_of_null_is_the_place_it_has(self, owner, site):
        rule = make_rule(site, position=7)

        response = owner.patch(url(site, rule), {"position": None}, **JSON)

        assert (response.status_code, response.json()["position"]) == (200, 7)

    def test_a_masked_address_stays_the_address_that_it_was(self, owner, site):
        rule = make_rule(site, "bo@example.org", kind="address")

        owner.patch(url(site, rule), {"action": "reject"}, **JSON)

        assert Rule.objects.get().fingerprint == rule.fingerprint

    def test_examples_are_tried_again(self, owner, site):
        rule = make_rule(site, must_match=["casino"])

        assert "must_match" in refused(owner.patch(url(site, rule), {"pattern": "bingo"}, **JSON))
        assert Rule.objects.get().pattern == "casino"

    def test_an_expired_rule_can_be_renamed(self, owner, site):
        rule = make_rule(site)
        Rule.objects.update(expires_at=timezone.now() - timedelta(days=1))

        assert owner.patch(url(site, rule), {"name": "old"}, **JSON).status_code == 200

    def test_the_slower_owner_is_told(self, owner, site):
        rule = make_rule(site)
        owner.patch(url(site, rule), {"action": "reject", "seen_version": 1}, **JSON)

        late = owner.patch(url(site, rule), {"action": "hold", "seen_version": 1}, **JSON)

        assert late.status_code == 409
        assert Rule.objects.get().action == "reject"

    def test_a_name_that_is_taken_is_a_conflict(self, owner, site):
        make_rule(site, name="a")

        response = owner.patch(url(site, make_rule(site, name="b")), {"name": "a"}, **JSON)

        assert response.status_code == 409


def test_it_is_dropped_once(owner, site):
    rule = make_rule(site)

    assert owner.delete(url(site, rule)).status_code == 204
    assert owner.delete(url(site, rule)).status_code == 404
    assert not Rule.objects.exists()


def asked_of(client, site, rule):
    yield client.get(url(site))
    yield client.post(url(site), RULE, **JSON)
    yield client.get(url(site, rule))
    yield client.patch(url(site, rule), {"name": "mine"}, **JSON)
    yield client.delete(url(site, rule))


def test_strangers_find_nothing(client_of, mallory, site):
    rule = make_rule(site)

    assert {r.status_code for r in asked_of(client_of(mallory), site, rule)} == {404}
    assert Rule.objects.get().name == rule.name


def test_a_rule_of_another_site_is_not_there(owner, site):
    rule = make_rule(make_site(url="https://other.example"))

    assert owner.get(url(site, rule)).status_code == 404
    assert owner.delete(url(site, rule)).status_code == 404


def test_moderators_who_do_not_own_the_site_may_not(client_of, alice, site):
    assert {r.status_code for r in asked_of(client_of(alice), site, make_rule(site))} == {403}


def test_nobody_gets_in_without_signing_in(client_of, site):
    assert {r.status_code for r in asked_of(client_of(None), site, make_rule(site))} == {401}
