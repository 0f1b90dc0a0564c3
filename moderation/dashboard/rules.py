"""The owner's pages about rules: the list, and one rule to write, try, save or drop."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.setting_forms import ACTION_NAMES, KIND_NAMES, RuleForm
from moderation.dashboard.sites import site_page
from moderation.dashboard.trials import TRIED_ON, trial_of
from moderation.models import Rule, Site
from moderation.models.actor import Actor
from moderation.services.backtest import back_test
from moderation.services.rule_checks import InvalidRule, draft_rule
from moderation.services.rules import NameTaken, RuleChanged, change_rule, drop_rule, make_rule


@owned
@require_safe
def rules(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """List a site's rules in the order in which they speak."""
    rows = list(Rule.objects.filter(site=site).order_by("position", "id"))
    now = timezone.now()
    listed = [
        {
            "rule": rule,
            "kind": KIND_NAMES[rule.kind],
            "action": ACTION_NAMES[rule.action],
            "is_over": rule.expires_at is not None and rule.expires_at <= now,
        }
        for rule in rows
    ]
    return site_page(request, site, "rules.html", listed=listed)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def rule(
    request: HttpRequest, actor: Actor, site: Site, rule_id: UUID | None = None
) -> HttpResponse:
    """Show one rule, or an empty form; try it, or save it."""
    own = own_rule(site, rule_id) if rule_id else None
    if request.method != "POST":
        return rule_page(request, site, RuleForm.of(own) if own else RuleForm(), own)
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            if "try" in request.POST:
                return tried(request, site, form, own)
            return saved(request, actor, site, form, own)
        except InvalidRule as error:
            form.complain(error.fields)
        except NameTaken:
            form.complain({"name": _("Another rule of this site has this name.")})
    return rule_page(request, site, form, own, status=400)


@owned
@require_POST
def drop(request: HttpRequest, actor: Actor, site: Site, rule_id: UUID) -> HttpResponse:
    """Remove a rule."""
    drop_rule(own_rule(site, rule_id), actor=actor)
    tell(request, Notice(_("The rule is gone.")))
    return redirect("dashboard:rules", site.pk)


def own_rule(site: Site, rule_id: UUID) -> Rule:
    return get_object_or_404(Rule.objects.filter(site=site).select_related("site"), pk=rule_id)


def tried(request: HttpRequest, site: Site, form: RuleForm, own: Rule | None) -> HttpResponse:
    """Show what the rule of the form would do; nothing is written."""
    draft = draft_rule(site, form.draft(), replaces=own.pk if own else None)
    tested = back_test(site, changed=site, drafts=[draft], last=TRIED_ON, now=timezone.now())
    return rule_page(request, site, form, own, trial=trial_of(tested), hits=tested.hits[draft.id])


def saved(
    request: HttpRequest, actor: Actor, site: Site, form: RuleForm, own: Rule | None
) -> HttpResponse:
    try:
        if own:
            seen = form.cleaned_data["seen_version"]
            change_rule(own, form.draft(), actor=actor, seen_version=seen)
        else:
            make_rule(site, form.draft(), actor=actor)
    except RuleChanged:
        message = _("Somebody else has changed this rule meanwhile. This is how it stands now.")
        tell(request, Notice(message, tone="bad"))
        fresh = own_rule(site, own.pk) if own else None
        return rule_page(request, site, RuleForm.of(fresh) if fresh else form, fresh, status=409)
    tell(request, Notice(_("Saved. It applies to the next comment.")))
    return redirect("dashboard:rules", site.pk)


def rule_page(
    request: HttpRequest,
    site: Site,
    form: RuleForm,
    own: Rule | None,
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    return site_page(request, site, "rule.html", status=status, form=form, rule=own, **shown)
