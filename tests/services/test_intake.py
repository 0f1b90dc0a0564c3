"""Intake, with two real connections: what happens while the same request is being stored."""

import json
import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from moderation.models import Comment
from moderation.services.bulk_intake import accept_many
from moderation.services.intake import accept
from moderation.services.sites import create_site
from moderation.submission import Submission
from tests.factories import make_article, make_site


def submission(**more):
    return Submission(
        article_url="https://blog.example/post/", body="Well said.", author_name="Bo", **more
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [{"nonce": "k1"}, {"external_id": "wp-7"}])
def test_a_request_that_is_still_being_stored_is_told_to_come_back(name, bearer):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    keys = create_site("Keyed", "https://blog.example")
    make_article(keys.site)
    stored, asked = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            accept(keys.site, submission(**name))
            stored.set()
            asked.wait(10)
        connection.close()

    def again():
        body = {
            "article": {"url": "https://blog.example/post/"},
            "author": {"name": "Bo"},
            "body": "Well said.",
            "external_id": name.get("external_id"),
        }
        named = {"Idempotency-Key": name["nonce"]} if "nonce" in name else {}
        sent = json.dumps(body)
        auth = bearer(keys.key, **named)
        return Client().post("/api/v1/comments/", sent, "application/json", **auth)

    thread = threading.Thread(target=first)
    thread.start()
    assert stored.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 50")
    try:
        early = again()
    finally:
        asked.set()
        thread.join()
        connection.close()

    assert (early.status_code, early.json()["error"]["code"]) == (409, "in_flight")
    assert early["Retry-After"] == "1"
    assert again().status_code == 200
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_batches_with_the_same_comments_in_another_order_are_each_stored_once():
    site = make_site()
    names = [submission(external_id=f"wp-{n}") for n in range(20)]
    barrier, answers = threading.Barrier(2), []

    def send(batch):
        barrier.wait()
        answers.extend(accept_many(site, batch))
        connection.close()

    threads = [threading.Thread(target=send, args=(b,)) for b in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Comment.objects.count() == 20
    assert sorted(answer.is_new for answer in answers) == [False] * 20 + [True] * 20
