"""Members: who moderates a site and who owns it. Somebody always does."""

import logging

from django.contrib.auth.models import User
from django.db import transaction

from moderation.models import Membership, Role, Site
from moderation.models.actor import Actor

logger = logging.getLogger(__name__)


class UnknownUser(Exception):
    """Nobody here has this user name."""


class AlreadyMember(Exception):
    """They are a member already; their role can be changed."""


class LastOwner(Exception):
    """A site keeps at least one owner."""


@transaction.atomic
def add_member(site: Site, *, username: str, role: Role, actor: Actor) -> Membership:
    """Let somebody with an account moderate or own a site; raise UnknownUser, AlreadyMember."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownUser
    member, is_new = Membership.objects.get_or_create(site=site, user=user, defaults={"role": role})
    if not is_new:
        raise AlreadyMember
    log("added", member, actor)
    return member


@transaction.atomic
def change_role(member: Membership, *, role: Role, actor: Actor) -> Membership:
    """Give a member another role; raise LastOwner."""
    if role != Role.OWNER:
        keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    log("changed", member, actor)
    return member


@transaction.atomic
def remove_member(member: Membership, *, actor: Actor) -> None:
    """Let somebody go; raise LastOwner."""
    keep_an_owner(member)
    log("removed", member, actor)
    member.delete()


def log(deed: str, member: Membership, actor: Actor) -> None:
    """Tell who did what to whom, by ids alone."""
    logger.info(
        "member %s",
        deed,
        extra={
            "site": str(member.site_id),
            "member": member.user_id,
            "role": member.role,
            "actor": actor.trace,
        },
    )


def keep_an_owner(leaving: Membership) -> None:
    """Lock the site's owners, so that two of them cannot leave each other alone."""
    owners = Membership.objects.select_for_update().filter(site=leaving.site_id, role=Role.OWNER)
    ids = {member.pk for member in owners.order_by("pk")}
    if ids == {leaving.pk}:
        raise LastOwner
