"""Checks: judge a comment for a blog while it waits, and take its word for what people said."""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from moderation.models import ActorKind, Article, Blog, Check, Comment, Site, SiteKey, WhenUnsure
from moderation.models.actor import Actor
from moderation.models.sets import limit_statements
from moderation.scoring.policy import Verdict
from moderation.services.addresses import seal_email
from moderation.services.claims import claim_one, release
from moderation.services.intake import Accepted, accept
from moderation.services.judging import preview
from moderation.services.nudge import SCORE_WAITING, nudge
from moderation.services.review import Choice, decide
from moderation.services.triage import judge_now
from moderation.services.validation import PASSED_ON, mended, validated
from moderation.status import Status
from moderation.submission import Submission

logger = logging.getLogger(__name__)

# The blog's visitor waits for the answer: what takes longer is left to a worker.
BUDGET_SECONDS = 0.25
# From this score on spam is so plain that the blog need not keep it.
BLATANT_FROM = 0.99
REPORTER_LENGTH = 100
LEFT_TO_PEOPLE = Verdict(Status.PENDING, "it cannot be scored")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a blog is told about a comment."""

    guid: UUID
    is_spam: bool
    is_unsure: bool = False  # nobody has decided yet
    is_blatant: bool = False


def check(blog: Blog, submission: Submission, ruling: Verdict | None = None) -> Answer:
    """Store a comment, judge it at once, and return what to tell the blog.

    A ruling takes the place of the policy. The comment is durable before it is judged; one
    that cannot be judged in time is answered as pending and left to a worker. A repeated
    check is answered as the comment stands. Raises InvalidSubmission.
    """
    began = monotonic()
    accepted = take_in(blog, submission, held=True)
    comment = accepted.comment
    if comment.scored_at is None:
        claimed = comment if accepted.is_new else claim_one(comment.pk)
        if claimed and (looked := judged(claimed, ruling, deadline=began + BUDGET_SECONDS)):
            comment = looked
    return answer_of(comment, blog, ruling)


def check_only(blog: Blog, submission: Submission, ruling: Verdict | None = None) -> Answer:
    """Judge a test comment: nothing is stored, nothing is learnt. Raises InvalidSubmission."""
    words = validated(mended(submission), PASSED_ON)
    comment = Comment(
        site=blog.site,
        article=Article(site=blog.site, url=words.article_url),
        author_name=words.author_name,
        author_url=words.author_url,
        body=words.body,
        seconds_on_page=words.client.seconds_on_page,
        trap_filled=words.client.trap_filled,
    )
    seal_email(comment, words.author_email)
    seen = preview(comment)
    verdict = ruling or (seen.verdict if seen else LEFT_TO_PEOPLE)
    return answer(uuid4(), verdict.status, seen.score.value if seen else 0.0, blog)


def spam_score(site: Site, text: str) -> float:
    """Return how likely a text alone is spam, 0.5 where nobody can say; nothing is stored."""
    seen = preview(Comment(site=site, article=Article(site=site), body=text))
    return seen.score.value if seen else 0.5


def report(blog: Blog, submission: Submission, *, guid: str, status: Status, reporter: str) -> None:
    """Decide a comment as somebody at the blog did; store it first if it was never checked.

    Raises InvalidSubmission.
    """
    with transaction.atomic():
        comment = comment_of(blog, guid) or take_in(blog, submission).comment
        choice = Choice(comment_id=comment.pk, status=status)
        decide([choice], actor=plugin_actor(blog.key, reporter))
        held = Check.objects.filter(site=blog.site, comment=comment)
        held.update(held_as_spam=status != Status.APPROVED)


@transaction.atomic
def take_in(blog: Blog, submission: Submission, *, held: bool = False) -> Accepted:
    """Store a comment with the blog that asked about it."""
    accepted = accept(blog.site, mended(submission), limits=PASSED_ON, held=held)
    if accepted.is_new:
        Check.objects.create(comment=accepted.comment, site=blog.site, blog=blog)
    return accepted


def judged(comment: Comment, ruling: Verdict | None, *, deadline: float) -> Comment | None:
    """Return a claimed comment as it stands once it was judged, or None if there was no time."""
    left = int(1000 * (deadline - monotonic()))
    try:
        if left > 0:
            with transaction.atomic():
                limit_statements(left)
                judge_now(comment, ruling)
    except Exception:  # whatever it was, the comment is stored, and a worker has more time
        logger.exception("a check was not judged in time", extra={"comment": str(comment.pk)})
    looked = Comment.objects.only("site", "status", "score", "scored_at").get(pk=comment.pk)
    if looked.scored_at is None:
        release([comment.pk])
        nudge(SCORE_WAITING)
        return None
    return looked


def answer_of(comment: Comment, blog: Blog, ruling: Verdict | None) -> Answer:
    """Translate how a comment stands, and note what the blog is told."""
    unseen = comment.scored_at is None
    status = ruling.status if ruling and unseen else Status(comment.status)
    told = answer(comment.pk, status, comment.score or 0.0, blog)
    noted: dict[str, Any] = {"held_as_spam": told.is_spam}
    if not unseen:  # the first answer of the machine is what people's decisions are held against
        noted["answered_spam"] = Coalesce("answered_spam", Value(told.is_spam))
    Check.objects.filter(site=blog.site, comment=comment.pk).update(**noted)
    return told


def answer(guid: UUID, status: Status, score: float, blog: Blog) -> Answer:
    """Map the four statuses to the two that a blog knows."""
    unsure = status == Status.PENDING
    return Answer(
        guid=guid,
        is_spam=blog.site.when_unsure == WhenUnsure.SPAM if unsure else status != Status.APPROVED,
        is_unsure=unsure,
        is_blatant=status == Status.SPAM and score >= BLATANT_FROM,
    )


def comment_of(blog: Blog, guid: str) -> Comment | None:
    """Return the comment that a blog names by the guid it was given, if it is there."""
    try:
        wanted = UUID(guid)
    except ValueError:
        return None
    rows = Comment.objects.filter(site=blog.site, check_made__isnull=False, erased_at=None)
    return rows.filter(pk=wanted).first()


def plugin_actor(key: SiteKey, reporter: str) -> Actor:
    """Return a plugin key as the one who decides, with the login of the person behind it."""
    login = "".join(char for char in reporter if char.isprintable()).strip()[:REPORTER_LENGTH]
    return Actor(
        kind=ActorKind.KEY,
        name=f"{key.name} · {login}" if login else key.name,
        key_id=key.pk,
        site_ids=frozenset({key.site_id}),
    )
