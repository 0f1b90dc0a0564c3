"""A line on a terminal that tells how far a command has come; nothing in a pipe."""

from time import monotonic

from django.core.management.base import OutputWrapper

BAR_WIDTH = 24
SHOWN_EVERY_SECONDS = 0.2


class ProgressBar:
    """Shows share, rate and remaining time; `total` may be unknown."""

    def __init__(self, stream: OutputWrapper, name: str, total: int | None = None) -> None:
        self.stream, self.name, self.total = stream, name, total
        self.is_shown = stream.isatty()
        self.began = monotonic()
        self.shown_at = 0.0

    def __call__(self, done: int) -> bool:
        """Show how many are done; True, for whoever asks whether to go on."""
        now = monotonic()
        if self.is_shown and now - self.shown_at >= SHOWN_EVERY_SECONDS:
            self.shown_at = now
            self.show(self.line(done, now - self.began))
        return True

    def line(self, done: int, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        if not self.total:
            return f"{self.name} {done:,} rows, {rate:,.0f}/s"
        share = min(done / self.total, 1.0)
        bar = ("#" * round(share * BAR_WIDTH)).ljust(BAR_WIDTH, ".")
        left = (self.total - done) / rate if rate else 0.0
        return (
            f"{self.name} [{bar}] {share:4.0%} {done:,} of {self.total:,},"
            f" {rate:,.0f}/s, {clock(left)} left"
        )

    def close(self) -> None:
        """Take the line away."""
        if self.is_shown:
            self.show("")

    def show(self, line: str) -> None:
        self.stream.write(f"\r\x1b[K{line}", str, ending="")
        self.stream.flush()


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
