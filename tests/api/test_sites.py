"""The sites' own endpoints: sites, keys, members, articles, statistics."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Membership, Role, Site, SiteKey
from moderation.services.access import valid_key
from moderation.status import Status
from tests.factories import decide_as, make_article, make_scored_comment, make_site, make_user

SITES = "/api/v1/sites/"


@pytest.fixture
def owner(site):
    return make_user("olga", site, role=Role.OWNER)


@pytest.fixture
def call(client_of, owner):
    client = client_of(owner)

    def call(verb, path, body=None):
        return getattr(client, verb)(path, body, content_type="application/json")

    return call


@pytest.fixture
def home(site):
    return f"{SITES}{site.pk}/"


def fields(response):
    assert response.status_code == 400, response.content
    return list(response.json()["error"]["fields"])


class TestSites:
    def test_people_see_the_sites_they_moderate(self, call, site, owner):
        other = make_site()
        Membership.objects.create(site=other, user=owner)
        make_site()

        rows = call("get", SITES).json()["results"]

        assert {(row["id"], row["role"]) for row in rows} == {
            (str(site.pk), "owner"),
            (str(other.pk), "moderator"),
        }

    def test_pages_hold_every_site_once(self, client_of, call, owner):
        for _ in range(4):
            Membership.objects.create(site=make_site(), user=owner)
        seen, path = [], f"{SITES}?limit=2"
        while path:
            page = call("get", path).json()
            seen += [row["id"] for row in page["results"]]
            path = page["next"]

        assert len(seen) == len(set(seen)) == 5

    def test_an_operator_makes_one_with_keys_that_work(self, client_of, db, bearer):
        root = make_user("root")
        root.is_superuser = True
        root.save()

        made = client_of(root).post(
            SITES, {"name": "New", "url": "https://new.example/blog"}, "application/json"
        )

        body = made.json()
        assert made.status_code == 201
        assert body["origins"] == ["https://new.example"]
        assert (
            Client().get(SITES, **bearer(body["review_key"])).json()["results"][0]["id"]
            == (body["id"])
        )
        assert Client().get(SITES, **bearer(body["key"])).status_code == 403

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": "", "url": "https://new.example"}, "name"),
            ({"name": "\u3164", "url": "https://new.example"}, "name"),
            ({"name": "New", "url": "ftp://new.example"}, "url"),
            ({"name": "New"}, "url"),
        ],
    )
    def test_a_bad_one_is_not_made(self, client_of, db, body, field):
        root = make_user("root")
        root.is_superuser = True
        root.save()

        assert fields(client_of(root).post(SITES, body, "application/json")) == [field]
        assert not Site.objects.exists()

    def test_an_owner_changes_what_they_send(self, call, home, site):
        response = call("patch", home, {"name": "Renamed", "origins": ["https://B.example:443/x"]})

        assert response.json()["origins"] == ["https://b.example"]
        site.refresh_from_db()
        assert (site.name, site.url) == ("Renamed", "https://blog.example")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": 7}, "name"),
            ({"name": "nul \0"}, "name"),
            ({"url": "javascript:alert(1)"}, "url"),
            ({"origins": []}, "origins"),
            ({"origins": ["null"]}, "origins"),
            ({"origins": ["https://a.example"] * 51}, "origins"),
        ],
    )
    def test_bad_changes_are_refused(self, call, home, site, body, field):
        assert fields(call("patch", home, body)) == [field]
        site.refresh_from_db()
        assert site.origins == ["https://blog.example"]

    def test_nothing_else_can_be_set(self, call, home, site):
        refused = call("patch", home, {"retention_days": 1, "wrapped_key": "x", "id": "7"})

        assert fields(refused) == ["id", "retention_days", "wrapped_key"]
        unchanged = Site.objects.get(pk=site.pk)
        assert (unchanged.retention_days, unchanged.wrapped_key) == (30, site.wrapped_key)


class TestKeys:
    def test_a_key_is_shown_once_and_works(self, call, home, bearer):
        made = call("post", f"{home}keys/", {"name": "shop", "scopes": ["review"]})

        body = made.json()
        assert (made.status_code, body["scopes"]) == (201, ["submit", "review"])
        assert body["key"].startswith(body["prefix"])
        assert Client().get("/api/v1/queue/", **bearer(body["key"])).status_code == 200
        listed = call("get", f"{home}keys/")
        assert body["key"] not in listed.content.decode()
        shown = {row["id"]: row for row in listed.json()["results"]}[body["id"]]
        assert shown["last_used_at"] is not None
        assert "digest" not in shown

    def test_a_key_only_submits_unless_more_is_asked_for(self, call, home):
        assert call("post", f"{home}keys/", {"name": "shop"}).json()["scopes"] == ["submit"]

    def test_a_plugin_key_has_twelve_digits(self, call, home):
        body = call("post", f"{home}keys/", {"name": "wp", "kind": "plugin"}).json()

        assert len(body["key"]) == 12
        assert (body["kind"], body["name"], body["scopes"]) == ("plugin", "wp", [])

    def test_a_revoked_key_opens_nothing(self, call, home, bearer):
        made = call("post", f"{home}keys/", {"name": "shop", "scopes": ["review"]}).json()

        assert call("delete", f"{home}keys/{made['id']}/").status_code == 204

        assert Client().get("/api/v1/queue/", **bearer(made["key"])).status_code == 401
        first = SiteKey.objects.get(pk=made["id"]).revoked_at
        assert call("delete", f"{home}keys/{made['id']}/").status_code == 204
        assert SiteKey.objects.get(pk=made["id"]).revoked_at == first

    def test_a_key_opens_nothing_once_it_is_over(self, call, home, bearer):
        end = timezone.now() + timedelta(days=1)
        wish = {"name": "shop", "scopes": ["review"], "expires_at": end.isoformat()}
        made = call("post", f"{home}keys/", wish).json()
        client = Client(**bearer(made["key"]))

        assert datetime.fromisoformat(made["expires_at"]) == end
        assert client.get("/api/v1/queue/").status_code == 200
        valid_key.cache_clear()
        SiteKey.objects.filter(pk=made["id"]).update(expires_at=timezone.now())
        assert client.get("/api/v1/queue/").status_code == 401
        rows = call("get", f"{home}keys/").json()["results"]
        assert [row["name"] for row in rows if row["expires_at"]] == ["shop"]

    def test_the_log_tells_who_made_and_revoked_a_key(self, call, home, site, owner, caplog):
        caplog.set_level("INFO")
        made = call("post", f"{home}keys/", {"name": "shop"}).json()
        for _ in range(2):
            call("delete", f"{home}keys/{made['id']}/")

        told = [line for line in caplog.records if line.msg == "key %s"]
        assert [line.args[0] for line in told] == ["made", "revoked"]
        assert {(line.site, line.key, line.actor) for line in told} == {
            (str(site.pk), made["id"], f"user:{owner.pk}")
        }
        assert made["key"] not in caplog.text

    def test_an_owner_limits_a_key(self, call, home, bearer):
        wish = {"name": "shop", "scopes": ["review"], "limit_per_minute": 2}
        key = call("post", f"{home}keys/", wish).json()["key"]
        client = Client(**bearer(key))

        answers = [client.get("/api/v1/queue/counts/") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[2]["Retry-After"]) <= 61
        assert answers[2].json()["error"]["code"] == "too_many_requests"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"scopes": ["submit"]}, "name"),
            ({"name": "x", "scopes": []}, "scopes"),
            ({"name": "x", "scopes": ["root"]}, "scopes.0"),
            ({"name": "x", "kind": "master"}, "kind"),
            ({"name": " ", "scopes": ["submit"]}, "name"),
            ({"name": "x" * 101, "scopes": ["submit"]}, "name"),
            ({"name": "x", "scope": "review"}, "scope"),
            ({"name": "x", "expires_at": "2001-02-03T04:05:06Z"}, "expires_at"),
            ({"name": "x", "expires_at": "soon"}, "expires_at"),
            ({"name": "x", "kind": "plugin", "expires_at": "2999-01-01T00:00:00Z"}, "expires_at"),
            ({"name": "x", "scopes": ["submit"], "limit_per_minute": 0}, "limit_per_minute"),
        ],
    )
    def test_a_bad_key_is_not_made(self, call, home, site, body, field):
        before = site.keys.count()

        response = call("post", f"{home}keys/", body)

        assert response.status_code == 400
        assert next(iter(response.json()["error"]["fields"])).startswith(field.partition(".")[0])
        assert site.keys.count() == before

    def test_a_key_of_another_site_is_not_there(self, call, home):
        theirs = make_site().keys.first()

        assert call("delete", f"{home}keys/{theirs.pk}/").status_code == 404


class TestMembers:
    def test_somebody_is_added_promoted_and_let_go(self, call, home, site):
        make_user("nora")
        members = f"{home}members/"

        assert call("post", members, {"username": "nora"}).status_code == 201
        assert call("patch", f"{members}nora/", {"role": "owner"}).json()["role"] == "owner"
        assert {"username": "nora", "role": "owner"} in call("get", members).json()["results"]
        assert call("delete", f"{members}nora/").status_code == 204
        assert not site.memberships.filter(user__username="nora").exists()

    def test_the_log_tells_who_changed_the_members(self, call, home, site, owner, caplog):
        caplog.set_level("INFO")
        nora = make_user("nora")
        call("post", f"{home}members/", {"username": "nora"})
        call("patch", f"{home}members/nora/", {"role": "owner"})
        call("delete", f"{home}members/nora/")

        told = [line for line in caplog.records if line.msg == "member %s"]
        assert [(line.args[0], line.role) for line in told] == [
            ("added", "moderator"),
            ("changed", "owner"),
            ("removed", "owner"),
        ]
        assert {(line.site, line.member, line.actor) for line in told} == {
            (str(site.pk), nora.pk, f"user:{owner.pk}")
        }
        assert "nora" not in caplog.text

    def test_the_last_owner_stays(self, call, home, site):
        assert call("delete", f"{home}members/olga/").status_code == 409
        demoted = call("patch", f"{home}members/olga/", {"role": "moderator"})

        assert (demoted.status_code, demoted.json()["error"]["code"]) == (409, "last_owner")
        assert site.memberships.get().role == Role.OWNER

    def test_of_two_owners_one_may_go(self, call, home, site):
        make_user("nora", site, role=Role.OWNER)

        assert call("delete", f"{home}members/nora/").status_code == 204

    def test_nobody_is_added_twice(self, call, home):
        response = call("post", f"{home}members/", {"username": "olga"})

        assert (response.status_code, response.json()["error"]["code"]) == (409, "already_member")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"username": "nobody"}, "username"),
            ({"username": "gone"}, "username"),
            ({"username": "nul \0"}, "username"),
            ({}, "username"),
            ({"username": "olga", "role": "king"}, "role"),
            ({"username": "nora", "rule": "owner"}, "rule"),
        ],
    )
    def test_bad_members(self, call, home, body, field):
        make_user("gone")
        User.objects.filter(username="gone").update(is_active=False)
        assert fields(call("post", f"{home}members/", body)) == [field]

    def test_pages_hold_every_member_once(self, call, home, site):
        for n in range(4):
            make_user(f"m{n}", site)
        seen, path = [], f"{home}members/?limit=2"
        while path:
            page = call("get", path).json()
            seen += [row["username"] for row in page["results"]]
            path = page["next"]

        assert seen == ["olga", "m0", "m1", "m2", "m3"]

    @pytest.mark.parametrize("cursor", ["W2ZhbHNlLCJ4Il0", "nonsense", "W2ZhbHNlLDFlOTk5OV0"])
    def test_a_bad_cursor_is_no_server_error(self, call, home, cursor):
        assert call("get", f"{home}members/?cursor={cursor}").status_code in {200, 400}


class TestArticles:
    def test_pages_of_ones_sites_are_listed(self, call, site):
        mine = make_article(site)
        make_article(make_site(url="https://elsewhere.example"))

        [row] = call("get", "/api/v1/articles/").json()["results"]

        assert (row["id"], row["url"], row["closed"]) == (str(mine.pk), mine.url, False)
        assert call("get", f"/api/v1/articles/?site={make_site().pk}").status_code == 404

    def test_an_owner_renames_closes_and_opens(self, call, site):
        path = f"/api/v1/articles/{make_article(site).pk}/"

        closed = call("patch", path, {"title": " New  title ", "closed": True}).json()
        again = call("patch", path, {"closed": True}).json()
        opened = call("patch", path, {"closed": False}).json()

        assert (closed["title"], closed["closed"]) == ("New title", True)
        assert again["closed_at"] == closed["closed_at"] is not None
        assert (opened["title"], opened["closed_at"]) == ("New title", None)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"title": "x" * 301}, "title"),
            ({"title": "nul \0"}, "title"),
            ({"title": None}, "title"),
            ({"closed": "yes"}, "closed"),
            ({"closed": 1}, "closed"),
            ({"close": True}, "close"),
        ],
    )
    def test_bad_changes_are_refused(self, call, site, body, field):
        assert fields(call("patch", f"/api/v1/articles/{make_article(site).pk}/", body)) == [field]


class TestStatistics:
    def test_days_and_agreement(self, call, home, site, alice):
        yesterday = timezone.now() - timedelta(days=1)
        said = [(0.9, Status.SPAM), (0.9, Status.APPROVED), (0.1, Status.APPROVED)]
        for score, status in [*said, (0.1, Status.SPAM), (0.9, Status.REJECTED)]:
            comment = make_scored_comment(site, score=score, created_at=yesterday)
            decide_as(alice, comment, status)
        make_scored_comment(site, score=0.9)  # nobody has decided
        make_scored_comment(make_site(url="https://elsewhere.example"))

        body = call("get", f"{home}stats/").json()

        day = {row["day"]: row for row in body["days"]}[yesterday.date().isoformat()]
        assert (day["approved"], day["spam"], day["rejected"], day["pending"]) == (2, 2, 1, 0)
        assert len(body["days"]) == 30
        assert body["agreement"] == {
            "spam_agreed": 1,
            "ham_agreed": 1,
            "spam_missed": 1,
            "ham_accused": 1,
            "judged": 4,
            "rate": 0.5,
        }
        assert body["queue"]["waiting"] == 1
        assert body["queue"]["oldest_seconds"] >= 0

    def test_days_are_utc_and_both_ends_count(self, call, home, site):
        for moment in ("2026-03-01T00:00:00", "2026-03-02T23:59:59", "2026-03-03T00:00:00"):
            made = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            make_scored_comment(site, created_at=made)

        body = call("get", f"{home}stats/?since=2026-03-01&until=2026-03-02").json()

        assert [row["pending"] for row in body["days"]] == [1, 1]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("since=2026-01-02&until=2026-01-01", "since"),
            ("since=2020-01-01&until=2026-01-01", "since"),
            ("since=soon", "since"),
            ("until=9999-12-31&since=9999-12-31", "until"),
            ("until=0001-01-01", "until"),
            ("days=7", "days"),
        ],
    )
    def test_bad_ranges_are_refused(self, call, home, query, field):
        assert fields(call("get", f"{home}stats/?{query}")) == [field]

    def test_the_number_of_statements_does_not_grow(self, call, home, site, alice):
        def statements(size):
            for _ in range(size):
                decide_as(alice, make_scored_comment(site), Status.SPAM)
            with CaptureQueriesContext(connection) as captured:
                call("get", f"{home}stats/")
            return len(captured)

        assert statements(1) == statements(9)

    def test_an_empty_site_has_no_rate(self, call, home):
        body = call("get", f"{home}stats/").json()

        assert body["agreement"]["rate"] is None
        assert body["queue"] == {"waiting": 0, "oldest_seconds": None}
