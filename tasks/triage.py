"""Judge waiting comments."""

from time import monotonic

from celery import shared_task

from moderation.services import triage
from moderation.services.nudge import SCORE_WAITING, nudge, take_flag_down

DRAIN_SECONDS = 20.0


@shared_task(name=SCORE_WAITING)
def score_waiting() -> None:
    """Judge waiting comments for a while; leave the rest to the next nudge."""
    take_flag_down(SCORE_WAITING)
    deadline = monotonic() + DRAIN_SECONDS
    while triage.score_waiting():
        if monotonic() > deadline:
            nudge(SCORE_WAITING)
            return
