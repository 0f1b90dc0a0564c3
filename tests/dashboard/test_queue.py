"""GET /moderate/: the queue page, and the count of what came in since."""

from datetime import timedelta
from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.dashboard import queue
from moderation.models import Comment, Membership
from moderation.status import Status
from tests.factories import decide_as, make_article, make_comment, make_scored_comment, make_site

URL = "/moderate/"
HOSTILE = "\"><script>alert(1)</script><b x='&amp;"


def reason(text, weight=1.0, span=None, feature="words"):
    return {"feature": feature, "text": text, "weight": weight, "span": span}


def names(response):
    return [card.comment.author_name for card in response.context["cards"]]


def page(client, **query):
    return client.get(URL, query)


def test_it_shows_what_waits(client_of, alice, site):
    make_scored_comment(site, author_name="Ottilie", body="Dry, Marek.")
    decide_as(alice, make_scored_comment(site, author_name="Done"), Status.APPROVED)

    response = page(client_of(alice))

    assert response.status_code == 200
    assert names(response) == ["Ottilie"]
    assert "Dry, Marek." in response.content.decode()


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.SPAM])
def test_it_shows_a_status(client_of, alice, site, status):
    make_scored_comment(site)
    decide_as(alice, make_scored_comment(site, author_name="Done"), status)

    assert names(page(client_of(alice), status=status)) == ["Done"]


def test_it_hides_other_peoples_comments(client_of, mallory, site):
    make_scored_comment(site)

    response = page(client_of(mallory))

    assert names(response) == []
    assert [tab.count for tab in response.context["tabs"]] == ["0", "0", "0", "0"]


def test_other_peoples_sites_do_not_exist(client_of, mallory, site):
    assert page(client_of(mallory), site=site.pk).status_code == 404


def test_it_requires_login(client):
    response = client.get(URL, {"status": "spam"})

    assert response.status_code == 302
    assert response.url == "/moderate/sign-in/?next=/moderate/%3Fstatus%3Dspam"


def test_a_script_that_is_signed_out_is_told_so(client):
    response = client.get(URL, headers={"Accept": "application/json"})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "signed_out"


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lovely"},
        {"order": "random"},
        {"site": "1"},
        {"q": "x" * 201},
        {"q": "a\0b"},
        {"cursor": "nonsense"},
    ],
)
def test_it_rejects_what_it_does_not_know(client_of, alice, query):
    response = page(client_of(alice), **query)

    assert response.status_code == 400
    assert "That did not work" in response.content.decode()


def test_somebody_without_sites_is_told_so(client_of, alice):
    Membership.objects.all().delete()

    assert "You do not moderate any site" in page(client_of(alice)).content.decode()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["late", "middle", "early"]),
        ("oldest", ["early", "middle", "late"]),
        ("score", ["middle", "late", "early"]),
    ],
)
def test_it_orders(client_of, alice, site, order, expected):
    for name, score in (("early", None), ("middle", 0.9), ("late", 0.1)):
        make_scored_comment(site, author_name=name, score=score)

    assert names(page(client_of(alice), order=order)) == expected


def test_it_searches_names_and_words(client_of, alice, site):
    make_scored_comment(site, author_name="Winnower")
    make_scored_comment(site, body="about the WINNOWING fan", author_name="B")
    make_scored_comment(site, author_name="C")

    assert names(page(client_of(alice), q="winnow")) == ["B", "Winnower"]


def test_one_of_several_sites_can_be_chosen(client_of, alice, site):
    other = make_site(url="https://other.example")
    Membership.objects.create(site=other, user=alice)
    make_scored_comment(site, author_name="here")
    make_scored_comment(other, author_name="there")

    client = client_of(alice)

    assert names(page(client)) == ["there", "here"]
    assert names(page(client, site=other.pk)) == ["there"]
    assert f'<option value="{other.pk}" selected>' in page(client, site=other.pk).content.decode()


def test_pages_follow_each_other_in_both_directions(client_of, alice, site, monkeypatch):
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    for number in range(5):
        make_scored_comment(site, author_name=str(number))
    client = client_of(alice)

    first = page(client, order="oldest")
    second = client.get(first.context["next_url"])
    third = client.get(second.context["next_url"])
    back = client.get(third.context["previous_url"])

    assert [names(one) for one in (first, second, third, back)] == [
        ["0", "1"],
        ["2", "3"],
        ["4"],
        ["2", "3"],
    ]
    assert not third.context["next_url"]
    assert not first.context["previous_url"]


def test_the_number_of_statements_does_not_grow(client_of, alice, site, django_assert_num_queries):
    client = client_of(alice)
    make_scored_comment(site, email="one@example.org")
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(30):
        make_scored_comment(
            site, email="x@example.org", article=make_article(site, path=f"/{number}/")
        )

    with django_assert_num_queries(len(few)):
        assert len(names(page(client))) == 31

    assert len(few) <= 10


def test_counting_stops_at_a_bound(client_of, alice, site, monkeypatch):
    monkeypatch.setattr(queue, "COUNTED_AT_MOST", 3)
    for _ in range(4):
        make_scored_comment(site)

    assert page(client_of(alice)).context["tabs"][0].count == "2+"


@pytest.mark.parametrize("field", ["author_name", "author_url", "body"])
def test_hostile_text_is_only_text(client_of, alice, site, field):
    make_scored_comment(site, **{field: HOSTILE})

    html = page(client_of(alice)).content.decode()

    assert HOSTILE not in html
    assert "<script>alert" not in html
    assert escape(HOSTILE).replace("&#x27;", "&#39;") in html.replace("&#x27;", "&#39;")


