"""set_up: what the first run of `up` leaves and prints."""

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from moderation.models import Comment, Site
from moderation.status import Status

pytestmark = pytest.mark.django_db


def set_up():
    out = StringIO()
    call_command("set_up", "--url", "http://127.0.0.1:8000", stdout=out)
    return out.getvalue()


def test_it_prints_address_account_and_demo_site_on_one_line_each():
    address, account, demo = set_up().splitlines()

    assert "http://127.0.0.1:8000" in address
    assert "admin" in account
    assert "/demo/" in demo
    password = re.search(r"password: (\S+)", account)[1]
    assert authenticate(username="admin", password=password)


def test_a_second_run_changes_and_prints_nothing():
    set_up()
    before = Comment.objects.count()

    assert set_up() == ""
    assert (Site.objects.count(), Comment.objects.count()) == (1, before)


def test_the_demo_shows_a_thread_and_leaves_something_to_review():
    set_up()

    assert Comment.objects.filter(status=Status.APPROVED, parent__isnull=False).count() == 1
    assert Comment.objects.filter(status=Status.PENDING).count() >= 5
