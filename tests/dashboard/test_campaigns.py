"""One card for a campaign: on the queue page, its buttons, its members' list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.dashboard import queue, review, words
from moderation.models import Campaign, Comment, gathered
from moderation.services import campaigns
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
    assert statements() == few <= 12


ROWS = st.tuples(
    st.sampled_from(["a", "b", ""]),
    st.sampled_from([0.2, 0.5, 0.9]),
    st.sampled_from(["pending", "pending", "spam"]),
    st.booleans(),
)


def expected_of(rows, listed):
    """The pending comments that stand on the page: none, all or the newest of each campaign."""
    waiting = [row for row in rows if row.status == "pending" and row.site in listed]
    found = {row.pk for row in waiting}
    for campaign in {row.campaign_id for row in rows if row.campaign_id}:
        if sum(row.campaign_id == campaign for row in rows) >= 3:
            members = [row.pk for row in waiting if row.campaign_id == campaign]
            found -= set(members) - {max(members, default=None)}
    return found


def walk(client, address, name):
    """Return the ids of the pages from here on, and the last page's address."""
    seen, last = [], ""
    while address:
        page, last = client.get(address), address
        rows = [card.comment.pk for card in page.context["cards"]]
        seen = seen + rows if name == "next_url" else rows + seen
        address = page.context[name]
    return seen, last


