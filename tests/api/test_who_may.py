"""Who may do what: every address under /api/v1/, every verb, seven kinds of callers.

Generated from the addresses: a new one without a row here fails. A row names the answers
to these callers, in this order.
"""

import json
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from moderation.api.urls import urlpatterns
from moderation.models import Delivery, Role, Scope, SiteKey
from moderation.services.bulk import decide_many
from moderation.services.sites import make_key
from moderation.status import Status
from tests.factories import (
    actor_of,
    make_rule,
    make_scored_comment,
    make_site,
    make_user,
    make_webhook,
    note_some,
)
from tests.variations import arrive, variation

CALLERS = ("anonymous", "stranger", "moderator", "owner", "submit", "review", "admin")
VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

ANY_MODERATOR = "401 200 200 200 403 200 200"
MODERATORS = "401 404 200 200 403 200 200"
MODERATORS_CREATE = "401 404 201 201 403 201 201"
OWNERS = "401 404 403 200 403 403 200"
OWNERS_CREATE = "401 404 403 201 403 403 201"
OWNERS_START = "401 404 403 202 403 403 202"
OWNERS_REMOVE = "401 404 403 204 403 403 204"

ROWS = {
    "comments": {"POST": "401 400 400 400 201 201 201"},
    "bulk-submit": {"POST": "401 400 400 400 200 200 200"},
    "comment": {
        "GET": "401 404 200 200 200 200 200",
        "PATCH": OWNERS,
        "DELETE": "401 404 204 204 403 204 204",
    },
    "history": {"GET": MODERATORS},
    "explanation": {"GET": MODERATORS},
    "reveal-email": {"POST": MODERATORS},
    "queue": {"GET": ANY_MODERATOR},
    "counts": {"GET": ANY_MODERATOR},
    # A stranger's batch is empty.
    "bulk-decision": {"POST": "401 201 201 201 403 201 201"},
    "decision": {"POST": MODERATORS_CREATE},
    "campaigns": {"GET": ANY_MODERATOR},
    "campaign-decision": {"POST": MODERATORS_CREATE},
    "undo": {"POST": MODERATORS_CREATE},
    "undo-batch": {"POST": MODERATORS_CREATE},
    "sites": {"GET": ANY_MODERATOR, "POST": "401 403 403 403 403 403 403"},
    "site": {"GET": MODERATORS, "PATCH": OWNERS},
    "keys": {"GET": OWNERS, "POST": OWNERS_CREATE},
    "key": {"DELETE": OWNERS_REMOVE},
    "members": {"GET": OWNERS, "POST": OWNERS_CREATE},
    "member": {"PATCH": OWNERS, "DELETE": OWNERS_REMOVE},
    "stats": {"GET": MODERATORS},
    "learning": {"GET": OWNERS, "DELETE": OWNERS},
    "policy": {"GET": OWNERS, "PATCH": OWNERS},
    "backtest": {"POST": OWNERS},
    "rules": {"GET": OWNERS, "POST": OWNERS_CREATE},
    "rule": {"GET": OWNERS, "PATCH": OWNERS, "DELETE": OWNERS_REMOVE},
    "block-list": {"GET": OWNERS, "PUT": OWNERS, "DELETE": OWNERS_REMOVE},
    "webhooks": {"GET": OWNERS, "POST": OWNERS_CREATE},
    "webhook": {"GET": OWNERS, "PATCH": OWNERS, "DELETE": OWNERS_REMOVE},
    "rotate-webhook-secret": {"POST": OWNERS},
    "verify-webhook": {"POST": OWNERS_START},
    "deliveries": {"GET": OWNERS},
    "resend-delivery": {"POST": OWNERS_START},
    "articles": {"GET": ANY_MODERATOR},
    "article": {"PATCH": OWNERS},
}
COMMENT = {
    "article": {"url": "https://blog.example/post/"},
    "author": {"name": "Bo"},
    "body": "Good.",
}
RULE = {"name": "No pills", "kind": "word", "pattern": "pills", "action": "hold"}
SENT = {
    ("comments", "POST"): COMMENT,
    ("bulk-submit", "POST"): {"comments": [COMMENT]},
    ("comment", "PATCH"): {"seen_version": 2, "body": "[removed]"},
    ("bulk-decision", "POST"): {"ids": [str(uuid7())], "status": "spam"},
    ("decision", "POST"): {"status": "spam"},
    ("sites", "POST"): {"name": "New", "url": "https://new.example"},
    ("site", "PATCH"): {"name": "Renamed"},
    ("keys", "POST"): {"name": "shop", "scopes": ["submit"]},
    ("members", "POST"): {"username": "newcomer"},
    ("member", "PATCH"): {"role": "owner"},
    ("campaign-decision", "POST"): {"status": "spam"},
    ("policy", "PATCH"): {"hold_all": True},
    ("backtest", "POST"): {"policy": {"hold_all": True}},
    ("rules", "POST"): RULE,
    ("rule", "PATCH"): {"is_trial": True},
    ("block-list", "PUT"): {"entries": ["casino"]},
    ("webhooks", "POST"): {"url": "https://hooks.example/winnow"},
    ("webhook", "PATCH"): {"events": ["comment.spam"]},
    ("article", "PATCH"): {"closed": True},
}
ROUTES = [p for p in urlpatterns if str(p.pattern).startswith("v1/")]


