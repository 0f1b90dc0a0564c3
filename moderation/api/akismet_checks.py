"""Checks and reports: is this spam, and what people at the blog say."""

from dataclasses import replace
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils.encoding import iri_to_uri

from moderation.api.akismet_fields import ruling_of, submission_of
from moderation.api.akismet_protocol import (
    DEBUG_HELP,
    INVALID,
    Call,
    akismet,
    said,
)
from moderation.api.parsing import TooLarge
from moderation.models import Blog
from moderation.services.blogs import BadBlog, blog_of
from moderation.services.checks import Answer, check, check_only, report
from moderation.services.validation import PASSED_ON_BYTES, InvalidSubmission
from moderation.status import Status

THANKS = "Thanks for making the web a better place."
GUID = "X-akismet-guid"
PRO_TIP = "X-akismet-pro-tip"
RECHECK_AFTER = "X-akismet-recheck-after"
RECHECK_SECONDS = 120
# The validator speaks of the form's fields; here they have other names.
FIELD_NAMES = {
    "name": "comment_author",
    "website": "comment_author_url",
    "comment": "comment_content",
    "article_url": "permalink",
}
# A name that no client of the protocol knows, so none can stumble over it.
EXPLANATION = "X-winnow-explanation"


class Refused(Exception):
    """The call cannot be answered with a verdict; the message says why."""


@akismet()
def comment_check(call: Call) -> HttpResponseBase:
    """Say whether a comment is spam; it is stored, and waits in the queue like any other."""
    try:
        answered = answer_to(call, caller(call))
    except (Refused, BadBlog) as error:
        # With a guid the plugin holds the comment; without one it would publish it.
        return invalid(str(error), {GUID: str(uuid4())})
    return verdict(call, answered)


@akismet()
def submit_spam(call: Call) -> HttpResponseBase:
    """Take a person's word that a comment is spam."""
    return reported(call, Status.SPAM)


@akismet()
def submit_ham(call: Call) -> HttpResponseBase:
    """Take a person's word that a comment is welcome."""
    return reported(call, Status.APPROVED)


def caller(call: Call) -> Blog:
    """Return the blog that asks; raise Refused, BadBlog or TooLarge."""
    if not call.sent_key:
        raise Refused('Empty "api_key" value')
    if not call.key:
        raise Refused("Invalid key")
    if not call.fields.get("blog", "").strip():
        raise Refused('Empty "blog" value')
    if "user_ip" not in call.fields:
        raise Refused("Missing required field: user_ip.")
    if len(call.fields.get("comment_content", "").encode("utf-8", "replace")) > PASSED_ON_BYTES:
        raise TooLarge(f"comment_content is longer than {PASSED_ON_BYTES} bytes.")
    return blog_of(call.key, call.fields["blog"], call.fields.get("callback", ""))


def answer_to(call: Call, blog: Blog) -> Answer:
    """Judge a comment; a test leaves no trace. Raises Refused."""
    submission, ruling = submission_of(call.fields, blog), ruling_of(call.fields)
    try:
        if not call.flag("is_test"):
            return check(blog, submission, ruling)
        tried = check_only(blog, submission, ruling)
    except InvalidSubmission as error:
        raise refusal_of(error) from error
    if call.flag("test_discard"):
        return replace(tried, is_spam=True, is_unsure=False, is_blatant=True)
    return tried


def refusal_of(error: InvalidSubmission) -> Refused:
    """Return why words cannot be taken, in one line."""
    told = {FIELD_NAMES.get(name, name): why for name, why in error.fields.items()}
    return Refused("; ".join(f"{name} {why}" for name, why in sorted(told.items())))


def reported(call: Call, status: Status) -> HttpResponse:
    try:
        blog = caller(call)
        if not call.flag("is_test"):
            report(
                blog,
                submission_of(call.fields, blog),
                guid=call.fields.get("guid", ""),
                status=status,
                reporter=call.fields.get("reporter", ""),
            )
    except (Refused, BadBlog) as error:
        return invalid(str(error))
    except InvalidSubmission as error:
        return invalid(str(refusal_of(error)))
    return said(THANKS)


def verdict(call: Call, answered: Answer) -> HttpResponse:
    headers = {GUID: str(answered.guid)}
    if answered.is_spam and answered.is_blatant:
        headers[PRO_TIP] = "discard"
    # Once is enough: people take longer, and what they decide is sent to the blog.
    if answered.is_unsure and not answered.is_spam and not call.fields.get("recheck_reason"):
        headers[RECHECK_AFTER] = str(RECHECK_SECONDS)
    if not call.flag("is_test"):
        path = f"/api/v1/comments/{answered.guid}/explanation/"
        base = settings.PUBLIC_URL or call.request.build_absolute_uri("/").rstrip("/")
        headers[EXPLANATION] = iri_to_uri(f"{base}{path}")
    return said("true" if answered.is_spam else "false", headers)


def invalid(why: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return said(INVALID, {DEBUG_HELP: why, **(headers or {})})
