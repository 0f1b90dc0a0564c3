"""What mistakes cost: thresholds that follow from it, and what they are expected to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.status import Status

HIDDEN = (Status.SPAM, Status.REJECTED)


@dataclass(frozen=True, slots=True)
class Thresholds:
    approve_below: float
    spam_above: float


def thresholds_for(lost_cost: int) -> Thresholds:
    """Return the thresholds at which mistakes and needless looks cost least together.

    A moderator's look is the unit. Let p be the calibrated probability of spam and N the
    owner's number: a lost real comment costs as much as N spams seen in the queue.

    - Called spam, a comment costs N if it was real: (1 - p)·N on average. Held, it costs a
      look at a spam if it was one: p·1. So it is spam from (1 - p)·N = p on, that is from
      p = N / (N + 1).
    - The other mistake is the mirror of this one: a spam that readers see costs as much as
      N looks at real comments that needed none. Approved, a comment costs p·N; held,
      (1 - p)·1. So it is approved below p = 1 / (N + 1).

    The looks that find a mistake are not needless and cost nothing in either sum. With N = 1
    nobody is asked at all; the larger N, the more is left to people.
    """
    return Thresholds(approve_below=1 / (lost_cost + 1), spam_above=lost_cost / (lost_cost + 1))


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a policy is expected to do in a day."""

    comments: float
    queue: float
    lost: float  # real comments called spam or rejected
    published_spam: float


def forecast(verdicts: Iterable[tuple[Status, float]], days: float) -> Forecast:
    """Expect from past comments, each with its verdict and its calibrated score, a day's work.

    A score of 0.9 means that nine in ten are spam, so that a hidden comment is a lost one
    with one minus its score, and a published one spam with its score.
    """
    comments = queue = 0
    lost = published = 0.0
    for status, score in verdicts:
        comments += 1
        if status == Status.PENDING:
            queue += 1
        elif status in HIDDEN:
            lost += 1 - score
        else:
            published += score
    return Forecast(comments / days, queue / days, lost / days, published / days)
