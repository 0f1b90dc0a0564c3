"""`manage.py up`: everything on this machine, kept running, stopped in order."""

import argparse
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import NoReturn

from project.broker import await_valkey, embedded_valkey, require_broker
from project.children import Child, end_with_parent, say
from project.state import CannotStart, lock_state, make_secret_key, open_state
from project.workforce import beat, sender, web, worker

ROOT = Path(__file__).resolve().parent.parent
STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
HIGHEST_PORT = 65_535
TICK_SECONDS = 0.25  # how late a child may be revived
# Together below 10 s, the patience of `docker stop`.
DOORS_SECONDS, WORKER_SECONDS, VALKEY_SECONDS = 3.0, 4.0, 2.0


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


def up(arguments: Sequence[str]) -> int:
    """Run Winnow until it is told to stop; return the exit status."""
    options = parse(arguments)
    os.umask(0o077)
    # Blocked and fetched by next_signal(): no handler can run in the middle of anything.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})
    try:
        run(options.host, options.port)
    except CannotStart as refusal:
        say(str(refusal))
        return 1
    except Stopped:
        return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=up.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port_number, default=8000)
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def run(host: str, port: int) -> NoReturn:
    folder = Path(os.getenv("VAR_DIR") or ROOT / "var").resolve()
    open_state(folder)
    lock = lock_state(folder)
    require_free(host, port)
    make_secret_key(folder)
    environment = child_environment(folder, host)
    workers = [worker(environment), sender(environment)]
    staff = [*workers, beat(folder, environment), web(host, port, environment)]
    children: list[Child] = []
    try:
        children += start_broker(folder, environment, lock)
        prepare(environment, site_url(host, port))
        children += staff
        supervise(children, host, port)
    finally:
        stop(children)


def start_broker(folder: Path, environment: dict[str, str], lock: int) -> list[Child]:
    """Return the embedded Valkey, at work, or nothing where REDIS_URL names a broker."""
    if url := os.getenv("REDIS_URL"):
        require_broker(url)
        return []
    valkey = embedded_valkey(folder, environment, lock)
    valkey.start()
    await_valkey(valkey, folder)
    return [valkey]


def child_environment(folder: Path, host: str) -> dict[str, str]:
    """Return what the children are told: our environment, with the state folder made absolute."""
    hosts = [os.getenv("ALLOWED_HOSTS", ""), browser_name(host)]
    return {
        **os.environ,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": os.getenv("DJANGO_SETTINGS_MODULE", "project.settings"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")])),
        # Whoever names a host to listen on wants to be served under it.
        "ALLOWED_HOSTS": ",".join(filter(None, hosts)),
    }


def require_free(host: str, port: int) -> None:
    """Raise CannotStart when nobody could listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(f"cannot listen on {host} port {port}: {error.strerror}") from error


def site_url(host: str, port: int) -> str:
    """Return where a browser finds us."""
    return os.getenv("PUBLIC_URL", "").rstrip("/") or f"http://{browser_name(host)}:{port}"


def browser_name(host: str) -> str:
    """Return how a browser on this machine writes the host that we listen on."""
    host = own_address(host)
    return f"[{host}]" if ":" in host else host


def own_address(host: str) -> str:
    """Return an address to reach ourselves at: "all addresses" is none."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def prepare(environment: dict[str, str], url: str) -> None:
    """Migrate and set up in a process of its own, so that the supervisor stays small."""
    child = subprocess.Popen(
        [sys.executable, "-m", "project.prepare", url],
        env=environment,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    while child.poll() is None:
        if next_signal() in STOP_SIGNALS:
            child.terminate()
            child.wait()
            raise Stopped
    if child.returncode:
        raise SystemExit(1)  # it has said why


def supervise(children: Sequence[Child], host: str, port: int) -> NoReturn:
    """Keep the children running until somebody asks us to stop."""
    announced = False
    while True:
        for child in children:
            child.revive(monotonic())
        if not announced and answers(host, port):
            announced = True
            say(f"listening on {site_url(host, port)} (Ctrl-C stops it)")
        if next_signal() in STOP_SIGNALS:
            raise Stopped


def next_signal() -> int | None:
    """Wait a tick for a stop signal or the end of a child."""
    came = signal.sigtimedwait(STOP_SIGNALS | {signal.SIGCHLD}, TICK_SECONDS)
    return came.si_signo if came else None


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((own_address(host), port), timeout=1).close()
    except OSError:
        return False
    return True


def stop(children: Sequence[Child]) -> None:
    """Close the doors first, then let the worker finish, then take the broker away."""
    patience = {"worker": WORKER_SECONDS, "valkey": VALKEY_SECONDS}
    for child in reversed(children):
        child.stop(patience.get(child.name, DOORS_SECONDS))
