"""GET /receipts/{token}/."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moderation.models import Comment
from moderation.services.receipts import receipt_token
from moderation.status import Status
from tests.factories import make_scored_comment


def url(comment):
    return reverse("public:receipt", args=[receipt_token(comment.pk)])


def receipt_of(comment):
    return Client().get(url(comment))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "Waiting for a moderator"),
        (Status.APPROVED, "Published"),
        (Status.REJECTED, "Not published"),
        (Status.SPAM, "Not published"),
    ],
)
def test_it_tells_what_became_of_the_comment(site, status, words):
    html = receipt_of(make_scored_comment(site, status=status)).content.decode()

    assert f"<h1>{words}</h1>" in html


def test_spam_reads_like_any_refusal(site):
    comment = make_scored_comment(site, status=Status.SPAM)
    as_spam = receipt_of(comment).content
    Comment.objects.filter(pk=comment.pk).update(status=Status.REJECTED)

    assert receipt_of(comment).content == as_spam


def test_it_shows_the_words_as_text(site):
    comment = make_scored_comment(site, author_name="<b>Bo</b>", body="<script>1</script>\n\nEnd")

    html = receipt_of(comment).content.decode()

    assert "<bdi>&lt;b&gt;Bo&lt;/b&gt;</bdi>" in html
    assert "<p>&lt;script&gt;1&lt;/script&gt;</p>\n<p>End</p>" in html


def test_it_links_to_a_published_comment(site):
    comment = make_scored_comment(site, status=Status.APPROVED)
    html = receipt_of(comment).content.decode()

    assert f"thread/?url=https%3A%2F%2Fblog.example%2Fpost%2F#c-{comment.pk}" in html


def test_it_keeps_the_machines_opinion_to_itself(site):
    reasons = [{"feature": "wording", "text": "sounds like spam", "weight": 2.0, "span": None}]
    comment = make_scored_comment(site, score=0.8765, reasons=reasons, email="canary@fox.example")

    html = receipt_of(comment).content.decode()

    for secret in ("0.87", "sounds like spam", "wording", "canary", "fox.example"):
        assert secret not in html


def test_it_is_kept_and_followed_by_nobody(site):
    response = receipt_of(make_scored_comment(site))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_looking_changes_nothing(site):
    comment = make_scored_comment(site)
    before = Comment.objects.values().get()

    receipt_of(comment)
    Client().head(url(comment))
    assert Client().post(url(comment)).status_code == 405

    assert Comment.objects.values().get() == before


@pytest.mark.parametrize("token", ["x", "x.y", "é", "%00", "0" * 32, "0" * 32 + ".x", "a" * 5000])
def test_an_unknown_token_is_not_there(db, token):
    assert Client().get(f"/receipts/{token}/").status_code == 404


def test_the_token_of_one_comment_opens_no_other(site):
    mine, other = make_scored_comment(site), make_scored_comment(site)
    _id, signature = receipt_token(mine.pk).split(".")

    assert Client().get(f"/receipts/{other.pk.hex}.{signature}/").status_code == 404


def test_an_erased_comment_is_not_there(site):
    assert receipt_of(make_scored_comment(site, erased_at=timezone.now())).status_code == 404


def test_the_token_stays_out_of_the_log(site, caplog):
    comment = make_scored_comment(site, erased_at=timezone.now())
    caplog.set_level("DEBUG")

    assert receipt_of(comment).status_code == 404
    assert Client().post(url(comment)).status_code == 405

    assert receipt_token(comment.pk) not in caplog.text
