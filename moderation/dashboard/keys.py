"""The keys by which programs speak for a site: listed, made, revoked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.site_forms import KINDS, KeyForm
from moderation.dashboard.sites import site_page
from moderation.models import Scope, Site, SiteKey
from moderation.models.actor import Actor
from moderation.services.keys import NewKey, add_key, add_plugin_key, revoke_key
from moderation.services.sites import InvalidSite

KEYS_SHOWN = 200
NAMES = dict(KINDS)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """List the keys of a site; make one, and show it on the page that answers, once."""
    if request.method != "POST":
        return keys_page(request, site, form=KeyForm())
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            made = made_key(site, form.cleaned_data, actor)
        except InvalidSite as error:
            form.add_error(error.field, str(error))
        else:
            return keys_page(request, site, form=KeyForm(), made=made)
    return keys_page(request, site, status=400, form=form)


def made_key(site: Site, wish: dict[str, Any], actor: Actor) -> NewKey:
    if wish["may"] == "plugin":
        return add_plugin_key(site, name=wish["name"], actor=actor)
    return add_key(
        site,
        name=wish["name"],
        scopes=[Scope(wish["may"])],
        limit_per_minute=wish["limit_per_minute"],
        expires_at=wish["expires_at"],
        actor=actor,
    )


@owned
@require_POST
def revoke(request: HttpRequest, actor: Actor, site: Site, key_id: UUID) -> HttpResponse:
    """End one key at once."""
    key = get_object_or_404(site.keys.all(), pk=key_id)
    revoke_key(key, actor=actor)
    tell(request, Notice(_("The key %(key)s is revoked.") % {"key": key.name}))
    return HttpResponseRedirect(reverse("dashboard:keys", args=[site.pk]), status=303)


def keys_page(request: HttpRequest, site: Site, **shown: Any) -> HttpResponse:
    rows = site.keys.filter(revoked_at=None).order_by("-id")[:KEYS_SHOWN]
    now = timezone.now()
    listed = [{"key": row, "may": may_words(row), "is_over": is_over(row, now)} for row in rows]
    return site_page(request, site, "site_keys.html", keys=listed, **shown)


def is_over(key: SiteKey, now: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= now


def may_words(key: SiteKey) -> str:
    """Say what a key may do, by the widest of its scopes."""
    return str(NAMES[key.scopes[-1] if key.scopes else "plugin"])
