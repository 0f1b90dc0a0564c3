"""Rules: make, change and drop them; fetch them for triage; count how they fare."""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, IntegerField, Max, Q, Value, When
from django.utils.translation import gettext as _

from moderation.models import Rule, Site
from moderation.models.actor import Actor
from moderation.scoring.rules import RuleLook, RuleSet
from moderation.services.rule_checks import Draft, InvalidRule, checked

logger = logging.getLogger(__name__)

MOST_RULES = 200


class NameTaken(Exception):
    """Another rule of the site has this name."""


class RuleChanged(Exception):
    """Somebody was quicker; `version` is the one that stands."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} stands")
        self.version = version


def rules_of(site_ids: Collection[UUID], *, now: datetime) -> defaultdict[UUID, RuleSet]:
    """Return the rules in force by site, with one query; a site without any has an empty set."""
    in_force = Rule.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), site__in=site_ids)
    by_site = defaultdict(list)
    for rule in in_force.order_by("position", "id"):
        by_site[rule.site_id].append(rule.as_scored)
    found = {site_id: RuleSet(tuple(rules)) for site_id, rules in by_site.items()}
    return defaultdict(RuleSet, found)


def make_rule(site: Site, draft: Draft, *, actor: Actor) -> Rule:
    """Save a new rule, behind the others unless it has a place; raise InvalidRule, NameTaken."""
    columns = checked(site, draft)
    with transaction.atomic():
        # The site's row is the lock: two new rules are counted one after the other.
        Site.objects.select_for_update().get(pk=site.pk)
        rules = Rule.objects.filter(site=site)
        if rules.count() >= MOST_RULES:
            raise InvalidRule({"name": _("a site has at most %d rules") % MOST_RULES})
        if columns["position"] is None:
            last = rules.aggregate(last=Max("position"))["last"]
            columns["position"] = 0 if last is None else last + 1
        rule = Rule(site=site, created_by=actor.name, **columns)
        save(rule, force_insert=True)
    log("made", rule, actor)
    return rule


def change_rule(rule: Rule, draft: Draft, *, actor: Actor, seen_version: int | None = None) -> Rule:
    """Save a changed rule; raise InvalidRule, NameTaken, or RuleChanged if it is not as seen."""
    columns = checked(rule.site, draft, saved=rule)
    with transaction.atomic():
        locked = Rule.objects.select_for_update().get(pk=rule.pk)
        refuse_if_changed(locked, seen_version)
        for name, value in columns.items():
            if name != "position" or value is not None:
                setattr(locked, name, value)
        locked.version += 1
        save(locked, update_fields=[*columns, "version"])
    log("changed", locked, actor)
    return locked


@transaction.atomic
def drop_rule(rule: Rule, *, actor: Actor) -> None:
    """Remove a rule."""
    rule.delete()
    log("dropped", rule, actor)


def refuse_if_changed(rule: Rule, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != rule.version:
        raise RuleChanged(rule.version)


def save(rule: Rule, *, force_insert: bool = False, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            rule.save(force_insert=force_insert, update_fields=update_fields)
    except IntegrityError as error:
        raise NameTaken from error


def log(deed: str, rule: Rule, actor: Actor) -> None:
    """Tell who did what. Patterns and names may hold somebody's name: only ids are told."""
    logger.info(
        "rule %s",
        deed,
        extra={
            "site": str(rule.site_id),
            "rule": str(rule.pk),
            "version": rule.version,
            "actor": actor.trace,
        },
    )


def count_hits(looks: Iterable[RuleLook], *, now: datetime) -> None:
    """Add up what a batch's rules found and where they failed: two statements for any batch."""
    hits: Counter[UUID] = Counter()
    failures: Counter[UUID] = Counter()
    for look in looks:
        hits.update(look.hits)
        failures.update(look.failures)
    if failures:
        logger.error("rules failed", extra={"count": failures.total()})
    if not hits and not failures:
        return
    with transaction.atomic():
        # Locked in the order of their ids, so that no two workers wait for each other.
        touched = Rule.objects.filter(pk__in=[*hits, *failures])
        list(touched.select_for_update().order_by("id").values_list("pk", flat=True))
        touched.update(
            hits=F("hits") + counted(hits),
            errors=F("errors") + counted(failures),
            last_hit_at=Case(When(pk__in=list(hits), then=Value(now)), default=F("last_hit_at")),
        )


def counted(counts: Counter[UUID]) -> Case | Value:
    if not counts:
        return Value(0)
    whens = [When(pk=pk, then=Value(count)) for pk, count in counts.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())
