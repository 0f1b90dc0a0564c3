"""Celery's door: bare nudges in, one service call each; no task carries data."""
