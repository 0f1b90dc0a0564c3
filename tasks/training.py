"""Learn from people's decisions."""

from time import monotonic

from celery import shared_task

from moderation.services import training
from moderation.services.nudge import LEARN_WAITING, nudge, take_flag_down

DRAIN_SECONDS = 20.0


@shared_task(name=LEARN_WAITING)
def learn_waiting() -> None:
    """Learn from decisions for a while; leave the rest to the next nudge."""
    take_flag_down(LEARN_WAITING)
    deadline = monotonic() + DRAIN_SECONDS
    while training.learn_waiting():
        if monotonic() > deadline:
            nudge(LEARN_WAITING)
            return
