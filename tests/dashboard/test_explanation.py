"""The page that says why, and what would change it."""

from moderation.models import Comment
from moderation.services import triage
from tests.factories import make_comment

SPAM = "CHEAP DESIGNER WATCHES!!! Buy now http://watches.example/buy viagra casino bonus"


def judged(site, **fields):
    comment = make_comment(site, **fields)
    triage.score_waiting()
    return Comment.objects.get(pk=comment.pk)


def page_of(client, comment):
    return client.get(f"/moderate/comments/{comment.pk}/explanation/")


def test_it_names_what_spoke_and_what_would_change_it(client_of, alice, site):
    comment = judged(site, body=SPAM, author_name="Best <b>Watches</b>")
    page = page_of(client_of(alice), comment)
    text = page.content.decode()

    assert page.status_code == 200
    assert "What would change it" in text
    assert "these words were not there" in text or "no website was given" in text
    assert comment.classifier in text
    assert "<b>Watches</b>" not in text


def test_the_card_leads_there(client_of, alice, site):
    comment = judged(site, body="A fine day for winnowing.")

    queue = client_of(alice).get("/moderate/").content.decode()

    assert f"/moderate/comments/{comment.pk}/explanation/" in queue


def test_strangers_find_nothing(client_of, mallory, site):
    assert page_of(client_of(mallory), judged(site)).status_code == 404


def test_visitors_are_asked_to_sign_in(client_of, site):
    assert page_of(client_of(None), judged(site)).status_code == 302


def test_nothing_is_changed_by_looking(client_of, alice, site):
    comment = judged(site, body=SPAM)
    before = Comment.objects.filter(pk=comment.pk).values().get()

    page_of(client_of(alice), comment)

    assert Comment.objects.filter(pk=comment.pk).values().get() == before
