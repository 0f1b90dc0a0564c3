"""The owner's page about a blog: what it was told of later decisions, and telling it again."""

import json
import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from moderation.models import Blog, Comment, Delivery, Role
from moderation.services.deliveries import send_waiting
from moderation.services.sites import create_site
from moderation.status import Status
from tests.api.akismet import HAM, check
from tests.factories import decide_as, make_site, make_user
from tests.sinks import http_sink


def taking(request):
    """A plugin that takes everything."""
    comments = {one["guid"]: {"status": "success"} for one in request.json["comments"]}
    return 200, {}, json.dumps({"comments": comments}).encode()


@pytest.fixture
def sink(settings):
    with http_sink(taking) as sink:
        settings.EGRESS_ALLOW, settings.EGRESS_PORTS = ["127.0.0.1/32"], [sink.port]
        yield sink


@pytest.fixture
def site(db, sink):
    """A site of olga's, whose blog was never reached to be told of a decision."""
    made = create_site("Blog", f"http://127.0.0.1:{sink.port}")
    olga = make_user("olga", made.site, role=Role.OWNER)
    told = check(made.plugin_key, {**HAM, "blog": made.site.url, "callback": sink.url})
    decide_as(olga, Comment.objects.get(pk=told["X-akismet-guid"]), Status.SPAM)
    Delivery.objects.update(dead_at=timezone.now(), attempts=10, last_words="<b>busy")
    return made.site


@pytest.fixture
def olga(site, client_of):
    return client_of(User.objects.get(username="olga"))


@pytest.fixture
def home(site):
    return f"/moderate/sites/{site.pk}/webhooks/"


@pytest.fixture
def page(site, home):
    return f"{home}blogs/{site.blogs.get().pk}/"


def test_a_verdict_that_was_given_up_is_seen_and_told_again(olga, home, page, sink):
    assert f'href="{page}"' in olga.get(home).text
    shown = olga.get(page).text
    [again] = re.findall(r'action="([^"]+/again/)"', shown)
    assert "given up" in shown
    assert "it is spam" in shown
    assert "&lt;b&gt;busy" in shown

    assert olga.post(again, follow=True).redirect_chain == [(page, 303)]
    send_waiting()

    assert [one["result"] for one in sink.requests[0].json["comments"]] == ["true"]
    assert Delivery.objects.get().state == "sent"


def test_what_is_on_its_way_cannot_be_told_again(olga, page):
    again = f"{page}deliveries/{Delivery.objects.get().pk}/again/"

    olga.post(again)

    assert "on its way already" in olga.post(again, follow=True).text


def test_a_plugin_that_was_switched_off_is_told_nothing(olga, page):
    Blog.objects.update(callback="")

    answer = olga.post(f"{page}deliveries/{Delivery.objects.get().pk}/again/", follow=True)

    assert "cannot be told" in answer.text
    assert Delivery.objects.get().state == "dead"


def test_it_does_not_exist_for_anybody_else(site, page, client_of):
    again = f"{page}deliveries/{Delivery.objects.get().pk}/again/"
    other = make_user("otto", make_site(url="https://o.example"), role=Role.OWNER)

    for client in (client_of(make_user("alice", site)), client_of(other)):
        assert client.get(page).status_code == 404
        assert client.post(again).status_code == 404
    assert client_of(None).get(page).status_code == 302
    assert Delivery.objects.get().state == "dead"


def test_another_sites_blog_is_not_found_under_ones_own(page, client_of):
    mine = make_site(url="https://o.example")
    otto = client_of(make_user("otto", mine, role=Role.OWNER))
    path = page.partition("/webhooks/")[2]

    assert otto.get(f"/moderate/sites/{mine.pk}/webhooks/{path}").status_code == 404
