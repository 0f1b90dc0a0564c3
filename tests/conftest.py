"""The cast: alice moderates `site`, olga owns it, mallory neither; nudges heard, calls refused."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import settings

from moderation.breaker import broker_breaker
from moderation.limits import local_limiter, shared_limiter
from moderation.models import Role, Site
from moderation.models.actor import Actor
from moderation.services import nudge
from moderation.services.access import user_actor, valid_key, valid_plugin_key
from moderation.services.blogs import known_blog
from moderation.services.sites import NewSite, create_site
from tests.factories import make_site, make_user

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("winnow", deadline=None)
settings.load_profile("winnow")

NUDGED = (
    nudge.SCORE_WAITING,
    nudge.LEARN_WAITING,
    nudge.SEND_DELIVERIES,
    nudge.IMPORT_WAITING,
)
LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture
def site(db: None) -> Site:
    return make_site()


@pytest.fixture
def keys(db: None) -> NewSite:
    """A site with its keys in the clear."""
    return create_site("Keyed", "https://blog.example")


@pytest.fixture
def alice(site: Site) -> User:
    return make_user("alice", site)


@pytest.fixture
def olga(site: Site) -> User:
    return make_user("olga", site, role=Role.OWNER)


@pytest.fixture
def mallory(db: None) -> User:
    return make_user("mallory", make_site(url="https://mallory.example"))


@pytest.fixture
def actor(alice: User) -> Actor:
    """Alice, as the services know her."""
    return user_actor(alice)


@pytest.fixture
def client_of() -> Callable[[User | None], Client]:
    """Return the HTTP client of somebody signed in, or of nobody."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    return client_of


@pytest.fixture
def owner(olga: User, client_of: Callable[[User | None], Client]) -> Client:
    """Olga's client."""
    return client_of(olga)


@pytest.fixture
def bearer() -> Callable[..., dict[str, Any]]:
    """Return the headers of a program with a key."""

    def headers(key: str, **more: str) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {key}", **more}}

    return headers


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were asked for, instead of a worker that wakes."""
    heard: list[str] = []
    monkeypatch.setattr(nudge, "ring", heard.append)
    return heard


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody rings the bell, unless the test says `real_broker`; every count begins at nought."""
    if "real_broker" in request.keywords:
        # A nudge that an earlier test left on its way would keep this one's from being sent.
        nudge.flags().delete(*map(nudge.flag, NUDGED))
    else:
        request.getfixturevalue("nudges")
    for remembered in (valid_key, valid_plugin_key, known_blog):
        remembered.cache_clear()
    broker_breaker.closed_again_at = 0.0
    local_limiter().storage.reset()
    shared_limiter().storage.reset()
    yield
    broker_breaker.closed_again_at = 0.0


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError("a test tried to leave this machine")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Any]:
    """A real Chromium, started once."""
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, and Django would refuse the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a fresh browser profile."""
    context = browser.new_context()
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()
