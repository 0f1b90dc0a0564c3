"""The demo article with its comments, and the page at the root."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from moderation.canonical import canonical_url
from moderation.models import Site

from .answers import not_found, page, refused_as_asked, refusing
from .thread import asked_conversation, thread_page


@require_safe
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Say what this is, and where to go."""
    return page("welcome.html", {})


@require_safe
@refusing(refused_as_asked)
def demo(request: HttpRequest) -> HttpResponseBase:
    """Show the demo article, its conversation and the form."""
    site = Site.objects.filter(url__endswith="/demo/").order_by("id").first()
    if site is None:
        raise not_found()
    talk = asked_conversation(request, site, canonical_url(site.url))
    return thread_page(request, "demo.html", site, talk, here=reverse("public:demo"))
