"""Read settings from the environment: loud about a wrong value, silent about nothing."""

import os
from ipaddress import ip_network
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


def env_ports(name: str, default: str) -> list[int]:
    """Return a list of port numbers; raise ImproperlyConfigured for anything else."""
    words = env_list(name) or default.split(",")
    if not all(word.isascii() and word.isdigit() and 0 < int(word) < 65_536 for word in words):
        raise ImproperlyConfigured(f"{name} must be port numbers, separated by commas")
    return [int(word) for word in words]


def env_networks(name: str) -> list[str]:
    """Return a list of IP networks; raise ImproperlyConfigured for anything else."""
    words = env_list(name)
    try:
        return [str(ip_network(word)) for word in words]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.1.0.0/16, separated by commas: {error}"
        ) from error


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
