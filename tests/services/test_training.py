"""People's decisions teach their site; what is taken back is un-learnt exactly."""

import threading

import numpy as np
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Comment, Decision, Lesson, WordCount
from moderation.models.actor import POLICY, Actor
from moderation.models.decision import ActorKind
from moderation.models.lesson import TOTALS_SLOT
from moderation.scoring.learning import read_slots
from moderation.services import lessons, training
from moderation.services.bulk import decide_many, undo, undo_batch
from moderation.services.nudge import LEARN_WAITING
from moderation.services.review import Choice, decide
from moderation.services.training import forget_comments
from moderation.status import Status
from tests.factories import decide_as, make_scored_comment, make_site, make_user
from tests.locks import held


def learn():
    while training.learn_waiting():
        pass


def totals(site):
    row = WordCount.objects.filter(site=site, slot=TOTALS_SLOT).first()
    return (row.spam, row.ham) if row else (0, 0)


def stored(site):
    """Everything that a site has learnt, as it is stored."""
    counts = WordCount.objects.filter(site=site).order_by("slot")
    lessons = Lesson.objects.filter(site=site).order_by("comment_id")
    return (
        list(counts.values_list("slot", "spam", "ham")),
        [(row.comment_id, row.decision_id, row.is_spam, bytes(row.slots)) for row in lessons],
    )


def actor_like(kind, site):
    return Actor(kind=kind, name=kind, site_ids=frozenset({site.pk}))


@pytest.mark.parametrize(
    ("status", "taught"),
    [
        (Status.SPAM, (1, 0)),
        (Status.APPROVED, (0, 1)),
        (Status.REJECTED, (0, 0)),
        (Status.PENDING, (0, 0)),
    ],
)
def test_approved_is_ham_spam_is_spam_and_the_rest_is_nothing(site, alice, status, taught):
    decide_as(alice, make_scored_comment(site), status)

    learn()

    assert totals(site) == taught
    assert not Decision.objects.unlearned().exists()


@pytest.mark.parametrize(
    ("kind", "taught"),
    [
        (ActorKind.USER, (1, 0)),
        (ActorKind.KEY, (1, 0)),
        (ActorKind.IMPORT, (1, 0)),
        (ActorKind.POLICY, (0, 0)),
        (ActorKind.CAMPAIGN, (0, 0)),
        (ActorKind.COMMENTER, (0, 0)),
    ],
)
def test_people_teach_and_machines_do_not(site, kind, taught):
    choice = Choice(comment_id=make_scored_comment(site).pk, status=Status.SPAM)
    decide([choice], actor=actor_like(kind, site))

    learn()

    assert totals(site) == taught


def test_a_decision_of_a_person_asks_for_learning(
    site, alice, nudges, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        decide_as(alice, make_scored_comment(site), Status.SPAM)

    assert nudges == [LEARN_WAITING]


def test_a_lesson_holds_exactly_what_it_added(site, alice):
    comment = make_scored_comment(site, body="cheap cheap pills", author_name="Bo")
    decide_as(alice, comment, Status.SPAM)

    learn()

    lesson = Lesson.objects.get(comment=comment)
    # cheap, pills, cheap cheap, cheap pills, Bo as a word and as a name, and four habits.
    assert read_slots(bytes(lesson.slots)).size == 10
    counted = WordCount.objects.filter(site=site, spam=1, ham=0).exclude(slot=TOTALS_SLOT)
    assert (
        sorted(counted.values_list("slot", flat=True)) == read_slots(bytes(lesson.slots)).tolist()
    )


def test_confirming_the_policy_teaches_and_saying_it_again_does_not(site, alice):
    comment = make_scored_comment(site, status=Status.PENDING)
    decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=actor_like("policy", site))
    learn()
    assert totals(site) == (0, 0)

    for _ in range(2):
        decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=actor_like("user", site))
        learn()

    assert totals(site) == (1, 0)


def test_undoing_takes_the_lesson_back_and_what_stood_before_teaches_again(site, alice):
    comment = make_scored_comment(site)
    decide_as(alice, comment, Status.SPAM)
    learn()
    before = stored(site)

    changed = decide_as(alice, comment, Status.APPROVED)
    learn()
    assert totals(site) == (0, 1)
    undo(changed, actor=actor_like("user", site))
    learn()

    assert stored(site) == before


def test_undoing_the_policy_teaches_nothing_until_a_person_decides(site):
    comment = make_scored_comment(site)
    policy, person = actor_like("policy", site), actor_like("user", site)
    made = decide([Choice(comment_id=comment.pk, status=Status.SPAM)], actor=policy).decisions[0]

    undo(made, actor=person)
    learn()

    assert stored(site) == ([], [])


