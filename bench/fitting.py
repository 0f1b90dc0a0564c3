"""What every filter under comparison is: something that fits rows and returns a scorer."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from moderation.scoring.rows import Row

Scorer = Callable[[Sequence[Row]], np.ndarray]
Fit = Callable[[Sequence[Row]], Scorer]


class Peer(NamedTuple):
    """A filter by its name; some start a process each time they are asked."""

    name: str
    fit: Fit
    by_process: bool = False


def text_of(row: Row) -> str:
    """Return all that a filter of plain text gets to see of a comment."""
    evidence = row.evidence
    return " ".join((evidence.body, evidence.author_name, evidence.author_url))
