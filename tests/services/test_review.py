"""The one setter of status, with two real connections."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from moderation.models import Comment, Decision
from moderation.models.actor import POLICY
from moderation.services.access import user_actor
from moderation.services.review import Choice, Look, decide, settle
from moderation.status import Status
from tests.factories import make_comment, make_scored_comment, make_site, make_user


def choice(comment, status=Status.APPROVED, **more):
    return Choice(comment_id=comment.pk, status=status, **more)


def look(comment, **more):
    return Look(
        **{
            "comment_id": comment.pk,
            "seen_version": comment.version,
            "lease_token": comment.lease_token,
            "status": Status.SPAM,
            "reason": "score 0.99 is spam on this site",
            "score": 0.99,
            "doubt": 0.0,
            "reasons": [],
            **more,
        }
    )


def test_comments_of_other_sites_are_left_out(actor, site):
    theirs = make_scored_comment(make_site(url="https://elsewhere.example"))

    outcome = decide([choice(theirs)], actor=actor)

    assert (outcome.decisions, outcome.conflicts) == ([], [])
    theirs.refresh_from_db()
    assert theirs.status == Status.PENDING


def test_a_late_worker_changes_nothing(site):
    comment = make_comment(site, lease_token=uuid4())

    stored = settle(
        [look(comment, lease_token=uuid4())], actor=POLICY, classifier="t", now=timezone.now()
    )

    assert stored == []
    comment.refresh_from_db()
    assert (comment.scored_at, comment.status) == (None, Status.PENDING)


def test_where_a_person_was_quicker_the_score_is_stored_and_their_decision_stands(actor, site):
    comment = make_comment(site, lease_token=uuid4())
    decide([choice(comment)], actor=actor)

    settle([look(comment)], actor=POLICY, classifier="t", now=timezone.now())

    comment.refresh_from_db()
    assert (comment.status, comment.score) == (Status.APPROVED, 0.99)
    assert [row.actor_name for row in comment.decisions.all()] == ["alice"]


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_exactly_one_decides():
    site = make_site()
    people = [make_user("ann", site), make_user("bea", site)]
    for _round in range(10):
        comment = make_scored_comment(site)
        barrier, outcomes = threading.Barrier(2), []

        def act(user, status, comment=comment, barrier=barrier, outcomes=outcomes):
            actor = user_actor(user)
            barrier.wait()
            outcomes.append(decide([choice(comment, status, seen_version=1)], actor=actor))
            connection.close()

        wishes = (Status.APPROVED, Status.SPAM)
        threads = [
            threading.Thread(target=act, args=pair) for pair in zip(people, wishes, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        [winner] = [outcome.decisions[0] for outcome in outcomes if outcome.decisions]
        [loser] = [outcome.conflicts[0] for outcome in outcomes if outcome.conflicts]
        comment.refresh_from_db()
        assert comment.status == winner.to_status
        assert loser.decision == winner
        assert Decision.objects.filter(comment=comment).count() == 1


@pytest.mark.django_db(transaction=True)
def test_opposite_bulk_decisions_do_not_wait_for_each_other_for_ever():
    site = make_site()
    comments = [make_scored_comment(site) for _ in range(30)]
    actors = [user_actor(make_user(name, site)) for name in ("ann", "bea")]
    barrier, done = threading.Barrier(2), []

    def act(actor, rows, status):
        barrier.wait()
        done.append(decide([choice(row, status) for row in rows], actor=actor))
        connection.close()

    threads = [
        threading.Thread(target=act, args=(actors[0], comments, Status.APPROVED)),
        threading.Thread(target=act, args=(actors[1], comments[::-1], Status.SPAM)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert [len(outcome.decisions) for outcome in done] == [30, 30]
    assert Comment.objects.values("status").distinct().count() == 1
