"""Stay away for a while from a broker that did not answer, so that visitors do not wait for it."""

import logging
from time import monotonic

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
# What a visitor may lose to a broker that hangs, once every PAUSE_SECONDS. Loopback and
# local networks answer within 1 ms.
ANSWER_SECONDS = 0.2


class Breaker:
    """Remembers, within one process, until when the broker is left alone."""

    def __init__(self) -> None:
        self.closed_again_at = 0.0

    def is_open(self) -> bool:
        return monotonic() < self.closed_again_at

    def trip(self) -> None:
        """Leave the broker alone from now on; say so once a pause."""
        if not self.is_open():
            logger.warning("the broker does not answer; going on without it for a while")
        self.closed_again_at = monotonic() + PAUSE_SECONDS


broker_breaker = Breaker()
