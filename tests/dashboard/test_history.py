"""One comment with what was done to it, and the address of its author."""

from uuid import uuid4

import pytest

from moderation.models import Action, Site
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_user

JSON = {"Accept": "application/json"}
ADDRESS = "ottilie.brandt@example.org"


def url(comment):
    return f"/moderate/comments/{comment.pk}/"


def email_url(comment):
    return f"/moderate/comments/{comment.pk}/email/"


def test_it_tells_who_did_what(client_of, alice, site):
    comment = make_scored_comment(site)
    decide_as(make_user("bob", site), comment, Status.SPAM)
    decide_as(alice, comment, Status.APPROVED)

    response = client_of(alice).get(url(comment))

    assert response.status_code == 200
    lines = [(line["who"], line["from"], line["to"]) for line in response.context["lines"]]
    assert lines == [("alice", "Spam", "Approved"), ("bob", "Pending", "Spam")]
    assert "no-store" in response.headers["Cache-Control"]


def test_the_decision_that_stands_can_be_taken_back(client_of, alice, site):
    comment = make_scored_comment(site)
    decide_as(alice, comment, Status.SPAM)
    latest = decide_as(alice, comment, Status.APPROVED)
    client = client_of(alice)

    html = client.get(url(comment)).content.decode()

    assert html.count("/undo/") == 1
    response = client.post(f"/moderate/decisions/{latest.pk}/undo/", {"next": url(comment)})
    assert response.url == url(comment)
    assert client.get(url(comment)).context["lines"][0]["decision"].undoes == latest


def test_a_confirmation_cannot_be_taken_back(client_of, alice, site):
    comment = make_scored_comment(site)
    decide_as(alice, comment, Status.PENDING)

    assert "/undo/" not in client_of(alice).get(url(comment)).content.decode()


@pytest.mark.parametrize("address", [url, email_url])
def test_it_hides_other_peoples_comments(client_of, mallory, site, address):
    comment = make_scored_comment(site, email=ADDRESS)

    assert client_of(mallory).post(email_url(comment)).status_code == 404
    assert client_of(mallory).get(url(comment)).status_code == 404
    assert comment.decisions.count() == 0


def test_what_does_not_exist_is_not_found(client_of, alice):
    response = client_of(alice).get(f"/moderate/comments/{uuid4()}/")

    assert response.status_code == 404
    assert "There is nothing at this address." in response.content.decode()


def test_it_requires_login(client, site):
    comment = make_scored_comment(site, email=ADDRESS)

    assert client.get(url(comment)).status_code == 302
    assert client.post(email_url(comment), headers=JSON).status_code == 401
    assert comment.decisions.count() == 0


def test_looking_reveals_no_address(client_of, alice, site):
    comment = make_scored_comment(site, email=ADDRESS)

    html = client_of(alice).get(url(comment)).content.decode()

    assert "ottilie.brandt" not in html
    assert "example.org" not in html


def test_the_address_is_shown_on_request_and_that_is_on_the_record(client_of, alice, site):
    comment = make_scored_comment(site, email=ADDRESS)
    client = client_of(alice)

    page = client.post(email_url(comment))
    answer = client.post(email_url(comment), headers=JSON)

    assert ADDRESS in page.content.decode()
    assert answer.json() == {"email": ADDRESS}
    assert "no-store" in page.headers["Cache-Control"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert [row.action for row in comment.decisions.all()] == [Action.REVEAL] * 2
    assert ADDRESS not in client.get(url(comment)).content.decode()
    assert "read the e-mail address" in client.get(url(comment)).content.decode()


def test_the_address_is_not_shown_by_a_link(client_of, alice, site):
    comment = make_scored_comment(site, email=ADDRESS)

    assert client_of(alice).get(email_url(comment)).status_code == 405


def test_an_address_that_does_not_open_is_a_clear_refusal(client_of, alice, site):
    comment = make_scored_comment(site, email=ADDRESS)
    Site.objects.filter(pk=site.pk).update(wrapped_key=b"another key, from another place")

    answer = client_of(alice).post(email_url(comment), headers=JSON)

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "unreadable"
    assert comment.decisions.count() == 0
