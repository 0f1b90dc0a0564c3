"""A worker reads its models before it forks, unless it only sends."""

import gc
from types import SimpleNamespace

import pytest

from moderation.scoring.language import identifier
from moderation.services.judging import classifier
from project.celery import app


@pytest.mark.parametrize(("queue", "is_warm"), [("winnow", True), ("winnow-out", False)])
def test_who_judges_is_warm_before_it_forks(queue, is_warm):
    app.loader.import_default_modules()
    [step] = [step for step in app.steps["worker"] if step.__name__ == "WarmUp"]
    queues = SimpleNamespace(consume_from={queue: None})
    worker = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=queues)))
    classifier.cache_clear()
    identifier.cache_clear()

    step(worker).include(worker)
    frozen = gc.get_freeze_count()
    gc.unfreeze()

    assert bool(classifier.cache_info().currsize) is is_warm
    assert bool(identifier.cache_info().currsize) is is_warm
    assert bool(frozen) is is_warm
