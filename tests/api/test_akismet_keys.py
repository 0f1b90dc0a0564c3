"""Akismet's protocol: keys, wherever a client puts them."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from moderation.models import SiteKey
from moderation.services.sites import create_site, make_plugin_key
from tests.api.akismet import BLOG, HAM, call, check, word


def test_a_valid_key_is_valid_and_its_use_is_noted(keys):
    assert word(call("/1.1/verify-key", {"key": keys.plugin_key, "blog": BLOG})) == "valid"

    assert SiteKey.objects.get(kind="plugin").last_used_at is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"api_key": "{key}"},
        {"key": "{key}", "api_key": "000000000000"},  # a candidate beside the saved key
        {"key": " {key} "},
        {"key": "{KEY}"},
    ],
)
def test_verify_key_reads_the_candidate_first(keys, fields):
    sent = {
        name: value.format(key=keys.plugin_key, KEY=keys.plugin_key.upper())
        for name, value in fields.items()
    }

    assert word(call("/1.1/verify-key", {**sent, "blog": BLOG})) == "valid"


@pytest.mark.parametrize("key", ["", "000000000000", "short", "é" * 12, "0" * 5000, "\0" * 12])
def test_any_other_key_is_invalid_without_a_word_of_why(keys, key):
    answer = call("/1.1/verify-key", {"key": key, "blog": BLOG})

    assert word(answer) == "invalid"
    assert "X-akismet-debug-help" not in answer


@pytest.mark.parametrize("blog", ["", "nonsense", "https://other.example", "ftp://blog.example"])
def test_a_key_is_valid_for_its_own_blogs_only(keys, blog):
    assert word(call("/1.1/verify-key", {"key": keys.plugin_key, "blog": blog})) == "invalid"


@pytest.mark.parametrize("blog", ["http://blog.example", f"{BLOG}/", f"{BLOG}/sub/", f"{BLOG}:443"])
def test_scheme_and_path_of_the_blog_do_not_matter(keys, blog):
    assert word(call("/1.1/verify-key", {"key": keys.plugin_key, "blog": blog})) == "valid"


def test_a_revoked_key_is_invalid_at_once(keys):
    SiteKey.objects.filter(kind="plugin").update(revoked_at=timezone.now())

    assert word(call("/1.1/verify-key", {"key": keys.plugin_key, "blog": BLOG})) == "invalid"
    assert word(check(keys.plugin_key)) == "invalid"


def test_a_rest_key_is_no_plugin_key(keys):
    assert word(call("/1.1/verify-key", {"key": keys.key, "blog": BLOG})) == "invalid"


@pytest.mark.parametrize("host", ["{key}.localhost", "{KEY}.localhost:8000", "{key}.127.0.0.1"])
def test_the_key_may_be_the_first_label_of_the_host(keys, host):
    host = host.format(key=keys.plugin_key, KEY=keys.plugin_key.upper())

    answer = call("/1.1/comment-check", HAM, host=host)

    assert word(answer) in {"true", "false"}
    assert keys.plugin_key not in answer["X-winnow-explanation"]


def test_a_key_in_the_body_wins_over_the_host(keys):
    host = "000000000000.localhost"

    assert word(call("/1.1/comment-check", {**HAM, "api_key": keys.plugin_key}, host=host)) != (
        "invalid"
    )


@pytest.mark.parametrize("host", ["{key}.allowed.example", "{key}.evil.example"])
def test_only_allowed_hosts_may_have_a_key_before_them(keys, settings, host):
    settings.ALLOWED_HOSTS = ["allowed.example"]

    answer = call("/1.1/comment-check", HAM, host=host.format(key=keys.plugin_key))

    assert answer.status_code == (200 if "allowed" in host else 400)


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/healthz", "{key}.allowed.example"),
        ("/1.1/test", "www.allowed.example"),
        ("/1.1/test", "0{key}.allowed.example"),
    ],
)
def test_nothing_else_is_let_through(keys, settings, path, host):
    settings.ALLOWED_HOSTS = ["allowed.example"]

    answer = Client().get(path, headers={"Host": host.format(key=keys.plugin_key)})

    assert answer.status_code == 400


def test_guessing_is_limited_and_stops_the_right_key_too(keys):
    for number in range(120):
        call("/1.1/verify-key", {"key": f"{number:012x}", "blog": BLOG})

    answer = call("/1.1/verify-key", {"key": keys.plugin_key, "blog": BLOG})

    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert int(answer["Retry-After"]) <= 61


def test_a_key_has_its_limit(keys, settings):
    settings.KEY_LIMIT = "1/minute"
    check(keys.plugin_key)

    answer = check(keys.plugin_key)

    assert (answer.status_code, "Retry-After" in answer) == (429, True)


def test_the_small_calls_of_the_plugin(keys):
    fields = {"api_key": keys.plugin_key, "key": keys.plugin_key, "blog": BLOG}

    assert word(Client().get("/1.1/test")) == "connected"
    assert re.fullmatch(r"[0-9a-f]{32}", word(call("/1.1/token", fields)))
    subscription = call("/1.1/get-subscription", fields).json()
    assert (subscription["status"], subscription["account_name"]) == ("active", "Keyed")
    assert Client().get("/1.2/compatible-plugins").json() == []


@pytest.mark.parametrize(
    "path",
    [
        "/1.1/token",
        "/1.1/get-subscription",
        "/1.1/deactivate",
        "/1.1/get-stats",
        "/1.2/key-sites",
        "/1.2/usage-limit",
        "/1.2/get-key-stats",
    ],
)
def test_without_a_key_they_are_invalid(db, path):
    assert word(call(path, {"blog": BLOG})) == "invalid"


def test_a_plugin_that_is_switched_off_hears_nothing_more(keys):
    callback = f"{BLOG}/wp-json/akismet/v1/webhook"
    check(keys.plugin_key, callback=callback)
    [blog] = keys.site.blogs.all()
    assert blog.callback == callback

    answer = call("/1.1/deactivate", {"key": keys.plugin_key, "blog": BLOG})

    blog.refresh_from_db()
    assert (word(answer), blog.callback) == ("deactivated", "")


@pytest.mark.parametrize(
    "callback",
    ["https://other.example/hook", "http://127.0.0.1/", "file:///etc/passwd", "x" * 3000, "//"],
)
def test_a_callback_must_be_on_the_blogs_own_host(keys, callback):
    check(keys.plugin_key, callback=callback)

    assert keys.site.blogs.get().callback == ""


def test_two_keys_of_a_site_keep_their_blogs_apart(keys):
    other = make_plugin_key(keys.site)
    check(keys.plugin_key)
    check(other)

    assert keys.site.blogs.count() == 2
    assert keys.site.comments.count() == 1


def test_the_same_blog_on_another_site_is_another_queue(keys):
    other = create_site("Other", BLOG)
    check(keys.plugin_key)
    check(other.plugin_key)

    assert (keys.site.comments.count(), other.site.comments.count()) == (1, 1)


def test_paths_have_no_slash_and_forms_are_posted(keys):
    assert call("/1.1/verify-key/", {}).status_code == 404
    assert Client().get("/1.1/comment-check").status_code == 405
