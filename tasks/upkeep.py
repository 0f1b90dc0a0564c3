"""Keep the house: forget what has expired, show that workers work."""

from celery import shared_task

from moderation.services import upkeep


@shared_task
def sing() -> None:
    """Tell /readyz that a worker ran."""
    upkeep.sing()


@shared_task
def purge_expired() -> None:
    """Forget network addresses whose time is over."""
    upkeep.purge_expired()
