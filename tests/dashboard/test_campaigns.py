"""One card for a campaign: on the queue page, its buttons, its members' list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.dashboard import queue
from moderation.models import Campaign, Comment
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_site, make_user
from tests.variations import HONEST, arrive, variation

JSON = {"Accept": "application/json"}
URL = "/moderate/"


def flood(site, numbers, **more):
    return arrive(site, map(variation, numbers), **more)


def cards(client, **query):
    return client.get(URL, query).context["cards"]


def shown(client, **query):
    return [card.comment.pk for card in cards(client, **query)]


def url(comment):
    return f"/moderate/comments/{comment.pk}/campaign-decision/"


def press(client, comment, status="spam", **more):
    sent = {"status": status, "seen_version": comment.version}
    return client.post(url(comment), sent, **more)


def statuses():
    return set(Comment.objects.values_list("status", flat=True))


def test_a_campaign_is_one_card_with_its_newest_comment(client_of, alice, site):
    honest = arrive(site, HONEST[:1])
    comments = flood(site, range(5))
    client = client_of(alice)

    assert shown(client) == [comments[-1].pk, honest[0].pk]
    assert [card.more_like_this for card in cards(client)] == ["and 4 more like this", ""]
    assert "The buttons decide them all" in client.get(URL).content.decode()


def test_it_says_on_how_many_sites_and_where_they_stand(client_of, alice, site):
    other = make_site(url="https://other.example")
    alice.memberships.create(site=other)
    comments = flood(site, range(3)) + flood(other, range(10, 13))
    decide_as(alice, comments[0], Status.SPAM)

    [card] = cards(client_of(alice))

    assert card.more_like_this == "and 5 more like this on 2 sites"
    assert card.standing == "Pending 5, Spam 1"


def test_others_comments_do_not_count(client_of, alice, site):
    flood(make_site(url="https://theirs.example"), range(10, 20))
    comments = flood(site, range(2))
    client = client_of(alice)

    assert shown(client) == [comments[1].pk, comments[0].pk]
    assert [card.more_like_this for card in cards(client)] == ["", ""]


def test_its_members_have_a_list(client_of, alice, site):
    arrive(site, HONEST)
    comments = flood(site, range(5))
    client, campaign = client_of(alice), str(comments[0].campaign_id)

    assert f"campaign={campaign}" in client.get(URL).content.decode()
    page = client.get(URL, {"campaign": campaign})

    assert [card.comment.pk for card in page.context["cards"]] == [
        one.pk for one in reversed(comments)
    ]
    assert [card.more_like_this for card in page.context["cards"]] == [""] * 5
    assert [tab.count for tab in page.context["tabs"]] == ["5", "0", "0", "0"]
    assert client.get(URL, {"campaign": "x"}).status_code == 400


def test_a_search_shows_every_comment(client_of, alice, site):
    flood(site, range(5))

    assert len(shown(client_of(alice), q="robot3")) == 1
    assert len(shown(client_of(alice), q="mentor")) == 5


def test_its_buttons_decide_all_and_the_notice_takes_it_back(client_of, alice, site):
    comments, client = flood(site, range(5)), client_of(alice)

    assert press(client, comments[-1]).status_code == 303
    assert statuses() == {"spam"}
    [notice] = client.get(URL).context["notices"]
    assert notice.text == "5 comments marked as spam."

    assert client.post(notice.undo).status_code == 303
    assert statuses() == {"pending"}


def test_a_key_is_answered_in_json(client_of, alice, site):
    comments, client = flood(site, range(5)), client_of(alice)

    answer = press(client, comments[-1], headers=JSON).json()
    assert answer == {
        "message": "5 comments marked as spam.",
        "status": "spam",
        "version": 2,
        "moved": 5,
        "undo": answer["undo"],
    }
    undone = client.post(answer["undo"], headers=JSON)
    assert undone.json() == {
        "message": "Taken back: 5 comments are where they were.",
        "status": "pending",
        "version": 3,
        "moved": 5,
    }
    assert client.post(answer["undo"], headers=JSON).status_code == 409


def test_whoever_is_slower_is_told(client_of, alice, site):
    comments = flood(site, range(5))
    decide_as(make_user("bob", site), comments[-1], Status.APPROVED)

    answer = press(client_of(alice), comments[-1], headers=JSON)

    assert answer.status_code == 409
    assert "Somebody was quicker: bob approved it" in answer.json()["error"]["message"]
    assert Comment.objects.filter(status=Status.SPAM).count() == 0


def test_strangers_decide_nothing(client_of, mallory, site):
    comments = flood(site, range(5))

    assert press(client_of(mallory), comments[-1]).status_code == 404
    assert statuses() == {"pending"}


def test_a_comment_without_a_campaign_has_none_to_decide(client_of, alice, site):
    assert press(client_of(alice), make_scored_comment(site)).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"status": "x", "seen_version": 1}, {"status": "spam"}])
def test_it_refuses_what_is_unclear(client_of, alice, site, sent):
    comments = flood(site, range(5))

    assert client_of(alice).post(url(comments[0]), sent).status_code == 400


def test_it_requires_login(client, site):
    assert press(client, flood(site, range(3))[0]).url.startswith("/moderate/sign-in/")


def test_the_audit_trail_says_that_a_campaign_decided(client_of, alice, site):
    client = client_of(alice)
    press(client, flood(site, range(3))[-1])
    [later] = flood(site, [50])

    html = client.get(f"/moderate/comments/{later.pk}/").content.decode()

    assert "the decision on its campaign" in html
    assert "of a campaign that was marked as spam" in html


def test_the_number_of_statements_does_not_grow(client_of, alice, site):
    client = client_of(alice)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    flood(site, range(3))
    few = statements()
    flood(site, range(3, 40))
    arrive(site, HONEST)
    assert statements() == few <= 10


@given(
    members=st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=12),
    scores=st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=12, max_size=12),
    order=st.sampled_from(["newest", "oldest", "score"]),
    size=st.integers(1, 4),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pages_neither_skip_nor_repeat(
    client_of, alice, site, monkeypatch, members, scores, order, size
):
    monkeypatch.setattr(queue, "PAGE_SIZE", size)
    Comment.objects.all().delete()
    campaigns = {name: Campaign.objects.create() for name in "ab"}
    rows = [
        make_scored_comment(site, campaign=campaigns.get(name), score=score)
        for name, score in zip(members, scores, strict=False)
    ]
    expected = {
        row.pk
        for name, row in zip(members, rows, strict=True)
        if not name or members.count(name) < 3
    }
    expected |= {
        max(row.pk for other, row in zip(members, rows, strict=True) if other == name)
        for name in "ab"
        if members.count(name) >= 3
    }

    client, address, seen = client_of(alice), f"{URL}?order={order}", []
    while address:
        page = client.get(address)
        seen += [card.comment.pk for card in page.context["cards"]]
        address = page.context["next_url"]

    assert len(seen) == len(set(seen))
    assert set(seen) == expected
