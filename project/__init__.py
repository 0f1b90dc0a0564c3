"""The Django project: wiring, no behaviour."""

# Sending a task by its name needs the Celery app in every process, the web ones too.
from project.celery import app as celery_app

__all__ = ["celery_app"]