def test_a_commenter_who_withdraws_takes_the_lesson_back(site, alice):
    comment = make_scored_comment(site)
    decide_as(alice, comment, Status.APPROVED)
    learn()

    decide(
        [Choice(comment_id=comment.pk, status=Status.REJECTED)], actor=actor_like("commenter", site)
    )
    learn()

    assert stored(site) == ([], [])


def test_nothing_is_left_when_all_is_taken_back(site, alice, actor):
    comments = [make_scored_comment(site, body=f"cheap pills {n}") for n in range(5)]
    batch = decide_many([c.pk for c in comments], status=Status.SPAM, actor=actor)
    learn()
    assert totals(site) == (5, 0)

    undo_batch(batch, actor=actor)
    learn()

    assert stored(site) == ([], [])


def test_erasing_takes_the_lesson_back_for_good(site, alice):
    kept, erased = make_scored_comment(site, body="tea"), make_scored_comment(site, body="pills")
    decide_as(alice, kept, Status.APPROVED)
    learn()
    before = stored(site)
    decide_as(alice, erased, Status.SPAM)
    learn()

    erase(erased)
    Decision.objects.update(learned_at=None)
    learn()

    assert stored(site) == before


def erase(*comments):
    with transaction.atomic():
        ids = [comment.pk for comment in comments]
        Comment.objects.filter(pk__in=ids).update(body="", author_name="", erased_at=timezone.now())
        forget_comments(ids)


def test_erasing_before_it_was_learnt_teaches_nothing(site, alice):
    comment = make_scored_comment(site)
    decide_as(alice, comment, Status.SPAM)

    erase(comment)
    learn()

    assert stored(site) == ([], [])


def test_retention_keeps_the_lesson(site, alice):
    comment = make_scored_comment(site, ip_prefix="192.0.2.0/24")
    decide_as(alice, comment, Status.SPAM)
    learn()
    before = stored(site)

    Comment.objects.update(ip_prefix="", body="")
    Decision.objects.update(learned_at=None)
    learn()

    assert stored(site) == before


def test_another_site_learns_nothing(site, alice):
    other = make_site(url="https://other.example")
    zoe = make_user("zoe", other)
    decide_as(zoe, make_scored_comment(other, body="pills"), Status.APPROVED)
    learn()
    before = stored(other)

    decide_as(alice, make_scored_comment(site, body="pills"), Status.SPAM)
    learn()

    assert stored(other) == before
    assert totals(site) == (1, 0)


def test_many_are_learnt_in_batches(site, actor, monkeypatch):
    monkeypatch.setattr(training, "BATCH", 7)
    comments = [make_scored_comment(site) for _ in range(20)]
    decide_many([c.pk for c in comments], status=Status.SPAM, actor=actor)

    taken = [training.learn_waiting() for _ in range(4)]

    assert taken == [7, 7, 6, 0]
    assert totals(site) == (20, 0)


def test_the_number_of_statements_does_not_depend_on_the_number_of_decisions(site, actor):
    def statements(size):
        comments = [make_scored_comment(site) for _ in range(size)]
        decide_many([c.pk for c in comments], status=Status.SPAM, actor=actor)
        with CaptureQueriesContext(connection) as captured:
            assert training.learn_waiting() == size
        return len(captured)

    assert statements(60) == statements(2)


@pytest.mark.django_db(transaction=True)
def test_workers_that_learn_at_once_count_everything_once(monkeypatch):
    monkeypatch.setattr(training, "BATCH", 5)
    sites = [make_site(url=f"https://{name}.example") for name in "ab"]
    alice = make_user("alice", *sites)
    for number in range(40):
        comment = make_scored_comment(sites[number % 2], body=f"cheap pills {number}")
        decide_as(alice, comment, Status.SPAM if number % 3 else Status.APPROVED)
    barrier, failed = threading.Barrier(3), []

    def work():
        barrier.wait()
        try:
            learn()
        except Exception as error:
            failed.append(error)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert not failed
    for site in sites:
        assert_counts_match(site)
        assert sum(totals(site)) == 20


@pytest.mark.django_db(transaction=True)
def test_a_reset_waits_for_a_worker_that_learns():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    site = make_site()

    with held(lambda: training.lock_learning([site.pk])), pytest.raises(OperationalError):
        lessons.reset(site, actor=POLICY)


def assert_counts_match(site):
    """The counts are the sum of the lessons that are there."""
    counts, lessons = stored(site)
    for is_spam, column in ((True, 1), (False, 2)):
        slots = [read_slots(row[3]) for row in lessons if row[2] is is_spam]
        found, times = np.unique(np.concatenate([[], *slots]), return_counts=True)
        expected = {TOTALS_SLOT: len(slots)} | dict(
            zip(found.tolist(), times.tolist(), strict=True)
        )
        assert {row[0]: row[column] for row in counts if row[column]} == {
            slot: count for slot, count in expected.items() if count
        }
