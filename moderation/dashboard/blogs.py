"""The owner's page about one blog: what its plugin was told, and telling it again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moderation.dashboard.deliveries import listed
from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.sites import site_page
from moderation.models import Blog, Site
from moderation.models.actor import Actor
from moderation.services.verdicts import tell_again, told
from moderation.services.webhooks import NotActive, StillWaiting


@owned
@require_safe
def blog(request: HttpRequest, actor: Actor, site: Site, blog_id: UUID) -> HttpResponse:
    """Show what a blog was told."""
    found = own_blog(site, blog_id)
    page = listed(request, told(found), lambda row: address_of(found, "tell-blog-again", row.pk))
    return site_page(request, site, "blog.html", blog=found, **page)


@owned
@require_POST
def again(
    request: HttpRequest, actor: Actor, site: Site, blog_id: UUID, delivery_id: UUID
) -> HttpResponse:
    """Tell a verdict again, sent or given up."""
    found = own_blog(site, blog_id)
    delivery = get_object_or_404(told(found), pk=delivery_id)
    notice = Notice(_("It will be sent again, if the comment still stands so."))
    try:
        tell_again(delivery, found)
    except NotActive:
        text = _("This blog cannot be told: its plugin was switched off, or its key revoked.")
        notice = Notice(text, tone="bad")
    except StillWaiting:
        notice = Notice(_("This delivery is on its way already."), tone="bad")
    tell(request, notice)
    return HttpResponseRedirect(address_of(found, "blog"), status=303)


def own_blog(site: Site, blog_id: UUID) -> Blog:
    return get_object_or_404(site.blogs.select_related("site", "key"), pk=blog_id)


def address_of(found: Blog, view: str, *more: UUID) -> str:
    return reverse(f"dashboard:{view}", args=[found.site_id, found.pk, *more])
