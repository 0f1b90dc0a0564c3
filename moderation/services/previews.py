"""Previews: score comments as a site would that have not come to it, and leave no trace."""

from collections.abc import Sequence

from django.utils import timezone

from moderation.models import Article, Comment, Site
from moderation.scoring.evidence import Score
from moderation.scoring.rows import Row
from moderation.services.addresses import seal_email
from moderation.services.judging import classifier, judge
from moderation.services.validation import email, kept_if_valid


def preview_scores(site: Site, rows: Sequence[Row]) -> list[Score | None]:
    """Return each row's score with what the site has learnt and the weights of its rules.

    None for what cannot be scored. The number of statements does not depend on the rows.
    """
    comments = [comment_of(site, row) for row in rows]
    judged = judge(comments, classifier(), now=timezone.now()).judged
    return [judged[one.pk].score if one.pk in judged else None for one in comments]


def comment_of(site: Site, row: Row) -> Comment:
    """Return a row as the comment that it would be here."""
    seen = row.evidence
    comment = Comment(
        site=site,
        article=Article(site=site, title=seen.article_title),
        author_name=seen.author_name,
        author_url=seen.author_url,
        # Half a surrogate pair has no place in UTF-8; it counts as one question mark.
        body=seen.body.encode(errors="replace").decode(),
    )
    seal_email(comment, kept_if_valid(email, row.email))
    return comment
