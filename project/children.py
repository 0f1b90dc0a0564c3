"""Child processes that end with their parent and come back when they die."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

PR_SET_PDEATHSIG = 1  # from linux/prctl.h
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0  # a broken child costs two starts a minute, no more
STEADY_SECONDS = 60.0  # who has lived this long starts again without a grown pause

# Loaded before any fork: loading takes locks that a forked child may find taken.
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """Return what a new child runs before its program, so that it never outlives us.

    Works for children started from the main thread: Linux means the thread by "parent".
    """
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        # The parent may have died before the line above: then no signal will come.
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])

    return prepare


@dataclass(kw_only=True)
class Child:
    """One supervised program.

    It leads a process group of its own, so that Ctrl-C reaches only the supervisor and
    what it leaves behind can be ended with it.
    """

    name: str
    command: Sequence[str | Path]
    environment: dict[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    kept_open: tuple[int, ...] = ()
    output: IO[bytes] | None = None  # None: to where ours goes
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        self.popen = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            pass_fds=self.kept_open,
            start_new_session=True,
            preexec_fn=end_with_parent(self.death_signal),
        )
        self.started_at = monotonic()

    def has_ended(self) -> bool:
        return self.popen is None or self.popen.poll() is not None

    def revive(self, now: float) -> None:
        """Start again what has ended, after a pause that grows while it keeps ending."""
        if self.popen is not None and self.has_ended():
            self.bury(now)
        if self.popen is None and now >= self.due_at:
            self.start()

    def bury(self, now: float) -> None:
        assert self.popen
        self.kill()
        if now - self.started_at >= STEADY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        say(f"{self.name} ended ({ending(self.popen)}); starting it again in {self.pause:g} s")
        self.popen = None
        self.due_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self, patience: float) -> None:
        """Ask it to stop; end it and whatever it started once patience (seconds) is over."""
        if self.popen is None:
            return
        self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop within {patience:g} s: ended")
        self.kill()

    def kill(self) -> None:
        """End the whole process group, reaping its leader."""
        assert self.popen
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


def ending(popen: subprocess.Popen[bytes]) -> str:
    code = popen.returncode
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"


def say(sentence: str) -> None:
    print(f"winnow: {sentence}", file=sys.stderr, flush=True)
