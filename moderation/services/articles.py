"""Articles: what an owner may say about a page."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from moderation.models import Article
from moderation.services.validation import TITLE_LENGTH, InvalidSubmission, line

title_rule = line(TITLE_LENGTH)


@transaction.atomic
def change_article(
    article: Article, *, title: str | None = None, closed: bool | None = None
) -> Article:
    """Change what is given; raise InvalidSubmission for a bad title.

    A closed page takes no new comments. Closing it again keeps the time.
    """
    changes: dict[str, Any] = {}
    if title is not None:
        try:
            changes["title"] = title_rule(title)
        except ValueError as error:
            raise InvalidSubmission({"title": str(error)}) from error
    if closed is not None and closed != (article.closed_at is not None):
        changes["closed_at"] = timezone.now() if closed else None
    for name, value in changes.items():
        setattr(article, name, value)
    article.save(update_fields=[*changes])
    return article
