"""What a feature is: a function from Evidence to a number, with words for the moderator."""

from collections.abc import Callable
from dataclasses import dataclass

from moderation.scoring.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Feature:
    """A named measurement of a comment; 0.0 means "nothing to see".

    `tell` puts what was seen into words. `weight` is set by hand, in log-odds of spam, for what
    no training set can teach; None means that training sets it.
    """

    name: str
    measure: Callable[[Evidence], float]
    tell: Callable[[Evidence], str]
    weight: float | None = None

    def __call__(self, evidence: Evidence) -> float:
        return self.measure(evidence)


def feature(
    tell: Callable[[Evidence], str], *, weight: float | None = None
) -> Callable[[Callable[[Evidence], float]], Feature]:
    """Turn a function from Evidence to a number into a Feature of the same name."""

    def wrap(measure: Callable[[Evidence], float]) -> Feature:
        return Feature(measure.__name__, measure, tell, weight)

    return wrap
