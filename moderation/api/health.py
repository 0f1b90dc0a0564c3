"""Up or down: /healthz for the process, /readyz for all that it needs.

Outsiders learn one word; what is wrong stands in the log.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from moderation.models.queue import oldest_unscored_seconds
from moderation.services.upkeep import broker_answers, canary_sang

logger = logging.getLogger(__name__)

# Twice the sweep and then some: longer means that nobody scores.
TOO_LONG_SECONDS = 180.0


def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers."""
    return JsonResponse({"status": "up"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether comments are stored and scored: 200 up or 503 down."""
    down = [name for name, works in CHECKS.items() if not works()]
    if down:
        logger.error("not ready: %s", ", ".join(down))
        return JsonResponse({"status": "down"}, status=503)
    return JsonResponse({"status": "up"})


def nothing_waits_too_long() -> bool:
    try:
        return oldest_unscored_seconds() < TOO_LONG_SECONDS
    except DatabaseError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "broker": broker_answers,
    "worker": canary_sang,
    "database or backlog": nothing_waits_too_long,
}
