"""Checks: judge a comment for a blog while it waits, and take its word for what people said."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID, uuid4

from django.db import transaction

from moderation.models import ActorKind, Article, Blog, Check, Comment, Site, SiteKey
from moderation.models.actor import Actor
from moderation.models.check import is_spam_for
from moderation.models.standings import Judgement
from moderation.models.statements import limit_statements
from moderation.scoring.policy import Verdict
from moderation.services.addresses import seal_email
from moderation.services.claims import claim_one, release
from moderation.services.intake import accept
from moderation.services.judging import preview
from moderation.services.nudge import SCORE_WAITING, nudge
from moderation.services.repeats import StillInFlight, WasErased
from moderation.services.review import Choice, decide
from moderation.services.triage import judge_now
from moderation.services.validation import PASSED_ON, mended, validated
from moderation.status import Status
from moderation.submission import Source, Submission

logger = logging.getLogger(__name__)

# The blog's visitor waits for the answer: what takes longer is left to a worker.
BUDGET_SECONDS = 0.25
# From this score on spam is so plain that the blog need not keep it.
BLATANT_FROM = 0.99
REPORTER_LENGTH = 100
LEFT_TO_PEOPLE = Verdict(Status.PENDING, "it cannot be scored")
# All that an answer is made of.
ANSWERING = ("site", "status", "score")


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
    check is answered as the comment stands, or stood when it was erased. Raises
    InvalidSubmission.
    """
    began = monotonic()
    try:
        accepted = accept(blog.site, mended(submission), limits=PASSED_ON, held=True)
    except WasErased as gone:
        erased = Comment.objects.only(*ANSWERING).get(pk=gone.comment_id)
        return answer(erased.pk, Status(erased.status), erased.score or 0.0, blog)
    except StillInFlight:  # somebody asks the same at this very moment
        return answer(uuid4(), Status.PENDING, 0.0, blog)
    comment, claimed = accepted.comment, None
    if comment.scored_at is None:
        claimed = comment if accepted.is_new else claim_one(comment.pk)
        if claimed and (told := judged(claimed, blog, ruling, began + BUDGET_SECONDS)):
            return told
    told = answer_of(comment, blog, ruling)
    if claimed:  # only now: what a worker makes of it is told to who had this answer
        release([claimed.pk])
        nudge(SCORE_WAITING)
    return told


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

    About one that was erased there is nothing left to decide. What another plugin's blog holds
    does not change by it: that one is told. Raises InvalidSubmission.
    """
    with suppress(WasErased), transaction.atomic():
        comment = comment_of(blog, guid) or stored(blog, submission)
        choice = Choice(comment_id=comment.pk, status=status)
        decide([choice], actor=plugin_actor(blog.key, reporter))
        if not Check.objects.filter(comment=comment).exclude(blog__key=blog.key).exists():
            note(Check(held_as_spam=status != Status.APPROVED), comment, blog)


def stored(blog: Blog, submission: Submission) -> Comment:
    return accept(blog.site, mended(submission), limits=PASSED_ON).comment


def judged(comment: Comment, blog: Blog, ruling: Verdict | None, deadline: float) -> Answer | None:
    """Judge a claimed comment and return the answer, or None if there was no time.

    Status, decision and answer are one transaction.
    """
    left = int(1000 * (deadline - monotonic()))
    try:
        if left > 0:
            with transaction.atomic():
                limit_statements(left)
                if looked := judge_now(comment, ruling):
                    return answer_of(comment, blog, ruling, looked)
    except Exception:  # whatever it was, the comment is stored, and a worker has more time
        logger.exception("a check was not judged in time", extra={"comment": str(comment.pk)})
    return None


def answer_of(
    comment: Comment, blog: Blog, ruling: Verdict | None, looked: Judgement | None = None
) -> Answer:
    """Translate how a comment stands, by this very look if there was one; note what is told."""
    unseen = not looked and comment.scored_at is None
    stands = looked or comment
    status = ruling.status if ruling and unseen else Status(stands.status)
    told = answer(comment.pk, status, stands.score or 0.0, blog)
    made = Check(answered_spam=None if unseen else told.is_spam, held_as_spam=told.is_spam)
    note(made, comment, blog, also=("answered_spam",) if looked else ())
    return told


def note(made: Check, comment: Comment, blog: Blog, also: tuple[str, ...] = ()) -> None:
    """Write down what a blog was told or has said about a comment.

    What the machine answered first is kept: people's decisions are held against that.
    """
    made.comment_id, made.site, made.blog = comment.pk, blog.site, blog
    Check.objects.bulk_create(
        [made],
        update_conflicts=True,
        unique_fields=["comment"],
        update_fields=["held_as_spam", *also],
    )


def answer(guid: UUID, status: Status, score: float, blog: Blog) -> Answer:
    """Return how a status is answered to a blog."""
    return Answer(
        guid=guid,
        is_spam=is_spam_for(blog.site, status),
        is_unsure=status == Status.PENDING,
        is_blatant=status == Status.SPAM and score >= BLATANT_FROM,
    )


def comment_of(blog: Blog, guid: str) -> Comment | None:
    """Return the comment that a blog names by the guid it was given, if it is there."""
    try:
        wanted = UUID(guid)
    except ValueError:
        return None
    rows = Comment.objects.filter(site=blog.site, source=Source.AKISMET, erased_at=None)
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