@pytest.fixture
def named(keys):
    """What the parameters of the addresses stand for: things of the keys' site."""
    moderator = make_user("moderator", keys.site)
    make_user("owner", keys.site, role=Role.OWNER)
    make_user("stranger", make_site(url="https://mallory.example"))
    make_user("newcomer")
    comment = make_scored_comment(keys.site, email="someone@example.org")
    batch = decide_many([comment.pk], status=Status.APPROVED, actor=actor_of(moderator))
    flood = arrive(keys.site, [variation(number) for number in range(3)])
    webhook = make_webhook(keys.site)
    [delivery] = note_some(keys.site, 1, webhook)
    Delivery.objects.update(sent_at=timezone.now())
    return {
        "campaign_id": flood[0].campaign_id,
        "rule_id": make_rule(keys.site).pk,
        "webhook_id": webhook.pk,
        "delivery_id": delivery.pk,
        "comment_id": comment.pk,
        "decision_id": batch.decisions.get().pk,
        "batch_id": batch.pk,
        "site_id": keys.site.pk,
        "key_id": SiteKey.objects.create(site=keys.site, digest=b"spare").pk,
        "username": "moderator",
        "article_id": comment.article_id,
    }


@pytest.fixture
def callers(named, keys):
    admin_key = make_key(keys.site, name="admin", scopes=[*Scope])
    tokens = {"submit": keys.key, "review": keys.review_key, "admin": admin_key}
    clients = {}
    for name in CALLERS:
        token = tokens.get(name)
        clients[name] = Client(headers={"Authorization": f"Bearer {token}"} if token else None)
        if name in {"stranger", "moderator", "owner"}:
            clients[name].force_login(user_called(name))
    return clients


def user_called(name):
    return User.objects.get(username=name)


@contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(route, named):
    names = route.pattern.converters
    return reverse(f"api:{route.name}", kwargs={name: named[name] for name in names})


def ask(client, verb, path, name):
    body = SENT.get((name, verb))
    return client.generic(verb, path, data=dumped(body), content_type="application/json")


def dumped(body):
    return json.dumps(body) if body is not None else ""


def expected(name, verb):
    """Return the answers that a row plans; what is not planned is nobody's."""
    row = ROWS[name]
    planned = row.get("GET" if verb == "HEAD" else verb)
    if planned:
        return [{int(status)} for status in planned.split()]
    known = 200 if verb == "OPTIONS" else 405
    return [{401}, {known}, {known}, {known}, {403, known}, {403, known}, {known}]


def test_every_address_has_a_row():
    assert {route.name for route in ROUTES} == set(ROWS)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_who_may(route, named, callers):
    path = address(route, named)
    for verb in VERBS:
        for caller, planned in zip(CALLERS, expected(route.name, verb), strict=True):
            with taken_back():
                response = ask(callers[caller], verb, path, route.name)
            assert response.status_code in planned, (verb, caller, response.content)
            if response.status_code == 405:
                assert set(ROWS[route.name]) <= set(response["Allow"].split(", "))


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.pattern.converters], ids=lambda route: route.name
)
def test_a_strangers_row_looks_like_one_that_is_not_there(route, named, callers):
    nowhere = {name: uuid7() if name.endswith("_id") else "nobody" for name in named}
    for verb in ROWS[route.name]:
        theirs = ask(callers["stranger"], verb, address(route, named), route.name)
        nobodys = ask(callers["stranger"], verb, address(route, nowhere), route.name)

        assert (theirs.status_code, theirs.content) == (404, nobodys.content)
        assert nobodys.status_code == 404


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize(
    "headers",
    [{"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "DELETE"}],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_makes_another_verb_of_it(route, named, callers, headers):
    path = address(route, named)
    with taken_back():
        response = callers["admin"].get(path, headers=headers)
    planned = ROWS[route.name].get("GET", "405").split()[-1]
    assert response.status_code == int(planned)


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "GET" in ROWS[r.name]], ids=lambda route: route.name
)
def test_a_parameter_that_nobody_knows_is_refused(route, named, callers):
    response = callers["admin"].get(address(route, named), {"statsu": "spam"})

    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["statsu"]


def test_operators_make_sites(named, callers):
    operator = user_called("newcomer")
    operator.is_superuser = True
    operator.save()
    client = Client()
    client.force_login(operator)

    assert ask(client, "POST", reverse("api:sites"), "sites").status_code == 201
