"""Work off uploaded imports."""

from celery import shared_task

from moderation.services import import_runs
from moderation.services.nudge import IMPORT_WAITING, nudge, take_flag_down

# Longer than other tasks: a file is read through in one go, and again from its beginning after
# every pause. The broker may deliver a long one twice; the lease lets only one of them work.
LIMIT_SECONDS = 900


@shared_task(name=IMPORT_WAITING, time_limit=LIMIT_SECONDS, soft_time_limit=LIMIT_SECONDS - 10)
def import_waiting() -> None:
    """Import for a while, then let other tasks have their turn."""
    take_flag_down(IMPORT_WAITING)
    if import_runs.work_off():
        nudge(IMPORT_WAITING)
