"""The Celery app and the beat schedule."""

import os

from celery import Celery
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("winnow")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tasks"], related_name="triage")
app.autodiscover_tasks(["tasks"], related_name="deliveries")
app.autodiscover_tasks(["tasks"], related_name="training")
app.autodiscover_tasks(["tasks"], related_name="upkeep")
app.autodiscover_tasks(["tasks"], related_name="imports")
app.autodiscover_tasks(["tasks"], related_name="warming")

# Sending waits for others' servers, so it has a queue of its own and `up` a worker for it.
# A worker that is told nothing serves both.
app.conf.task_queues = [
    Queue(name, Exchange(name), routing_key=name) for name in ("winnow", "winnow-out")
]
app.conf.task_routes = {"tasks.deliveries.*": {"queue": "winnow-out"}}

# Sweeps are the guarantee, nudges only the fast path. An unfetched sweep is worth
# nothing once the next one is due.
app.conf.beat_schedule = {
    "sweep waiting comments": {
        "task": "tasks.triage.score_waiting",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    # The first pause between two attempts is 5 s.
    "sweep waiting deliveries": {
        "task": "tasks.deliveries.send_waiting",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "sweep waiting imports": {
        "task": "tasks.imports.import_waiting",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "sweep decisions to learn from": {
        "task": "tasks.training.learn_waiting",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "show that workers work": {
        "task": "tasks.upkeep.sing",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "forget what has expired": {
        "task": "tasks.upkeep.purge_expired",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