@given(
    drawn=st.lists(ROWS, min_size=1, max_size=14),
    order=st.sampled_from(["newest", "oldest", "score", "uncertain"]),
    size=st.integers(1, 4),
    one_site=st.booleans(),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pages_neither_skip_nor_repeat(
    client_of, alice, site, monkeypatch, drawn, order, size, one_site
):
    monkeypatch.setattr(queue, "PAGE_SIZE", size)
    Comment.objects.all().delete()
    other = make_site(url="https://other.example")
    alice.memberships.all().delete()
    for one in (site, other):
        alice.memberships.create(site=one)
    gathering = {name: Campaign.objects.create() for name in "ab"}
    rows = [
        make_scored_comment(
            other if elsewhere else site,
            campaign=gathering.get(name),
            score=score,
            status=status,
        )
        for name, score, status, elsewhere in drawn
    ]
    client, address = client_of(alice), f"{URL}?order={order}"
    if one_site:
        address += f"&site={site.pk}"

    there, last = walk(client, address, "next_url")
    back, _first = walk(client, last, "previous_url")

    assert len(there) == len(set(there))
    if order in ("newest", "oldest"):
        assert there == sorted(there, reverse=order == "newest")
    if order == "uncertain":
        place = {row.pk: (row.doubt, row.pk) for row in rows}
        assert there == sorted(there, key=place.__getitem__, reverse=True)
    assert set(there) == expected_of(rows, [site] if one_site else [site, other])
    assert back == there


def test_a_member_that_is_about_to_be_scored_hides_no_other(client_of, alice, site):
    comments = flood(site, range(4))
    Comment.objects.filter(pk=comments[-1].pk).update(scored_at=None)

    assert shown(client_of(alice)) == [comments[-2].pk]


def test_a_large_flood_is_counted_up_to_a_bound(client_of, alice, site, monkeypatch):
    monkeypatch.setattr(gathered, "COUNTED_AT_MOST", 4)
    monkeypatch.setattr(words, "COUNTED_AT_MOST", 4)
    comments = flood(site, range(7))
    decide_as(alice, comments[0], Status.SPAM)
    client = client_of(alice)

    [card] = cards(client)
    assert card.more_like_this == "and 4+ more like this"
    assert card.standing == "Pending 4+, Spam 1"
    assert "Select all 5+ comments of this campaign" in client.get(URL).content.decode()


# --- the bar


def press_bar(client, *ticked, status="spam"):
    return client.post("/moderate/decisions/", {"status": status, "chosen": ticked})


def ticked_boxes(client):
    """What a browser without JavaScript sends after "select all on this page"."""
    html = client.get(client.get(URL).context["tick_url"]).content.decode()
    return re.findall(r'name="chosen" value="([^"]+)"[^>]* checked', html)


def test_everything_on_the_page_is_decided_with_its_campaigns(client_of, alice, site):
    arrive(site, HONEST)
    flood(site, range(5))
    theirs = flood(make_site(url="https://theirs.example"), [90])
    client = client_of(alice)

    assert press_bar(client, *ticked_boxes(client)).status_code == 303

    assert not Comment.objects.filter(site=site, status=Status.PENDING).exists()
    assert Comment.objects.filter(site=site, status=Status.SPAM).count() == 5 + len(HONEST)
    assert Comment.objects.get(pk=theirs[0].pk).status == Status.PENDING
    assert [one.status for one in flood(site, [50])] == ["spam"]
    [notice] = client.get(URL).context["notices"]
    assert notice.text == f"{5 + len(HONEST)} comments marked as spam."

    client.post(notice.undo)
    assert statuses() == {"pending"}
    assert [one.status for one in flood(site, [51])] == ["pending"]


def test_a_member_in_its_own_list_is_ticked_alone(client_of, alice, site):
    comments = flood(site, range(4))
    client = client_of(alice)
    [card, *_others] = cards(client, campaign=str(comments[0].campaign_id))

    press_bar(client, card.choice)

    assert Comment.objects.filter(status=Status.SPAM).count() == 1


def test_a_campaign_whose_card_has_changed_is_left_alone(client_of, alice, site):
    [honest], comments = arrive(site, HONEST[:1]), flood(site, range(4))
    client = client_of(alice)
    boxes = ticked_boxes(client)
    decide_as(make_user("bob", site), comments[-1], Status.APPROVED)

    press_bar(client, *boxes)

    assert set(Comment.objects.filter(status=Status.SPAM)) == {honest}
    assert "bob approved it" in client.get(URL).content.decode()
    assert [one.status for one in flood(site, [50])] == ["pending"]


def test_the_bar_leaves_alone_what_a_person_decided(client_of, alice, site):
    comments = flood(site, range(5))
    decide_as(make_user("bob", site), comments[0], Status.APPROVED)
    client = client_of(alice)

    press_bar(client, *ticked_boxes(client))

    assert Comment.objects.get(pk=comments[0].pk).status == Status.APPROVED
    assert Comment.objects.filter(status=Status.SPAM).count() == 4


def test_the_bar_takes_as_many_statements_for_more_campaigns(client_of, alice, site):
    client = client_of(alice)

    def statements(number, members):
        for _ in range(number):
            campaign = Campaign.objects.create()
            for _ in range(members):
                make_scored_comment(site, campaign=campaign)
        boxes = ticked_boxes(client)
        assert len(boxes) == number
        with CaptureQueriesContext(connection) as captured:
            press_bar(client, *boxes)
        return len(captured)

    press_bar(client, f"{make_scored_comment(site).pk}:1")
    assert statements(1, 3) == statements(4, 6)


def test_strangers_campaigns_are_not_decided_by_the_bar(client_of, mallory, site):
    comments = flood(site, range(4))

    press_bar(client_of(mallory), f"{comments[-1].pk}:1:all")

    assert statuses() == {"pending"}


@pytest.mark.parametrize("box", ["x:all", ":1:all", "{pk}:all", "{pk}:1:some", "{pk}:1:all:all"])
def test_the_bar_refuses_what_it_does_not_know(client_of, alice, site, box):
    box = box.format(pk=make_scored_comment(site).pk)

    assert press_bar(client_of(alice), box).status_code == 400


def test_one_press_decides_a_bounded_number(client_of, alice, site, monkeypatch):
    bound_batches(monkeypatch, 4)
    comments, client = flood(site, range(6)), client_of(alice)

    press_bar(client, *ticked_boxes(client))

    assert {row.pk for row in Comment.objects.filter(status=Status.PENDING)} == {
        row.pk for row in comments[:2]
    }
    [notice] = client.get(URL).context["notices"]
    assert "Press again for the rest." in notice.text
    press_bar(client, *ticked_boxes(client))
    assert statuses() == {"spam"}


def bound_batches(monkeypatch, bound):
    for module in (campaigns, review):
        monkeypatch.setattr(module, "MAX_BATCH", bound)
