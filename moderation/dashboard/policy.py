"""The owner's page about a site's policy: see what it does, try a change, save it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.setting_forms import PolicyForm
from moderation.dashboard.sites import site_page
from moderation.dashboard.trials import TRIED_ON, trial_of
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.services.backtest import back_test, expected
from moderation.services.policy import InvalidPolicy, PolicyChanged, change_policy, with_changes


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show a site's policy; try a change, or save it."""
    if request.method != "POST":
        return policy_page(request, site, PolicyForm.of(site))
    form = PolicyForm(request.POST)
    if form.is_valid():
        try:
            if "try" in request.POST:
                return tried(request, site, form)
            return saved(request, actor, site, form)
        except InvalidPolicy as error:
            form.complain(error.fields)
    return policy_page(request, site, form, status=400)


def tried(request: HttpRequest, site: Site, form: PolicyForm) -> HttpResponse:
    """Show what the policy of the form would do; nothing is written."""
    changed, now = with_changes(site, form.changes()), timezone.now()
    tested = back_test(site, changed=changed, last=TRIED_ON, now=now)
    return policy_page(request, site, form, changed=changed, trial=trial_of(tested))


def saved(request: HttpRequest, actor: Actor, site: Site, form: PolicyForm) -> HttpResponse:
    seen = form.cleaned_data["seen_version"]
    try:
        change_policy(site, form.changes(), actor=actor, seen_version=seen)
    except PolicyChanged:
        message = _("Somebody else has changed this policy meanwhile. This is how it stands now.")
        tell(request, Notice(message, tone="bad"))
        return policy_page(request, site, PolicyForm.of(site), status=409)
    tell(request, Notice(_("Saved. It applies to the next comment.")))
    return redirect("dashboard:policy", site.pk)


def policy_page(
    request: HttpRequest,
    site: Site,
    form: PolicyForm,
    status: int = 200,
    changed: Site | None = None,
    **shown: object,
) -> HttpResponse:
    now = timezone.now()
    forecast, seen = expected(site, now=now)
    wished = expected(changed, now=now)[0] if changed else None
    return site_page(
        request,
        site,
        "policy.html",
        status=status,
        form=form,
        forecast=forecast,
        seen=seen,
        wished=wished,
        changed=changed,
        **shown,
    )
