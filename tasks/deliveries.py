"""Send what waits in the outbox."""

from celery import shared_task

from moderation.services import deliveries
from moderation.services.nudge import SEND_DELIVERIES, nudge, take_flag_down


@shared_task(name=SEND_DELIVERIES)
def send_waiting() -> None:
    """Send for a while; leave the rest to the next nudge."""
    take_flag_down(SEND_DELIVERIES)
    if deliveries.send_waiting():
        nudge(SEND_DELIVERIES)
