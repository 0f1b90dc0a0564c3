"""The owner's pages about a site: General, Keys, Members. All of it without JavaScript."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from moderation.models import Role, SiteKey
from tests.factories import make_site, make_user


@pytest.fixture
def owner(site):
    return make_user("olga", site, role=Role.OWNER)


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


@pytest.fixture
def home(site):
    return f"/moderate/sites/{site.pk}/"


@pytest.mark.parametrize("section", ["general", "keys", "members"])
class TestWho:
    def test_owners(self, client, home, section):
        page = client.get(f"{home}{section}/")

        assert page.status_code == 200
        assert 'aria-current="page"' in page.content.decode()

    def test_moderators_and_strangers_find_nothing(self, client_of, alice, mallory, home, section):
        for user in (alice, mallory):
            assert client_of(user).get(f"{home}{section}/").status_code == 404
            assert client_of(user).post(f"{home}{section}/", {"name": "x"}).status_code == 404

    def test_visitors_are_asked_to_sign_in(self, client_of, home, section):
        assert client_of(None).get(f"{home}{section}/").status_code == 302

    def test_a_form_from_elsewhere_is_refused(self, owner, home, section):
        client = Client(enforce_csrf_checks=True)
        client.force_login(owner)

        assert client.post(f"{home}{section}/", {"name": "x"}).status_code == 403


def test_an_owner_changes_what_the_site_is_called(client, home, site):
    wish = {"name": "Renamed", "url": "https://b.example", "origins": "https://b.example/x\n"}

    saved = client.post(f"{home}general/", wish, follow=True)

    site.refresh_from_db()
    assert (site.name, site.origins) == ("Renamed", ["https://b.example"])
    assert "Saved." in saved.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "\u3164"), ("url", "ftp://x.example"), ("origins", "null")],
)
def test_what_is_wrong_stands_by_its_field(client, home, site, field, value):
    wish = {"name": "Renamed", "url": "https://b.example", "origins": "https://b.example"}

    page = client.post(f"{home}general/", wish | {field: value})

    assert page.status_code == 400
    assert f'id="id_{field}_error"' in page.content.decode()
    assert page.content.decode().count("field-error") == 1
    site.refresh_from_db()
    assert site.url == "https://blog.example"


@pytest.mark.parametrize("may", ["submit", "review", "admin", "plugin"])
def test_a_key_is_shown_once(client, home, may):
    made = client.post(f"{home}keys/", {"name": "Shop", "may": may}).content.decode()

    [key] = re.findall(r'class="secret">([^<]+)<', made)
    listed = client.get(f"{home}keys/").content.decode()
    assert key not in listed
    assert f"{SiteKey.objects.latest('id').prefix}…" in listed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\u3164"),
        ("may", "rule"),
        ("limit_per_minute", "0"),
        ("expires_at", "soon"),
        ("expires_at", "2001-02-03 04:05"),
    ],
)
def test_a_bad_key_is_not_made(client, home, site, field, value):
    before = site.keys.count()

    page = client.post(f"{home}keys/", {"name": "Shop", "may": "submit", field: value})

    assert page.status_code == 400
    assert f'id="id_{field}_error"' in page.content.decode()
    assert site.keys.count() == before


def test_a_new_key_opens_what_it_may(client, home, bearer):
    made = client.post(f"{home}keys/", {"name": "Shop", "may": "review"}).content.decode()

    [key] = re.findall(r'class="secret">([^<]+)<', made)
    assert Client().get("/api/v1/queue/", **bearer(key)).status_code == 200


def test_the_list_tells_until_when_a_key_opens(client, home, site):
    wish = {"name": "Shop", "may": "submit", "expires_at": "2999-12-31 18:00"}
    client.post(f"{home}keys/", wish)

    assert "until Dec. 31, 2999" in client.get(f"{home}keys/").content.decode()
    site.keys.update(expires_at=timezone.now())
    assert "· expired" in client.get(f"{home}keys/").content.decode()


def test_a_plugins_key_has_no_end(client, home, site):
    wish = {"name": "Shop", "may": "plugin", "expires_at": "2999-12-31 18:00"}

    assert client.post(f"{home}keys/", wish).status_code == 400


def test_a_key_is_revoked(client, home, site):
    key = site.keys.first()

    page = client.post(f"{home}keys/{key.pk}/revoke/", follow=True).content.decode()

    key.refresh_from_db()
    assert key.revoked_at
    assert f"{key.prefix}…" not in page


def test_a_key_of_another_site_is_not_there(client, home):
    assert client.post(f"{home}keys/{make_site().keys.first().pk}/revoke/").status_code == 404


def test_members_come_change_and_go(client, home, site):
    make_user("nora")
    client.post(f"{home}members/", {"username": "nora", "role": "moderator"})
    member = site.memberships.get(user__username="nora")

    client.post(f"{home}members/{member.pk}/role/", {"role": "owner"})
    member.refresh_from_db()
    assert member.role == Role.OWNER

    client.post(f"{home}members/{member.pk}/remove/")
    assert not site.memberships.filter(user__username="nora").exists()


@pytest.mark.parametrize("username", ["nobody", "olga", ""])
def test_who_cannot_be_added(client, home, username):
    page = client.post(f"{home}members/", {"username": username, "role": "owner"})

    assert page.status_code == 400
    assert 'id="id_username_error"' in page.content.decode()


def test_the_last_owner_stays(client, home, site):
    member = site.memberships.get()

    for path, sent in (("remove", {}), ("role", {"role": "moderator"})):
        page = client.post(f"{home}members/{member.pk}/{path}/", sent, follow=True)
        assert "at least one owner" in page.content.decode()
    assert site.memberships.get().role == Role.OWNER


def test_a_member_of_another_site_is_not_there(client, home, mallory):
    theirs = mallory.memberships.get()

    assert client.post(f"{home}members/{theirs.pk}/remove/").status_code == 404
