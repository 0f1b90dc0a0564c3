"""Which comment to look at first: where a decision settles most, for whom it matters most.

The place of a comment is one number, the larger the sooner, counted in doublings of what looking
at it is worth. Time adds to it as it goes by, so that no place ever has to be written anew
because others came: an index keeps the order.
"""

from datetime import datetime, timedelta
from math import log2

from moderation.scoring.policy import Policy

# After this long somebody's words are worth half as much to their readers: a comment that came
# this much earlier goes first only if it teaches twice as much.
HALF_LIFE = timedelta(days=3)
# Nearer to 0 or 1 a score says nothing more; so what is certain is 24 days behind at most.
CERTAIN = 0.001
# What no score says anything about comes after everything that has one.
UNSCORED = -1e6


def place_of(score: float, policy: Policy, *, came_at: datetime, told: float) -> float:
    """Return a scored comment's place; `told` is what the site's lessons say, in log-odds.

    What a decision settles is the product of three things:

    - **How open it is**, 4·p·(1-p): what one more lesson tells a classifier that adds up
      log-odds, which is most where both answers are as likely (Fisher's information).
    - **Whether it settles something.** Between the site's thresholds scores are left to people,
      so a lesson there decides on which side the next one like it falls: twice as much. Outside
      them, what waits does for another reason, such as a first comment.
    - **How new it is.** Where the lessons already speak, one more says little else: a site that
      has heard of everything in it learns half as much.
    """
    p = min(max(score, CERTAIN), 1 - CERTAIN)
    is_open = policy.approve_below <= score < policy.spam_above
    worth = log2(4 * p * (1 - p)) + is_open - told / (1 + told)
    return worth + came_at.timestamp() / HALF_LIFE.total_seconds()
