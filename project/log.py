"""Logs: one JSON object a line, without anybody's words or addresses."""

import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]


def drop_exception_text(_logger: object, _name: str, event: Event) -> Event:
    """Replace an exception by its type and where it happened.

    Its message is left out: a database names the row that it refused in it, and that
    row holds a visitor's words.
    """
    error = event.pop("exc_info", None)
    if isinstance(error, tuple) and error[1] is not None:
        frames = traceback.extract_tb(error[2])
        event["exception"] = error[0].__name__
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


# Ids and counts. What a visitor sent has no name here.
ALLOWED = [
    "actor",
    "comment",
    "count",
    "fields",
    "rule",
    "site",
    "status_code",
    "task",
    "version",
]
SHARED = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=ALLOWED),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str) -> dict[str, Any]:
    """Return the configuration of Python's logging: everything to stderr as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    drop_exception_text,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Replace Django's own set-up: its mails to administrators carry whole requests.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Refused requests are the visitor's business; what went wrong in us is an error.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
            # A wrong Host header is answered 400; it is a scanner's doing, not an error of ours.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
