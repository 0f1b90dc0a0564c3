"""The Celery app of the project, with the peers' task beside its own."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from project.celery import app

app.autodiscover_tasks(["bench"], related_name="peers")
