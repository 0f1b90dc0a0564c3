"""The owner's page about webhooks: who is told what, how it went, and sending again."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from moderation.dashboard.deliveries import listed, state_of
from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.sites import site_page
from moderation.limits import Flooded
from moderation.models import Blog, Delivery, Event, Site, Webhook
from moderation.models.actor import Actor
from moderation.services.verdicts import last_told
from moderation.services.webhooks import (
    InvalidWebhook,
    NotActive,
    StillWaiting,
    ask_challenge,
    change_webhook,
    create_webhook,
    remove,
    resend,
    rotate_secret,
    switch_off,
)

EVENT_NAMES = {
    Event.CREATED: gettext_lazy("A comment came in"),
    Event.SCORED: gettext_lazy("A comment was scored"),
    Event.APPROVED: gettext_lazy("A comment was approved"),
    Event.REJECTED: gettext_lazy("A comment was rejected"),
    Event.SPAM: gettext_lazy("A comment was called spam"),
    Event.ERASED: gettext_lazy("A comment was erased"),
}
STATE_NAMES = {
    Webhook.State.UNVERIFIED: gettext_lazy("waits for its challenge to come back"),
    Webhook.State.ACTIVE: gettext_lazy("active"),
    Webhook.State.DISABLED: gettext_lazy("disabled"),
}
STATE_CHIPS = {
    Webhook.State.UNVERIFIED: "pending",
    Webhook.State.ACTIVE: "approved",
    Webhook.State.DISABLED: "rejected",
}


class WebhookForm(forms.Form):
    """Where to, and about what. The service says what is wrong with them."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it when"),
        choices=[(event.value, EVENT_NAMES[event]) for event in Event],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if self.is_bound and self.errors.get(name):
                field.widget.attrs["aria-invalid"] = "true"


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """List a site's webhooks; add one."""
    if request.method != "POST":
        return list_page(request, site, WebhookForm(initial={"events": Event.values}))
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            made = create_webhook(site, **form.cleaned_data)
        except InvalidWebhook as error:
            show(error, form)
        except Flooded:
            return flooded(request, reverse("dashboard:webhooks", args=[site.pk]))
        else:
            # Shown in this answer and nowhere else: a notice would travel in a cookie.
            return webhook_page(request, made.webhook, secret=made.secret, status=201)
    return list_page(request, site, form, status=400)


@owned
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID) -> HttpResponse:
    """Show one webhook with its deliveries; change where it leads and what it wants."""
    hook = own_webhook(site, webhook_id)
    if request.method != "POST":
        return webhook_page(request, hook)
    form = WebhookForm(request.POST)
    if form.is_valid():
        try:
            change_webhook(hook, **form.cleaned_data)
        except InvalidWebhook as error:
            show(error, form)
        except Flooded:
            return flooded(request, address_of(hook))
        else:
            return back(request, hook, _("Saved."))
    hook.refresh_from_db()
    return webhook_page(request, hook, form, status=400)


@owned
@require_POST
def rotate(request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID) -> HttpResponse:
    """Make a new secret and show it, once."""
    hook = own_webhook(site, webhook_id)
    return webhook_page(request, hook, secret=rotate_secret(hook))


@owned
@require_POST
def verify(request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID) -> HttpResponse:
    """Send the challenge, now."""
    hook = own_webhook(site, webhook_id)
    try:
        ask_challenge(hook)
    except Flooded:
        return flooded(request, address_of(hook))
    return back(request, hook, _("The challenge is on its way. Load the page again to see."))


@owned
@require_POST
def disable(request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID) -> HttpResponse:
    hook = own_webhook(site, webhook_id)
    switch_off(hook)
    return back(request, hook, _("Switched off. What waited for it was given up."))


@owned
@require_POST
def delete(request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID) -> HttpResponse:
    remove(own_webhook(site, webhook_id))
    tell(request, Notice(_("The webhook is gone, with the list of its deliveries.")))
    return HttpResponseRedirect(reverse("dashboard:webhooks", args=[site.pk]), status=303)


@owned
@require_POST
def send_again(
    request: HttpRequest, actor: Actor, site: Site, webhook_id: UUID, delivery_id: UUID
) -> HttpResponse:
    """Send a delivery again under its old id."""
    hook = own_webhook(site, webhook_id)
    delivery = get_object_or_404(Delivery.objects.to(hook), pk=delivery_id)
    try:
        resend(delivery, hook)
    except NotActive:
        return back(request, hook, _("It is not active: let it prove itself first."), tone="bad")
    except StillWaiting:
        return back(request, hook, _("This delivery is on its way already."), tone="bad")
    return back(request, hook, _("It will be sent again."))


def own_webhook(site: Site, webhook_id: UUID) -> Webhook:
    return get_object_or_404(site.webhooks.select_related("site"), pk=webhook_id)


def address_of(hook: Webhook) -> str:
    return reverse("dashboard:webhook", args=[hook.site_id, hook.pk])


def back(request: HttpRequest, hook: Webhook, text: str, tone: str = "good") -> HttpResponse:
    tell(request, Notice(text, tone=tone))
    return HttpResponseRedirect(address_of(hook), status=303)


def flooded(request: HttpRequest, place: str) -> HttpResponse:
    text = _("That was asked for too often within an hour. Please try again later.")
    tell(request, Notice(text, tone="bad"))
    return HttpResponseRedirect(place, status=303)


def show(error: InvalidWebhook, form: WebhookForm) -> None:
    for name, why in error.fields.items():
        form.add_error(name, why)
        form.fields[name].widget.attrs["aria-invalid"] = "true"


def list_page(
    request: HttpRequest, site: Site, form: WebhookForm, status: int = 200
) -> HttpResponse:
    rows = [shown(hook) for hook in site.webhooks.order_by("id")]
    blogs = [blog_line(blog, last) for blog, last in last_told(site)]
    return site_page(
        request, site, "webhooks.html", status=status, webhooks=rows, blogs=blogs, form=form
    )


def webhook_page(
    request: HttpRequest,
    hook: Webhook,
    form: WebhookForm | None = None,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    def again(row: Delivery) -> str:
        return reverse("dashboard:resend-delivery", args=[hook.site_id, hook.pk, row.pk])

    return site_page(
        request,
        hook.site,
        "webhook.html",
        status=status,
        form=form or WebhookForm(initial={"url": hook.url, "events": hook.events}),
        secret=secret,
        **listed(request, Delivery.objects.to(hook), again),
        **shown(hook),
    )


def shown(hook: Webhook) -> dict[str, Any]:
    state = Webhook.State(hook.state)
    return {"webhook": hook, "state": STATE_NAMES[state], "chip": STATE_CHIPS[state]}


def blog_line(blog: Blog, last: Delivery | None) -> dict[str, Any]:
    return {"blog": blog, "last": last, **(state_of(last) if last else {})}
