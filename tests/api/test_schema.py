"""Schemathesis: every operation of the schema, with input as described and as it should not be."""

from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings

from moderation.models import Scope
from moderation.services.bulk import decide_many
from moderation.services.sites import make_key
from moderation.status import Status
from project.wsgi import application
from tests.factories import actor_of, make_scored_comment, make_site, make_user

schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


@pytest.fixture
def open_connection(db):
    """Leave the connection open between requests, like Django's own client."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def things(open_connection):
    """What the parameters of the addresses stand for, and a key that may do everything."""
    site = make_site()
    moderator = make_user("moderator", site)
    comment = make_scored_comment(site, email="someone@example.org")
    batch = decide_many([comment.pk], status=Status.APPROVED, actor=actor_of(moderator))
    return {
        "key": make_key(site, name="admin", scopes=[*Scope]),
        "comment_id": comment.pk,
        "decision_id": batch.decisions.get().pk,
        "batch_id": batch.pk,
        "site_id": site.pk,
        "key_id": site.keys.first().pk,
        "article_id": comment.article_id,
    }


@schema.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
def test_every_operation_does_as_the_schema_says(case, things):
    for name, value in (case.path_parameters or {}).items():
        if name in things and is_uuid(value):
            case.path_parameters[name] = str(things[name])
    case.call_and_validate(headers={"Authorization": f"Bearer {things['key']}"})


def is_uuid(value):
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
