"""Somebody else who holds a lock, on a connection of their own; for PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def held(take: Callable[[], object]) -> Iterator[None]:
    """Let another connection hold what `take` locks; this one loses patience after 50 ms."""
    holds, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            take()
            holds.set()
            may_end.wait(timeout=30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(timeout=30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
            may_end.set()
            thread.join(timeout=30)
