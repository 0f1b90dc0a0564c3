"""Intake: from a submission to a durable row, before anything is judged."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation.canonical import origin_of
from moderation.models import Article, Comment, Event, Site
from moderation.services.addresses import seal_email, trace_client
from moderation.services.claims import hold
from moderation.services.nudge import SCORE_WAITING, nudge
from moderation.services.outbox import note_created
from moderation.services.repeats import (
    REPEAT_WINDOW,
    SameKeyOtherBody,
    StillInFlight,
    WasErased,
    is_proven,
    nonce_of,
    request_digest,
)
from moderation.services.validation import OWN, InvalidSubmission, Limits, validated
from moderation.submission import Source, Submission

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL: lock_timeout is over


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored comment: is it new, and may the sender of this request have the receipt?"""

    comment: Comment
    is_new: bool
    is_senders_own: bool


def accept(
    site: Site, submission: Submission, *, limits: Limits = OWN, held: bool = False
) -> Accepted:
    """Store a comment as pending and wake a worker; the row is committed on return.

    A new comment that is `held` belongs to the caller, who judges it at once.
    A repeated request returns the comment that it made before, as it stands now.
    Raises InvalidSubmission (bad fields, a page outside the site, a closed article, a
    parent that is not there), SameKeyOtherBody, StillInFlight and WasErased.
    """
    submission = validated(submission, limits)
    comment = comment_from(site, submission)
    if held:
        hold(comment)
    while True:
        try:
            store(comment)
        except IntegrityError:
            if earlier := earlier_comment(comment):
                return repeated(comment, earlier, submission)
            if not release_old_nonce(comment):
                raise
        except OperationalError as error:
            if is_named(comment) and is_lock_timeout(error):
                raise StillInFlight from error
            raise
        else:
            if not held:
                nudge(SCORE_WAITING)
            return Accepted(comment, is_new=True, is_senders_own=True)


def store(comment: Comment) -> None:
    """Insert a comment, and the deliveries that tell of it, or neither."""
    with own_savepoint(comment.site):
        comment.save(force_insert=True)
        if Event.CREATED in comment.site.wanted_events:
            note_created(comment)


def own_savepoint(site: Site) -> AbstractContextManager[Any]:
    """Protect a caller's transaction from a refused row; a single statement needs none itself."""
    several = connection.in_atomic_block or Event.CREATED in site.wanted_events
    return transaction.atomic() if several else nullcontext()


def is_named(comment: Comment) -> bool:
    """Tell whether the sender gave this request a name of its own."""
    return is_proven(comment) or comment.external_id is not None


def is_lock_timeout(error: OperationalError) -> bool:
    """Tell whether another transaction held what this one waited for."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


def comment_from(site: Site, submission: Submission) -> Comment:
    """Build the row of a validated submission."""
    article = article_of(site, submission)
    return comment_row(site, submission, article, parent_of(article, submission))


def comment_row(
    site: Site, submission: Submission, article: Article, parent: Comment | None
) -> Comment:
    digest = request_digest(site, submission)
    comment = Comment(
        site=site,
        article=article,
        parent=parent,
        author_name=submission.author_name,
        author_url=submission.author_url,
        body=submission.body,
        source=submission.source,
        external_id=submission.external_id or None,
        nonce=nonce_of(site, submission, digest),
        request_digest=digest,
    )
    if submission.posted_at:
        comment.posted_at = submission.posted_at
    seal_email(comment, submission.author_email)
    trace_client(comment, submission.client)
    return comment


def article_of(site: Site, submission: Submission) -> Article:
    """Return the open article of a canonical URL, made on its first comment.

    A blog that asks knows its own pages, and whether they take comments.
    """
    asked = submission.source == Source.AKISMET
    if not asked:
        refuse_foreign_page(site, submission)
    article = known_article(site, submission.article_url)
    if not article.title and submission.article_title and submission.source != Source.FORM:
        # Readers see the title: a key may say what it is, a visitor may not.
        article.title = submission.article_title
        article.save(update_fields=["title"])
    if not asked:
        refuse_closed_page(site, article)
    return article


def refuse_foreign_page(site: Site, submission: Submission) -> None:
    if origin_of(submission.article_url) not in site.origins:
        raise InvalidSubmission({"article_url": _("is not a page of this site")})


def refuse_closed_page(site: Site, article: Article) -> None:
    if is_closed(site, article):
        raise InvalidSubmission({"article_url": _("takes no more comments")})


def known_article(site: Site, url: str) -> Article:
    """Return the article of a canonical URL; make it if need be."""
    rows = Article.objects.filter(site=site, url=url)
    try:
        return rows.get()
    except Article.DoesNotExist:
        Article.objects.bulk_create([Article(site=site, url=url)], ignore_conflicts=True)
        return rows.get()


def is_closed(site: Site, article: Article) -> bool:
    if article.closed_at and article.closed_at <= timezone.now():
        return True
    if site.close_after_days is None:
        return False
    return article.created_at < timezone.now() - timedelta(days=site.close_after_days)


def parent_of(article: Article, submission: Submission) -> Comment | None:
    """Return the comment that is replied to; only one that readers can see counts as there."""
    if submission.parent is None:
        return None
    parent = article.comments.published().filter(site=article.site_id, pk=submission.parent).first()
    if parent is None:
        raise no_such_parent()
    return parent


def no_such_parent() -> InvalidSubmission:
    return InvalidSubmission({"parent": _("is not a comment of this page")})


def earlier_comment(comment: Comment) -> Comment | None:
    """Return the comment that an unstored one repeats; a likely repeat only while it is fresh."""
    fresh = Q(created_at__gt=timezone.now() - REPEAT_WINDOW)
    same = Q(external_id=comment.external_id) if comment.external_id else Q()
    if comment.nonce:
        same |= Q(nonce=comment.nonce) & (Q() if is_proven(comment) else fresh)
    earlier = Comment.objects.filter(same, site=comment.site_id)
    return earlier.select_related("article").first()


def repeated(comment: Comment, earlier: Comment, submission: Submission) -> Accepted:
    """Answer a repeat with the first comment; who merely sends the same words gets no receipt."""
    if earlier.erased_at:
        raise WasErased(earlier.pk)
    if bytes(earlier.request_digest) != comment.request_digest or is_renamed(earlier, submission):
        raise SameKeyOtherBody(earlier.pk)
    earlier.site = comment.site
    proven = submission.nonce is not None or submission.external_id is not None
    return Accepted(earlier, is_new=False, is_senders_own=proven)


def is_renamed(earlier: Comment, submission: Submission) -> bool:
    """Tell whether a program sends the same words under another id, or with another date."""
    if submission.source != Source.API or submission.nonce is None:
        return False
    moved = submission.posted_at is not None and submission.posted_at != earlier.posted_at
    return moved or (submission.external_id or None) != earlier.external_id


def release_old_nonce(comment: Comment) -> bool:
    """Take the nonce from a comment whose time to be repeated is over; tell if there was one."""
    if is_named(comment):
        return False
    return bool(
        Comment.objects.filter(
            site=comment.site_id,
            nonce=comment.nonce,
            created_at__lte=timezone.now() - REPEAT_WINDOW,
        ).update(nonce=None)
    )
