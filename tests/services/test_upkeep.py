"""Retention: network addresses go after the site's time, the salts of their hashes at once."""

from datetime import timedelta

from django.utils import timezone

from moderation.models import AddressSalt
from moderation.services.addresses import todays_salt, trace_client
from moderation.services.upkeep import purge_expired
from moderation.submission import Client
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
