"""GET /api/v1/comments/{id}/explanation/: why, by what, and what would change it."""

import pytest

from moderation.models import Comment
from moderation.services import triage
from moderation.services.training import learn_waiting
from moderation.status import Status
from tests.factories import decide_as, keep_list, make_comment, make_rule

SPAM = {
    "author_name": "cheap watches outlet",
    "author_url": "http://watches-outlet.example/",
    "body": "CHEAP DESIGNER WATCHES!!! Buy now http://watches-outlet.example/buy and"
    " http://watches-outlet.example/sale, viagra casino bonus, limited offer",
}
WELCOME = {
    "author_name": "Ida",
    "body": "I had the same problem with the second example, and your fix worked for me.",
}


@pytest.fixture
def judged(site):
    """Submit a comment, let a worker judge it, and return it as it stands."""

    def judged(**fields):
        comment = make_comment(site, **fields)
        triage.score_waiting()
        return Comment.objects.get(pk=comment.pk)

    return judged


@pytest.fixture
def explain(client_of, alice):
    def explain(comment):
        response = client_of(alice).get(f"/api/v1/comments/{comment.pk}/explanation/")
        assert response.status_code == 200, response.content
        return response

    return explain


def with_changes(comment, changes):
    """Return the fields of a comment after the changes of a flip."""
    body = comment.body
    fields = {"author_name": comment.author_name, "author_url": comment.author_url}
    for start, end in sorted((c["span"] for c in changes if c["span"]), reverse=True):
        body = body[:start] + body[end:]
    fields |= {c["field"]: c["to"] for c in changes if not c["span"] and c["field"] in fields}
    return {**fields, "body": body}


def test_it_says_what_spoke_and_where(judged, explain):
    comment = judged(**SPAM)
    told = explain(comment).json()

    assert (told["status"], told["score"]) == (Status.SPAM, comment.score)
    assert told["stored"]["status"] == Status.SPAM
    assert told["thresholds"] == {"approve_below": 0.2, "spam_above": 0.9}
    assert told["versions"]["classifier"] == comment.classifier == told["stored"]["classifier"]
    weights = [abs(reason["weight"]) for reason in told["contributions"]]
    assert weights == sorted(weights, reverse=True)
    spans = [reason["span"] for reason in told["contributions"] if reason["span"]]
    assert spans
    assert all(0 <= start < end <= len(comment.body) for start, end in spans)


def test_the_flip_of_spam_flips_when_it_is_made(judged, explain, site):
    comment = judged(**SPAM)
    flip = explain(comment).json()["flip"]

    again = judged(**with_changes(comment, flip["changes"]))

    assert flip["status"] != Status.SPAM
    assert (again.status, again.score) == (flip["status"], pytest.approx(flip["score"]))


def test_the_flip_of_a_newcomer_is_an_earlier_approval(judged, explain, alice):
    first = judged(**WELCOME, email="ida@example.org")
    flip = explain(first).json()["flip"]

    decide_as(alice, first, Status.APPROVED)
    second = judged(**{**WELCOME, "body": f"{WELCOME['body']} Thanks!"}, email="ida@example.org")

    assert [(c["field"], c["to"]) for c in flip["changes"]] == [("approved_before", 1)]
    assert second.status == flip["status"] == Status.APPROVED


def test_the_same_versions_give_the_same_answer(judged, explain):
    comment = judged(**SPAM)

    assert explain(comment).content == explain(comment).content


def test_what_the_site_learns_is_another_version(judged, explain, alice):
    comment = judged(**WELCOME)
    before = explain(comment).json()

    for words, status in [(WELCOME, Status.APPROVED), (SPAM, Status.SPAM)] * 3:
        decide_as(alice, judged(**words), status)
    learn_waiting()
    after = explain(comment).json()

    assert after["versions"]["evidence"] != before["versions"]["evidence"]
    assert after["versions"]["classifier"] == before["versions"]["classifier"]
    assert after["score"] < before["score"]


def test_a_rule_is_named_with_its_version(judged, explain, site):
    make_rule(site, "problem", name="No problems", action="hold")
    told = explain(judged(**WELCOME)).json()

    assert told["versions"]["rules"] == told["stored"]["rules"] != ""
    assert "No problems" in told["reason"]


def test_a_block_list_is_named_with_its_version(judged, explain, site):
    before = explain(judged(**WELCOME)).json()
    version = keep_list(site, "second example").block_list_version
    comment = judged(**WELCOME)

    told = explain(comment).json()

    assert (before["versions"]["block_list"], told["versions"]["block_list"]) == ("", version)
    assert told["score"] == comment.score > before["score"]
    assert "on your block list: “second example”" in [c["text"] for c in told["contributions"]]
    assert explain(comment).content == explain(comment).content


def test_a_flip_takes_words_off_the_block_list_too(judged, explain, site):
    """What the list found is looked for anew in the comment that the flip proposes."""
    keep_list(site, "watches-outlet.example", "viagra", "designer watches", "limited offer")
    comment = judged(**SPAM)
    flip = explain(comment).json()["flip"]

    again = judged(**with_changes(comment, flip["changes"]))

    assert again.status == flip["status"] != comment.status
    assert again.score == pytest.approx(flip["score"])


def test_a_comment_is_no_earlier_comment_of_its_author(judged, explain, alice):
    comment = judged(**WELCOME, email="ida@example.org")
    decide_as(alice, comment, Status.APPROVED)

    told = explain(comment).json()

    assert told["status"] == Status.PENDING
    assert told["stored"]["status"] == Status.APPROVED


def test_nothing_is_stored(judged, explain):
    comment = judged(**SPAM)
    before = Comment.objects.filter(pk=comment.pk).values().get()

    explain(comment)

    assert Comment.objects.filter(pk=comment.pk).values().get() == before


def test_a_classifier_that_fails_is_said(client_of, alice, site, monkeypatch):
    class Broken:
        version = "broken"

        def score_batch(self, evidence):
            raise ValueError

        score = score_batch

    monkeypatch.setattr("moderation.services.explanation.classifier", Broken)
    comment = make_comment(site)

    response = client_of(alice).get(f"/api/v1/comments/{comment.pk}/explanation/")

    assert response.status_code == 409
    assert response.json()["error"]["code"] == "cannot_be_scored"
