"""The commenter's own page: what became of the words they sent."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from moderation.models import Comment
from moderation.services.receipts import comment_of_receipt
from moderation.status import Status

from .answers import not_found, page, refused_as_asked, refusing, with_query
from .rendering import html_of

# The address is a secret: nobody keeps the page, follows it or is told of it.
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@require_safe
@refusing(refused_as_asked)
def receipt(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the holder of a receipt where their comment stands; looking changes nothing."""
    try:
        comment = comment_of_receipt(token)
    except Comment.DoesNotExist as error:
        raise not_found() from error
    context = {
        "status": public_status(comment),
        "comment": comment,
        "words": html_of(comment.body),
        "thread_url": thread_url(comment),
    }
    return page("receipt.html", context, headers=PRIVATE)


def public_status(comment: Comment) -> Status:
    """Return the status as its author is told it: spam is not published, and no more is said."""
    if comment.status == Status.SPAM:
        return Status.REJECTED
    return Status(comment.status)


def thread_url(comment: Comment) -> str:
    path = reverse("public:thread", args=[comment.site_id])
    return f"{with_query(path, url=comment.article.url)}#c-{comment.pk}"
