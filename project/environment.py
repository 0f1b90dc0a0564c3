"""Read settings from the environment: loud about a wrong value, silent about nothing."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, default: bool = False) -> bool:
    """Return True or False; raise ImproperlyConfigured for any other word."""
    value = os.getenv(name, str(default))
    if value not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}")
    return value == "True"


def env_int(name: str, default: int) -> int:
    """Return a whole number that is not negative; raise ImproperlyConfigured otherwise."""
    value = os.getenv(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def env_list(name: str) -> list[str]:
    """Return the words of a comma-separated list."""
    return [word.strip() for word in os.getenv(name, "").split(",") if word.strip()]


def env_secret(name: str, made_by_up: Path) -> str:
    """Return a secret from NAME, the file NAME_FILE, or the file that `up` made; never a default.

    Raises ImproperlyConfigured when there is none or its file cannot be read.
    """
    if value := os.getenv(name):
        return value
    path = Path(os.getenv(f"{name}_FILE") or made_by_up)
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is missing: set {name} or {name}_FILE, or run `python3 manage.py up` once"
            f" (looked in {path}: {error.strerror})"
        ) from error
