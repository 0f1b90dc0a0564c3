"""System checks that refuse unsafe settings, each with a hint."""

import pytest
from django.core.checks import run_checks


def ids():
    return {message.id for message in run_checks() if message.id.startswith("winnow")}


def test_a_development_machine_is_fine():
    assert ids() == set()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"SECRET_KEY": "short"}, "winnow.E001"),
        ({"DEBUG": True, "PUBLIC_URL": "https://c.example", "HTTPS": True}, "winnow.E003"),
        ({"PUBLIC_URL": "http://comments.example"}, "winnow.E004"),
        ({"REDIS_URL": "redis://broker.example:6379/0"}, "winnow.E005"),
        ({"ALLOWED_HOSTS": ["*"]}, "winnow.E006"),
        ({"FORM_LIMIT": "many"}, "winnow.E007"),
        ({"PUBLIC_URL": "https://c.example", "HTTPS": True, "TRUSTED_PROXIES": 0}, "winnow.W001"),
    ],
)
def test_what_is_unsafe_is_named_with_a_hint(settings, changed, found):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert found in ids()
    assert all(message.hint for message in run_checks() if message.id == found)


@pytest.mark.parametrize(
    "changed",
    [
        {"PUBLIC_URL": "http://127.0.0.1:8000"},
        {"REDIS_URL": "redis://:secret@broker.example:6379/0"},
        {"PUBLIC_URL": "https://c.example", "HTTPS": True, "TRUSTED_PROXIES": 1},
    ],
)
def test_what_is_safe_passes(settings, changed):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert ids() == set()
