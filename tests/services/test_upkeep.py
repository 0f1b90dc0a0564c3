"""Retention: network addresses go after the site's time, the salts of their hashes at once."""

from datetime import timedelta

from django.utils import timezone

from moderation.models import AddressSalt, Comment
from moderation.services.addresses import todays_salt, trace_client
from moderation.services.upkeep import purge_expired
from moderation.status import Status
from moderation.submission import Client
from tests.api.akismet import check
from tests.factories import make_comment


def traced(site, *, days):
    comment = make_comment(site, created_at=timezone.now() - timedelta(days=days))
    trace_client(
        comment, Client(ip="203.0.113.7", user_agent="Browser", referrer="https://x.example/?q=1")
    )
    comment.save()
    return comment


def test_addresses_go_after_the_sites_retention(site):
    old, young = traced(site, days=31), traced(site, days=29)

    assert purge_expired() == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.ip_prefix, old.ip_hash, old.user_agent) == ("", None, "")
    assert (young.ip_prefix, young.referrer) == ("203.0.113.0/24", "https://x.example/")


def test_a_second_run_changes_nothing(site):
    traced(site, days=31)
    purge_expired()

    assert purge_expired() == 0


def test_yesterdays_salt_is_forgotten_and_todays_kept(db):
    todays_salt.cache_clear()
    today = timezone.now().date()
    todays_salt(today)
    AddressSalt.objects.create(day=today - timedelta(days=1), salt=b"x" * 32)

    purge_expired()

    assert [row.day for row in AddressSalt.objects.all()] == [today]
    todays_salt.cache_clear()


def test_an_address_is_hashed_differently_every_day(db):
    todays_salt.cache_clear()
    today = timezone.now().date()

    assert todays_salt(today) != todays_salt(today - timedelta(days=1))
    todays_salt.cache_clear()


def test_checked_comments_lose_their_words_and_leave_the_queue_undecided(keys):
    answer = check(keys.plugin_key)
    comment = Comment.objects.get(pk=answer["X-akismet-guid"])
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    other = make_comment(keys.site, created_at=timezone.now() - timedelta(days=31))
    lines = comment.decisions.count()

    assert purge_expired() == 1

    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.body, comment.author_name, comment.email_sealed) == ("", "", None)
    assert (comment.email_fingerprint, comment.reasons, comment.ip_prefix) == (None, [], "")
    assert (comment.status, comment.decisions.count()) == ("pending", lines)
    assert not Comment.objects.in_queue(Status.PENDING).filter(pk=comment.pk).exists()
    assert (other.body != "", other.erased_at) == (True, None)
    assert purge_expired() == 0


def test_young_checked_comments_stay(keys):
    check(keys.plugin_key)

    purge_expired()

    assert Comment.objects.get().body


def test_words_that_come_again_after_the_retention_are_another_comment(keys):
    check(keys.plugin_key)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=31))
    purge_expired()

    check(keys.plugin_key)

    assert Comment.objects.count() == 2