def test_hostile_titles_and_reasons_are_only_text(client_of, alice, site):
    article = make_article(site, title=HOSTILE)
    make_scored_comment(site, article=article, reasons=[reason(HOSTILE), reason(HOSTILE, 0.0)])

    assert "<script>alert" not in page(client_of(alice)).content.decode()


def test_the_words_behind_a_reason_are_marked(client_of, alice, site):
    body = "a <b>cheap</b> watch"
    make_scored_comment(site, body=body, reasons=[reason("“<b>cheap”", 2.0, [2, 10])])

    html = page(client_of(alice)).content.decode()

    assert 'a <mark class="mark-spam">&lt;b&gt;cheap</mark>&lt;/b&gt; watch' in html


def test_the_policys_reason_is_a_sentence_and_the_others_are_chips(client_of, alice, site):
    held = reason("this site holds every comment", 0.0, feature="policy")
    make_scored_comment(site, score=0.93, reasons=[held, reason("3 links", 1.5, feature="links")])

    response = page(client_of(alice))

    card = response.context["cards"][0]
    assert card.sentence == "this site holds every comment"
    assert [(chip.text, chip.is_against) for chip in card.chips] == [("3 links", True)]
    assert (card.score.percent, card.score.words) == (93, "very likely spam")


def test_only_web_addresses_become_links(client_of, alice, site):
    article = make_article(site)
    article.url = "javascript:alert(1)"
    article.save()
    make_scored_comment(site, article=article)

    assert 'href="javascript:' not in page(client_of(alice)).content.decode()


def test_the_address_is_masked(client_of, alice, site):
    make_scored_comment(site, email="ottilie.brandt@example.org")

    html = page(client_of(alice)).content.decode()

    assert "o…@e…" in html
    assert "ottilie.brandt" not in html
    assert "example.org" not in html


def test_what_nobody_has_looked_at_is_marked(client_of, alice, site):
    make_comment(site, created_at=timezone.now() - timedelta(minutes=7))

    assert "Not looked at yet since 7\xa0minutes" in page(client_of(alice)).content.decode()


def test_long_bodies_are_folded(client_of, alice, site):
    make_scored_comment(site, body="steady wind " * 300)

    html = page(client_of(alice)).content.decode()

    assert '<details class="rest">' in html
    assert html.count("steady ") == 300


def test_everything_on_the_page_can_be_ticked_without_javascript(client_of, alice, site):
    make_scored_comment(site)
    client = client_of(alice)

    ticked = client.get(page(client).context["tick_url"])

    assert 'form="bulk" checked>' in ticked.content.decode()
    assert "ticked" not in ticked.context["place"]


def test_nothing_in_the_page_is_inline(client_of, alice, site):
    make_scored_comment(site, score=0.5)

    html = page(client_of(alice)).content.decode()

    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=")


def test_no_copy_is_kept(client_of, alice):
    assert "no-store" in page(client_of(alice)).headers["Cache-Control"]


# --- what came in since


def arrivals(client, **query):
    return client.get("/moderate/arrivals/", query, headers={"Accept": "application/json"})


def test_it_counts_what_is_newer_than_the_page(client_of, alice, site):
    seen = make_scored_comment(site)
    client = client_of(alice)
    assert page(client).context["newest"] == seen.pk
    make_scored_comment(site)
    decide_as(alice, make_scored_comment(site), Status.SPAM)

    answer = arrivals(client, newest=seen.pk).json()

    assert answer == {"count": 1, "text": "1 new comment"}


def test_the_newest_of_several_sites_counts(client_of, alice, site):
    other = make_site(url="https://other.example")
    Membership.objects.create(site=other, user=alice)
    here, there = make_scored_comment(site), make_scored_comment(other)
    client = client_of(alice)

    assert page(client).context["newest"] == there.pk
    assert page(client, site=site.pk).context["newest"] == here.pk
    assert page(client, status="spam").context["newest"] == ""


def test_it_counts_only_what_the_page_would_show(client_of, alice, site):
    make_scored_comment(site, body="about wheat")
    make_scored_comment(site, body="about rye")

    assert arrivals(client_of(alice), q="rye").json()["text"] == "1 new comment"


def test_the_count_is_bounded(client_of, alice, site, monkeypatch):
    monkeypatch.setattr(queue, "NEW_AT_MOST", 3)
    for _ in range(5):
        make_scored_comment(site)

    assert arrivals(client_of(alice)).json() == {"count": 3, "text": "More than 2 new comments"}


def test_strangers_arrivals_do_not_count(client_of, mallory, site):
    make_scored_comment(site)

    assert arrivals(client_of(mallory)).json()["count"] == 0
    assert arrivals(client_of(mallory), site=site.pk).status_code == 404


def test_arrivals_require_login(client):
    assert arrivals(client).status_code == 401


def test_arrivals_reject_nonsense(client_of, alice):
    response = arrivals(client_of(alice), newest="yesterday")

    assert response.status_code == 400
    assert "newest" in response.json()["error"]["message"]


def test_looking_changes_nothing(client_of, alice, site):
    comment = make_scored_comment(site)
    page(client_of(alice))

    assert Comment.objects.get(pk=comment.pk).version == comment.version
