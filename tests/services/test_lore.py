"""What a site was taught moves the scores of its next comments, and of nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.models import Comment
from moderation.services import training, triage
from moderation.services.addresses import seal_email
from moderation.services.evidence import author_history, gather_evidence
from moderation.services.lore import add_lore
from moderation.status import Status
from tests.factories import (
    decide_as,
    make_comment,
    make_judged_comment,
    make_scored_comment,
    make_site,
    make_user,
)

SPAM = "brown lamps from Ulm http://lamps.example/"
HAM = "the garden and the tea, thank you"


def learn():
    while training.learn_waiting():
        pass


def teach(site, teacher, count=3, **more):
    """Teach a site what spam and ham are."""
    for number in range(count):
        spam = make_scored_comment(site, body=f"{SPAM} {number}", author_name="Max Win", **more)
        decide_as(teacher, spam, Status.SPAM)
        ham = make_scored_comment(site, body=f"{HAM} {number}", author_name="Ann")
        decide_as(teacher, ham, Status.APPROVED)
    learn()


def scored(site, **fields):
    return make_judged_comment(site, **{"author_name": "Bo", **fields})


def evidence_of(*comments):
    history = author_history(comments)
    return add_lore(comments, {c.pk: gather_evidence(c, history) for c in comments})


def test_the_next_comment_knows(site, alice):
    before_spam, before_ham = scored(site, body=SPAM), scored(site, body=HAM)

    teach(site, alice)

    spam, ham = scored(site, body=SPAM), scored(site, body=HAM)
    assert spam.score > before_spam.score + 0.05
    assert ham.score < before_ham.score
    texts = {reason["feature"]: reason["text"] for reason in spam.reasons}
    assert texts["site_hosts"] == "lamps.example: 3 spam of 3 here"
    words = next(reason for reason in spam.reasons if reason["feature"] == "site_words")
    start, end = words["span"]
    assert f"“{SPAM[start:end]}” spam 3 times of 3" in words["text"]


def test_another_site_knows_nothing(site, alice):
    elsewhere = make_site(url="https://elsewhere.example")
    zoe = make_user("zoe", elsewhere)
    before = scored(elsewhere, body=SPAM).score

    teach(site, alice)
    assert scored(elsewhere, body=SPAM).score == before

    # One batch, two sites that were taught the opposite.
    decide_as(zoe, make_scored_comment(elsewhere, body=SPAM, author_name="Zed"), Status.APPROVED)
    decide_as(zoe, make_scored_comment(elsewhere, body=HAM, author_name="Yan"), Status.SPAM)
    learn()
    here, there = make_comment(site, body=SPAM), make_comment(elsewhere, body=SPAM)
    evidence = evidence_of(here, there)
    assert sum(reason.weight for reason in evidence[here.pk].learnt) > 0
    assert sum(reason.weight for reason in evidence[there.pk].learnt) < 0


@pytest.mark.parametrize("status", [Status.SPAM, Status.APPROVED])
def test_a_history_of_one_side_moves_nothing(site, alice, status):
    """An import of approved comments, or only spam seen so far."""
    before = [scored(site, body=body).score for body in (SPAM, HAM)]

    for number in range(20):
        decide_as(alice, make_scored_comment(site, body=f"{SPAM} {HAM} {number}"), status)
    learn()

    assert [scored(site, body=body).score for body in (SPAM, HAM)] == before


def test_undoing_brings_the_old_score_back(site, alice, actor):
    before = scored(site, body=SPAM).score
    teach(site, alice)
    assert scored(site, body=SPAM).score != before

    training.forget_comments(list(Comment.objects.values_list("pk", flat=True)))

    assert scored(site, body=SPAM).score == before


def test_an_address_and_a_network_with_spam_lose_trust(site, alice):
    teach(site, alice, email="win@spam.example", ip_prefix="192.0.2.0/24")

    comment = make_comment(site, email="WIN@spam.example", ip_prefix="192.0.2.0/24")
    seal_email(comment, "win@spam.example")
    stranger = make_comment(site, email="ann@mail.example", ip_prefix="198.51.100.0/24")
    evidence = evidence_of(comment, stranger)

    seen = evidence[comment.pk]
    assert (seen.address_spam, seen.address_ham, seen.network_spam) == (3, 0, 3)
    seen = evidence[stranger.pk]
    assert (seen.address_spam, seen.address_ham, seen.network_spam) == (0, 0, 0)


def test_what_the_policy_called_spam_is_not_held_against_an_address(site):
    make_scored_comment(site, status=Status.SPAM, email="win@spam.example")
    comment = make_comment(site, email="win@spam.example")

    assert evidence_of(comment)[comment.pk].address_spam == 0


def test_a_record_elsewhere_does_not_count(site, alice):
    other = make_site(url="https://other.example")
    zoe = make_user("zoe", other)
    teach(other, zoe, ip_prefix="192.0.2.0/24")
    teach(site, alice)

    comment = make_comment(site, ip_prefix="192.0.2.0/24")

    assert evidence_of(comment)[comment.pk].network_spam == 0


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(site, alice):
    teach(site, alice, email="win@spam.example", ip_prefix="192.0.2.0/24")

    def statements(size):
        for number in range(size):
            make_comment(
                site, body=f"{SPAM} {number}", email="a@mail.example", ip_prefix="192.0.2.0/24"
            )
        with CaptureQueriesContext(connection) as captured:
            assert triage.score_waiting() == size
        return len(captured)

    assert statements(60) == statements(2)
