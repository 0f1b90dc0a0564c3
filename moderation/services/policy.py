"""Policy: change what a site's owner wants, on the record."""

import logging
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from moderation.models import PolicyChange, Site, WhenUnsure
from moderation.models.actor import Actor
from moderation.scoring.costs import thresholds_for
from moderation.scoring.language import LANGUAGES

logger = logging.getLogger(__name__)

# With these, the smallest and the largest value; None is allowed where `is_optional` says so.
NUMBERS: dict[str, tuple[float, float]] = {
    "approve_below": (0, 1),
    "spam_above": (0, 1),
    "hold_links_over": (0, 1_000),
    "close_after_days": (1, 10_000),
    "retention_days": (1, 3_650),
    "lost_cost": (1, 10_000),
}
OPTIONAL = frozenset({"hold_links_over", "close_after_days", "lost_cost"})
SWITCHES = ("hold_all", "hold_first_time")
THRESHOLDS = ("approve_below", "spam_above")
FIELDS = (*NUMBERS, *SWITCHES, "languages", "when_unsure")
MOST_LANGUAGES = 50


class InvalidPolicy(Exception):
    """A policy cannot be so; `fields` tells for each field why, in a sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class PolicyChanged(Exception):
    """Somebody was quicker; `version` is the one that stands."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} stands")
        self.version = version


def change_policy(
    site: Site, changes: Mapping[str, Any], *, actor: Actor, seen_version: int | None = None
) -> Site:
    """Change some fields of a site's policy; nothing is written where nothing differs.

    Raises InvalidPolicy, and PolicyChanged if the policy is not as it was seen.
    """
    with transaction.atomic():
        locked = Site.objects.select_for_update().get(pk=site.pk)
        if seen_version is not None and seen_version != locked.policy_version:
            raise PolicyChanged(locked.policy_version)
        changed = with_changes(locked, changes)
        trail = {
            name: [getattr(locked, name), getattr(changed, name)]
            for name in FIELDS
            if getattr(locked, name) != getattr(changed, name)
        }
        if trail:
            changed.policy_version += 1
            changed.save(update_fields=[*trail, "policy_version"])
            record(changed, trail, actor)
    return changed


def record(site: Site, trail: dict[str, list[Any]], actor: Actor) -> None:
    PolicyChange.objects.create(
        site=site,
        version=site.policy_version,
        actor_kind=actor.kind,
        actor_name=actor.name,
        changes=trail,
    )
    logger.info(
        "policy changed",
        extra={
            "site": str(site.pk),
            "version": site.policy_version,
            "fields": sorted(trail),
            "actor": actor.trace,
        },
    )


def with_changes(site: Site, changes: Mapping[str, Any]) -> Site:
    """Return the site as it would be, unsaved; raise InvalidPolicy."""
    wrong = {name: why for name in changes if (why := complaint(name, changes[name]))}
    if wrong:
        raise InvalidPolicy(wrong)
    moved = [name for name in THRESHOLDS if changes.get(name) not in (None, getattr(site, name))]
    changed = copy(site)
    for name, value in changes.items():
        setattr(changed, name, value)
    settle_thresholds(changed, moved)
    return changed


def complaint(name: str, value: Any) -> str:
    """Return what is wrong with one field, "" if nothing is."""
    if name in NUMBERS:
        least, most = NUMBERS[name]
        if not (
            (value is None and name in OPTIONAL) or (value is not None and least <= value <= most)
        ):
            return _("must lie between %(least)s and %(most)s") % {"least": least, "most": most}
    elif name == "languages":
        unknown = [code for code in value if code not in LANGUAGES]
        if unknown or len(value) > MOST_LANGUAGES:
            return _("must be codes of languages, such as en, de")
    elif name == "when_unsure":
        if value not in WhenUnsure.values:
            return _("must be publish or spam")
    elif name not in SWITCHES:
        return _("is not a field of the policy")
    return ""


def settle_thresholds(site: Site, moved: Sequence[str]) -> None:
    """Let thresholds follow from what a mistake costs, or be as the owner has moved them."""
    if site.lost_cost is not None:
        if moved:
            raise InvalidPolicy({moved[0]: _("follows from lost_cost; set that to null first")})
        found = thresholds_for(site.lost_cost)
        site.approve_below, site.spam_above = found.approve_below, found.spam_above
    elif site.approve_below > site.spam_above:
        raise InvalidPolicy({moved[-1]: _("approve_below must not be above spam_above")})
