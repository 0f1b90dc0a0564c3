"""The approved comments of an article, as a page with the form and as JSON."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from moderation.canonical import origin_of
from moderation.models import Comment, Site
from moderation.models.pages import BadCursor
from moderation.services.validation import article_url

from .answers import (
    JSON,
    Refusal,
    absolute,
    refused_as_asked,
    refused_as_json,
    refusing,
    render,
    revalidated,
    site_of,
    with_query,
)
from .conversation import Conversation, conversation, nested, public_parent, public_website
from .form import Form, blank_form, parent_named
from .rendering import html_of


@require_safe
@refusing(refused_as_asked)
def thread(request: HttpRequest, site_id: UUID) -> HttpResponseBase:
    """Show an article's comments and the form under them."""
    site = site_of(site_id)
    talk = asked_conversation(request, site, asked_url(request, site))
    here = with_query(reverse("public:thread", args=[site.pk]), url=talk.url)
    return thread_page(request, "thread.html", site, talk, here=here)


@require_safe
@refusing(refused_as_json)
def thread_json(request: HttpRequest, site_id: UUID) -> HttpResponseBase:
    """Return an article's comments; every cache may keep them, and asks whether they changed."""
    site = site_of(site_id)
    talk = asked_conversation(request, site, asked_url(request, site))
    content = json.dumps(thread_body(request, site, talk)).encode()
    response = HttpResponse(content, content_type=JSON)
    response["Cache-Control"] = "public, no-cache"
    return revalidated(request, response, content=content)


def asked_url(request: HttpRequest, site: Site) -> str:
    """Return the canonical address of the article that is asked for; raise a Refusal."""
    try:
        url = article_url(request.GET.get("url", ""))
    except ValueError as error:
        raise bad_parameter("url", str(error)) from error
    if origin_of(url) not in site.origins:
        raise Refusal(404, "not_found", _("This page does not belong to the site."))
    return url


def asked_conversation(request: HttpRequest, site: Site, url: str) -> Conversation:
    """Return the page of a conversation that the cursor names; raise a Refusal."""
    try:
        return conversation(site, url, request.GET.get("cursor"))
    except BadCursor as error:
        raise bad_parameter("cursor", _("is not a cursor of this list")) from error


def bad_parameter(name: str, complaint: str) -> Refusal:
    message = _("This address does not name a page of comments.")
    return Refusal(400, "invalid", message, fields={name: complaint})


def thread_page(
    request: HttpRequest, template: str, site: Site, talk: Conversation, *, here: str
) -> HttpResponseBase:
    """Answer with a page that shows a conversation and, while it is open, the form."""
    form = form_under(request, site, talk, here=here)
    context = {
        "site": site,
        "talk": talk,
        "nodes": nested(talk.page.rows),
        "here": here,
        "reply_here": f"{here}{'&' if '?' in here else '?'}parent=",
        "previous": page_link(here, talk.page.previous),
        "next": page_link(here, talk.page.next),
        "form": form,
    }
    body = render(template, context)
    response = HttpResponse(body)
    # Not for shared caches: the form's nonce tells one visitor from the other.
    response["Cache-Control"] = "private, no-cache"
    return revalidated(request, response, content=lasting(body, form).encode(), weak=True)


def form_under(request: HttpRequest, site: Site, talk: Conversation, *, here: str) -> Form | None:
    if talk.is_closed:
        return None
    named = request.GET.get("parent", "")
    parent = parent_named(site, talk.url, named) if named else None
    return blank_form(site, url=talk.url, title=talk.title, parent=parent, cancel_url=here)


def lasting(body: str, form: Form | None) -> str:
    """Return a page without what is new in every copy of it."""
    if form is None:
        return body
    return body.replace(form.nonce, "").replace(form.timing, "")


def page_link(here: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    return f"{here}{'&' if '?' in here else '?'}cursor={cursor}"


def thread_body(request: HttpRequest, site: Site, talk: Conversation) -> dict[str, Any]:
    """Return the contract's shape of a thread."""
    article = {
        "id": str(talk.article.pk) if talk.article else None,
        "url": talk.url,
        "title": talk.title,
    }
    return {
        "article": article,
        "count": talk.count,
        "next": next_url(request, site, talk),
        "comments": [comment_body(comment) for comment in talk.page.rows],
    }


def next_url(request: HttpRequest, site: Site, talk: Conversation) -> str | None:
    if talk.page.next is None:
        return None
    path = reverse("public:thread-json", args=[site.pk])
    return absolute(request, with_query(path, url=talk.url, cursor=talk.page.next))


def comment_body(comment: Comment) -> dict[str, Any]:
    """Return what readers may know of a comment, name by name."""
    parent = public_parent(comment)
    return {
        "id": str(comment.pk),
        "parent": str(parent.pk) if parent else None,
        "author": {"name": comment.author_name, "url": public_website(comment)},
        "body": comment.body,
        "html": html_of(comment.body),
        "posted_at": comment.posted_at.isoformat().replace("+00:00", "Z"),
    }
