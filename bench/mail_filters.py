"""Filters of mail as peers: bogofilter, and SpamAssassin's Bayes alone. A comment is a mail."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.fitting import Fit, Scorer, text_of
from moderation.scoring.rows import Row

START = "From x Thu Jan  1 00:00:00 1970\n"
HEADERS = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
PROGRAM = Path(__file__).with_name("spamassassin.pl")
BOGOFILTER_FLAGS = {"spam": "-s", "ham": "-n", "score": "-TT"}
Command = Callable[[str, str], Sequence[str]]


def bogofilter_command(folder: str, verb: str) -> Sequence[str]:
    return ("bogofilter", "-d", folder, "-M", BOGOFILTER_FLAGS[verb])


def spamassassin_command(folder: str, verb: str) -> Sequence[str]:
    return ("perl", str(PROGRAM), folder, verb)


def has_spamassassin() -> bool:
    look = ("perl", "-MMail::SpamAssassin", "-e", "1")
    return bool(shutil.which("perl")) and not subprocess.run(look, capture_output=True).returncode


def taught(command: Command) -> Fit:
    """Return a fit that teaches a program, one process for each class and for each scoring."""

    def fit(rows: Sequence[Row]) -> Scorer:
        folder = tempfile.TemporaryDirectory(prefix="mail-filter-")
        for verb, is_spam in (("spam", True), ("ham", False)):
            run(command(folder.name, verb), [row for row in rows if row.is_spam is is_spam])

        # The scorer keeps the folder: it is removed with the last one who could ask.
        def scores(others: Sequence[Row]) -> np.ndarray:
            return np.array(run(command(folder.name, "score"), others).split(), float)

        return scores

    return fit


def run(command: Sequence[str], rows: Sequence[Row]) -> bytes:
    # bogofilter's exit status tells what the mail was; only 3 is a failure.
    done = subprocess.run(command, input=mailbox(rows), stdout=subprocess.PIPE, check=False)
    if done.returncode > 2:
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout


def mailbox(rows: Sequence[Row]) -> bytes:
    """Write comments as a mailbox, one mail each."""
    mails = (f"{START}{HEADERS}{quoted(text_of(row))}\n\n" for row in rows)
    return "".join(mails).encode("utf-8", "replace")


def quoted(text: str) -> str:
    return f"\n{text}".replace("\r", "\n").replace("\nFrom ", "\n>From ")


bogofilter = taught(bogofilter_command)
spamassassin = taught(spamassassin_command)
