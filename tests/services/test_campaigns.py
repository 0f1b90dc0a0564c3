"""Campaigns: what gathers, what does not, and what becomes of later arrivals."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.models import Band, Campaign, Comment, Likeness
from moderation.models.likenesses import take_turns
from moderation.scoring.similarity import agreement
from moderation.services import campaigns
from moderation.services.bulk import undo, undo_batch
from moderation.services.campaigns import decide_campaign
from moderation.services.claims import claim
from moderation.services.triage import settle_comments
from moderation.services.upkeep import purge_expired
from moderation.status import Status
from tests.factories import actor_of, decide_as, make_comment, make_site, make_user
from tests.locks import held
from tests.variations import HONEST, Judge, arrive, judge, variation


def flood(site, numbers, **more):
    return arrive(site, map(variation, numbers), **more)


def campaign_of(*comments):
    """Return the one campaign of these comments, None if they have none."""
    [found] = set(Comment.objects.filter(pk__in=[c.pk for c in comments]).values_list("campaign"))
    return Campaign.objects.filter(pk=found[0]).first()


def standing(comments):
    rows = Comment.objects.filter(pk__in=[c.pk for c in comments]).order_by("pk")
    return list(rows.values_list("status", flat=True))


# --- gathering


def test_variations_gather_within_a_batch_and_across_batches(site):
    first = flood(site, range(5))
    later = flood(site, range(5, 10))

    assert campaign_of(*first, *later) is not None
    assert Campaign.objects.count() == 1


def test_a_comment_that_came_first_joins_when_the_second_comes(site):
    [first] = flood(site, [1])
    assert campaign_of(first) is None

    [second] = flood(site, [2])

    assert campaign_of(first, second) is not None


def test_they_gather_across_sites(site):
    elsewhere = make_site(url="https://elsewhere.example")

    assert campaign_of(*flood(site, [1]), *flood(elsewhere, [2])) is not None


def test_honest_texts_do_not_gather(site):
    assert campaign_of(*arrive(site, HONEST)) is None


def test_short_texts_never_gather(site):
    texts = ["Thanks!", "Great post, thanks for sharing", "so helpful, thank you very much"]

    assert campaign_of(*arrive(site, texts * 20)) is None
    assert not Likeness.objects.exists()


def test_somebody_who_repeats_themselves_is_no_campaign(site):
    own = {"author_name": "Ottilie", "email": "ottilie@example.org"}

    comments = flood(site, [1, 1, 2, 3], **own) + flood(site, [4], **own)

    assert campaign_of(*comments) is None


def test_one_name_with_many_addresses_is_one(site):
    comments = [
        flood(site, [number], author_name="Coach", email=f"a{number}@example.org")[0]
        for number in range(3)
    ]

    assert campaign_of(*comments) is not None


def test_a_comment_that_is_judged_again_keeps_its_campaign_and_begins_none(site):
    [alone] = flood(site, [1])
    Comment.objects.filter(pk=alone.pk).update(scored_at=None, attempts=0, lease_until=None)
    judge()
    assert campaign_of(alone) is None
    assert Likeness.objects.count() == 1

    [other] = flood(site, [2])
    Comment.objects.filter(pk=alone.pk).update(scored_at=None, attempts=0, lease_until=None)
    judge()

    assert campaign_of(alone, other) is not None


def test_nothing_is_like_what_was_erased(site):
    [erased] = flood(site, [1])
    Comment.objects.filter(pk=erased.pk).update(erased_at=timezone.now())

    assert campaign_of(*flood(site, [2])) is None
    purge_expired()
    assert not Likeness.objects.filter(comment=erased).exists()


def test_texts_are_forgotten_after_a_month_in_which_nothing_was_like_them(site):
    flood(site, [1])
    Likeness.objects.update(seen_at=timezone.now() - timedelta(days=31))

    purge_expired()

    assert not Likeness.objects.exists()
    assert not Band.objects.exists()
    assert campaign_of(*flood(site, [2])) is None


def test_texts_that_still_come_are_kept(site):
    flood(site, [1])
    Likeness.objects.update(seen_at=timezone.now() - timedelta(days=29))
    flood(site, [2])

    assert Likeness.objects.earliest("id").seen_at > timezone.now() - timedelta(minutes=1)


def test_a_comment_is_compared_with_a_bounded_number_of_others(site, monkeypatch):
    compared = []

    def counted(one, other):
        compared.append(1)
        return agreement(one, other)

    monkeypatch.setattr(campaigns, "agreement", counted)
    flood(site, range(100))
    compared.clear()

    flood(site, [100])

    assert 1 <= len(compared) <= 8


def test_a_failure_does_not_hold_up_scoring(site, monkeypatch, caplog):
    def fail(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr(campaigns, "write_likenesses", fail)

    [comment] = flood(site, [1])

    assert comment.score == 0.6
    assert not Likeness.objects.exists()
    assert "campaigns cannot be gathered" in caplog.text


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(site):
    def statements(numbers, novel):
        for body in [*map(variation, numbers), novel]:
            make_comment(site, body=body)
        with CaptureQueriesContext(connection) as captured:
            judge()
        return len(captured)

    flood(site, range(3))
    assert statements(range(10, 60), HONEST[0]) == statements(range(100, 102), HONEST[1])


@pytest.mark.django_db(transaction=True)
def test_two_workers_begin_one_campaign():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    site = make_site()
    for number in range(40):
        make_comment(site, body=variation(number))
    halves = Comment.objects.order_by("id")[:20], Comment.objects.order_by("id")[20:]
    barrier = threading.Barrier(2)

    def work(half):
        comments = list(half.select_related("site"))
        barrier.wait()
        campaigns.gather(comments)
        connection.close()

    threads = [threading.Thread(target=work, args=[half]) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert Campaign.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_while_another_gathers():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    comment = make_comment(make_site(), body=variation(1))

    with held(take_turns), pytest.raises(OperationalError):
        campaigns.gather_together([comment])


# --- later arrivals


@pytest.fixture
def decided(site, alice):
    """Return a function that lets alice decide a campaign of five."""

    def decided(status, **more):
        campaign = campaign_of(*flood(site, range(5)))
        return decide_campaign(campaign, status=status, actor=actor_of(alice), **more)

    return decided


@pytest.mark.parametrize(
    ("status", "score", "becomes"),
    [
        (Status.SPAM, 0.5, Status.SPAM),
        (Status.SPAM, 0.95, Status.SPAM),
        (Status.SPAM, 0.49, Status.PENDING),
        (Status.APPROVED, 0.49, Status.APPROVED),
        (Status.APPROVED, 0.1, Status.APPROVED),
        (Status.APPROVED, 0.5, Status.PENDING),
        (Status.REJECTED, 0.6, Status.PENDING),
        (Status.PENDING, 0.6, Status.PENDING),
    ],
)
def test_later_arrivals_follow_while_the_score_agrees(site, decided, status, score, becomes):
    batch = decided(status)

    [later] = flood(site, [50], score=score)

    assert later.status == becomes
    decision = later.decisions.get()
    if becomes != Status.PENDING:
        assert (decision.actor_kind, decision.batch_id) == ("campaign", batch.pk)
        assert "campaign" in decision.reason
        assert later.reasons[0]["text"] == decision.reason
    else:
        assert (decision.actor_kind, decision.batch_id) == ("policy", None)


@pytest.mark.parametrize("policy", [{"hold_all": True}, {"spam_above": 0.3, "approve_below": 0.1}])
def test_approval_goes_never_against_what_the_owner_wants(site, decided, policy):
    decided(Status.APPROVED)
    for name, value in policy.items():
        setattr(site, name, value)
    site.save()

    [later] = flood(site, [50], score=0.4)

    assert later.status != Status.APPROVED


def test_a_decision_says_nothing_about_other_sites(decided):
    decided(Status.SPAM)

    [later] = flood(make_site(url="https://elsewhere.example"), [50])

    assert later.status == Status.PENDING


def test_a_decision_holds_on_all_sites_of_its_maker(site, alice, decided):
    other = make_site(url="https://other.example")
    alice.memberships.create(site=other)
    decided(Status.SPAM)

    [later] = flood(other, [50])

    assert later.status == Status.SPAM


def test_undo_takes_later_arrivals_back_and_stops_the_rule(site, alice, decided):
    batch = decided(Status.SPAM)
    later = flood(site, range(50, 55))

    undoing = undo_batch(batch, actor=actor_of(alice))

    assert (undoing.asked, undoing.changed) == (10, 10)
    assert set(standing(later)) == {Status.PENDING}
    assert [one.status for one in flood(site, [60])] == [Status.PENDING]


def test_another_decision_takes_the_place_of_the_first(site, alice, decided):
    decided(Status.SPAM)
    later = flood(site, [50])

    decide_campaign(campaign_of(*later), status=Status.APPROVED, actor=actor_of(alice))

    assert set(Comment.objects.values_list("status", flat=True)) == {Status.APPROVED}
    assert [one.status for one in flood(site, [51], score=0.3)] == [Status.APPROVED]


def test_two_moderators_of_two_sites_decide_differently(site, alice, decided):
    other = make_site(url="https://other.example")
    bea = make_user("bea", other)
    theirs = flood(other, range(20, 23))
    decided(Status.SPAM)
    assert set(standing(theirs)) == {Status.PENDING}

    decide_campaign(campaign_of(*theirs), status=Status.APPROVED, actor=actor_of(bea))

    assert set(standing(theirs)) == {Status.APPROVED}
    assert Comment.objects.filter(site=site, status=Status.SPAM).count() == 5
    assert [one.status for one in flood(site, [50])] == [Status.SPAM]


def test_undo_by_somebody_of_one_site_leaves_the_other_sites_rule(site, alice, decided):
    other = make_site(url="https://other.example")
    alice.memberships.create(site=other)
    flood(other, range(20, 23))
    batch = decided(Status.SPAM)

    undo_batch(batch, actor=actor_of(make_user("bea", other)))

    assert [one.status for one in flood(other, [60])] == [Status.PENDING]
    assert [one.status for one in flood(site, [61])] == [Status.SPAM]


# --- people's own decisions


def test_a_persons_own_decision_on_one_comment_is_left_alone(site, alice, decided):
    first = flood(site, [40, 41])
    decide_as(make_user("bea", site), first[0], Status.APPROVED)

    batch = decided(Status.SPAM)

    assert standing(first) == [Status.APPROVED, Status.SPAM]
    assert (batch.changed, batch.conflicts) == (6, [])


def test_a_persons_own_decision_that_was_taken_back_is_none(site, alice, decided):
    [first] = flood(site, [40])
    decision = decide_as(alice, first, Status.APPROVED)
    undo(decision, actor=actor_of(alice))

    decided(Status.SPAM)

    assert standing([first]) == [Status.SPAM]


def test_undo_leaves_what_a_person_decided_since(site, alice, decided):
    batch = decided(Status.SPAM)
    one = Comment.objects.earliest("id")
    decide_as(make_user("bea", site), one, Status.APPROVED)

    undoing = undo_batch(batch, actor=actor_of(alice))

    assert standing([one]) == [Status.APPROVED]
    assert (undoing.changed, len(undoing.conflicts)) == (4, 1)


@contextmanager
def a_worker_at_work():
    """Settle what waits in a thread of its own, which begins as the block does."""
    barrier = threading.Barrier(2)

    def work():
        waiting = claim()
        barrier.wait()
        settle_comments(waiting, Judge(0.6))
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    barrier.wait()
    yield
    thread.join(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_undo_waits_for_a_worker_that_follows_the_decision(alice, site, decided):
    """What a worker settles while somebody takes the decision back is taken back as well."""
    batch = decided(Status.SPAM)
    for number in range(50, 70):
        make_comment(site, body=variation(number))
    with a_worker_at_work():
        undo_batch(batch, actor=actor_of(alice))

    assert set(Comment.objects.values_list("status", flat=True)) == {Status.PENDING}


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_a_worker_that_settles_more_of_it(alice, site):
    """What arrives while somebody decides is decided too, whoever was first."""
    campaign = campaign_of(*flood(site, range(5)))
    for number in range(50, 70):
        make_comment(site, body=variation(number))
    with a_worker_at_work():
        decide_campaign(campaign, status=Status.SPAM, actor=actor_of(alice))

    assert set(Comment.objects.values_list("status", flat=True)) == {Status.SPAM}
