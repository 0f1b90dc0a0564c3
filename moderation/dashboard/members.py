"""Who moderates a site and who owns it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moderation.dashboard.entrance import owned
from moderation.dashboard.errors import refuse
from moderation.dashboard.forms import first_error
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.site_forms import ROLES, MemberForm, RoleForm
from moderation.dashboard.sites import site_page
from moderation.models import Membership, Role, Site
from moderation.models.actor import Actor
from moderation.services.members import (
    AlreadyMember,
    LastOwner,
    UnknownUser,
    add_member,
    change_role,
    remove_member,
)

MEMBERS_SHOWN = 500


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """List who looks after a site; add somebody."""
    if request.method != "POST":
        return members_page(request, site, form=MemberForm())
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            add_member(site, **form.cleaned_data, actor=actor)
        except UnknownUser:
            form.add_error("username", _("Nobody has this user name here."))
        except AlreadyMember:
            form.add_error("username", _("They are a member already."))
        else:
            return done(request, site, _("Added."))
    return members_page(request, site, status=400, form=form)


@owned
@require_POST
def change(request: HttpRequest, actor: Actor, site: Site, member_id: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, first_error(form), code="invalid")
    try:
        role = Role(form.cleaned_data["role"])
        change_role(member_of(site, member_id), role=role, actor=actor)
    except LastOwner:
        return last_owner(request, site)
    return done(request, site, _("Saved."))


@owned
@require_POST
def remove(request: HttpRequest, actor: Actor, site: Site, member_id: int) -> HttpResponse:
    """Let a member go."""
    try:
        remove_member(member_of(site, member_id), actor=actor)
    except LastOwner:
        return last_owner(request, site)
    return done(request, site, _("Removed."))


def member_of(site: Site, member_id: int) -> Membership:
    return get_object_or_404(site.memberships.select_related("user"), pk=member_id)


def last_owner(request: HttpRequest, site: Site) -> HttpResponse:
    return done(request, site, _("A site keeps at least one owner."), tone="bad")


def done(request: HttpRequest, site: Site, message: str, *, tone: str = "good") -> HttpResponse:
    """Return to the list, if it is still the caller's to see, with a notice."""
    tell(request, Notice(message, tone=tone))
    return HttpResponseRedirect(reverse("dashboard:members", args=[site.pk]), status=303)


def members_page(request: HttpRequest, site: Site, **shown: Any) -> HttpResponse:
    rows = site.memberships.select_related("user").order_by("user__username")
    return site_page(
        request, site, "site_members.html", members=rows[:MEMBERS_SHOWN], roles=ROLES, **shown
    )
