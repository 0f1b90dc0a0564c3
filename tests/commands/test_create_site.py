"""create_site NAME URL [--json]."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from moderation.models import Membership, Site, SiteKey
from moderation.services.access import key_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def create(*arguments):
    out = StringIO()
    call_command("create_site", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_keys_once():
    made = json.loads(create("My blog", "https://Blog.example/start", "--json"))

    assert set(made) == {"id", "name", "url", "key", "plugin_key", "review_key"}
    site = Site.objects.get(pk=made["id"])
    assert site.origins == ["https://blog.example"]
    assert key_of(made["key"]).scopes == ["submit"]
    assert set(key_of(made["review_key"]).scopes) == {"submit", "review"}


def test_no_key_is_kept_in_the_clear():
    made = json.loads(create("My blog", "https://blog.example", "--json"))

    for row in SiteKey.objects.values():
        for value in row.values():
            stored = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            for key in ("key", "plugin_key", "review_key"):
                assert made[key].encode() not in stored


def test_the_plugin_key_has_akismets_form():
    key = json.loads(create("My blog", "https://blog.example", "--json"))["plugin_key"]

    assert len(key) == 12
    assert set(key) <= set("0123456789abcdef")


def test_without_json_it_is_for_people():
    assert "review_key:" in create("My blog", "https://blog.example")


def test_operators_own_every_new_site():
    operator = make_user("root")
    operator.is_superuser = True
    operator.save()

    create("My blog", "https://blog.example")

    assert Membership.objects.get().user == operator


@pytest.mark.parametrize(
    ("name", "url", "cause"),
    [
        ("", "https://blog.example", "name"),
        ("x" * 101, "https://blog.example", "name"),
        ("My blog", "blog.example", "URL must begin with http"),
        ("My blog", "https://", "URL must name a host"),
        ("My blog", "https://blog.example/" + "x" * 2000, "2000"),
    ],
)
def test_bad_input_is_one_clear_line_and_nothing_is_made(name, url, cause):
    with pytest.raises(CommandError, match=cause):
        create(name, url)

    assert not Site.objects.exists()
