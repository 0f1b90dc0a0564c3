"""Evidence: gather, for a batch of comments, all that features and rules may look at."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from django.db.models import Count

from moderation.models import Comment
from moderation.privacy import Unreadable
from moderation.scoring.evidence import Evidence
from moderation.scoring.hosts import find_hosts, leads_home
from moderation.status import Status

History = dict[tuple[UUID, bytes], Counter[str]]


def author_history(comments: Sequence[Comment]) -> History:
    """Count what was decided before about each address, per site and status."""
    known = [bytes(c.email_fingerprint) for c in comments if c.email_fingerprint is not None]
    history: History = defaultdict(Counter)
    if known:
        rows = (
            Comment.objects.filter(
                site__in={c.site_id for c in comments},
                email_fingerprint__in=set(known),
                status__in=(Status.APPROVED, Status.SPAM),
            )
            .values_list("site_id", "email_fingerprint", "status")
            .annotate(count=Count("id"))
        )
        for site_id, fingerprint, status, count in rows:
            history[site_id, bytes(fingerprint)][status] = count
    return history


def gather_evidence(comment: Comment, history: History) -> Evidence:
    """Return everything that features and rules may look at."""
    own_hosts = hosts_of(tuple(comment.site.origins))
    before = history.get((comment.site_id, bytes(comment.email_fingerprint or b"")), Counter())
    return Evidence(
        body=comment.body,
        author_name=comment.author_name,
        # The site's own address says nothing about who gives it.
        author_url="" if leads_home(comment.author_url, own_hosts) else comment.author_url,
        email_domain=email_domain(comment),
        email_fingerprint=bytes(comment.email_fingerprint) if comment.email_fingerprint else None,
        article_title=comment.article.title,
        seconds_on_page=comment.seconds_on_page,
        trap_filled=comment.trap_filled,
        language=comment.language or "",
        approved_before=before[Status.APPROVED],
        spam_before=before[Status.SPAM],
        own_hosts=own_hosts,
    )


@lru_cache
def hosts_of(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts of a site's origins, as evidence names them."""
    return tuple(host.name.removeprefix("www.") for host in find_hosts(" ".join(origins)))


def email_domain(comment: Comment) -> str:
    """Return the domain of the address; an address that does not open is no evidence."""
    try:
        return comment.open_email().rpartition("@")[2]
    except Unreadable:
        return ""
