"""A bot's variations of one text, honest texts that are none, and their arrival."""

import random
from collections.abc import Iterable
from typing import Any

from moderation.models import Comment, Site
from moderation.scoring.evidence import Evidence, Score
from moderation.services.claims import claim
from moderation.services.triage import settle_comments
from tests.factories import make_comment

TEMPLATE = (
    "{Hello|Hi|Dear} friends, I {want|wish} to tell you about the {best|greatest} trading robot"
    " of this year. In {three|four|five} weeks it made me nine thousand dollars, without any"
    " risk and without any {work|effort}. My mentor explains everything in his private channel,"
    " just write to him at http://robot{n}.example/start and he will send you the first signals"
    " for free, but only until {Monday|Friday|midnight}."
)
HONEST = (
    "My grandfather still had the wooden fan in his barn, and he said that you must wait for a"
    " steady wind, because a strong one takes the grain as well.",
    "I think the second picture shows a sieve and not a winnowing fan, but otherwise it was a"
    " lovely read that I will show to my class tomorrow morning.",
    "We do the same with rice and call the basket a mi. I never knew that the word ventilate"
    " comes from this work, so thank you for that paragraph.",
    "This is the dullest thing I have read all week, who on earth still cares about chaff when"
    " there are machines that do it in a minute?",
)


def variation(number: int) -> str:
    """Return another variation for every number, and the same one for the same number."""
    chosen, text = random.Random(number), TEMPLATE.replace("{n}", str(number))
    while "{" in text:
        start, end = text.index("{"), text.index("}")
        text = text[:start] + chosen.choice(text[start + 1 : end].split("|")) + text[end + 1 :]
    return text


class Judge:
    """A classifier that finds everything as spammy as it was told."""

    version = "judge"

    def __init__(self, value: float) -> None:
        self.value = value

    def score_batch(self, evidence: list[Evidence]) -> list[Score]:
        return [self.score(seen) for seen in evidence]

    def score(self, evidence: Evidence) -> Score:
        return Score(value=self.value)


def arrive(
    site: Site, bodies: Iterable[str], *, score: float = 0.6, **fields: Any
) -> list[Comment]:
    """Let comments arrive, each by somebody else, and have a worker judge them."""
    comments = [make_comment(site, **{"body": body, **fields}) for body in bodies]
    judge(score)
    return list(Comment.objects.filter(pk__in=[one.pk for one in comments]).order_by("id"))


def judge(score: float = 0.6) -> None:
    """Judge all that waits, as a worker does in one batch."""
    while waiting := claim():
        settle_comments(waiting, Judge(score))
