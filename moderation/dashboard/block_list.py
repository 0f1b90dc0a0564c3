"""The owner's page about a site's block list: what it holds, another one, none."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from moderation.dashboard.entrance import owned
from moderation.dashboard.notices import Notice, tell
from moderation.dashboard.setting_forms import SettingForm
from moderation.dashboard.sites import site_page
from moderation.models import Site
from moderation.models.actor import Actor
from moderation.scoring.block_entries import LeftOut
from moderation.services.block_lists import (
    InvalidBlockList,
    block_list_of,
    drop_block_list,
    keep_block_list,
)

KIND_NAMES = {
    "phrases": gettext_lazy("Words and phrases"),
    "hosts": gettext_lazy("Hosts"),
    "mail_domains": gettext_lazy("Domains of e-mail addresses"),
    "addresses": gettext_lazy("E-mail addresses, kept as fingerprints"),
}
LEFT_OUT_NAMES = {
    LeftOut.NETWORKS: gettext_lazy("Network addresses: those are learnt"),
    LeftOut.TOO_SHORT: gettext_lazy("Shorter than three letters"),
    LeftOut.COMMON_WORDS: gettext_lazy("Words that stand in nearly every comment"),
    LeftOut.PIECES: gettext_lazy("Pieces of words or links, and signs: whole words only"),
}


class BlockListForm(SettingForm):
    """A list, one entry a line."""

    entries = forms.CharField(
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
        label=gettext_lazy("The whole list, one entry a line"),
        help_text=gettext_lazy(
            "A word or phrase, a host or link, an e-mail address, or @ and a domain. It takes the"
            " place of the list that stands. Lines that begin with # are ignored."
        ),
    )


@csrf_exempt  # the token is checked in `receive`, once it is known that the form is not too large
@owned
@require_http_methods(["GET", "HEAD", "POST"])
def block_list(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show what a site's list holds; take another one."""
    if request.method != "POST":
        return list_page(request, site, BlockListForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_large(request, site)
    return receive(request, actor, site)


@csrf_protect
def receive(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Keep the list of the form."""
    form = BlockListForm(request.POST)
    if form.is_valid():
        try:
            keep_block_list(site, form.cleaned_data["entries"].splitlines(), actor=actor)
        except InvalidBlockList as error:
            form.complain({"entries": "; ".join(error.why)})
        else:
            tell(request, Notice(_("Saved. It applies to the next comment.")))
            return redirect("dashboard:block-list", site.pk)
    return list_page(request, site, form, status=400)


@owned
@require_POST
def drop(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Forget the list."""
    drop_block_list(site, actor=actor)
    tell(request, Notice(_("The block list is gone.")))
    return redirect("dashboard:block-list", site.pk)


def too_large(request: HttpRequest, site: Site) -> HttpResponse:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
    message = _("The list is too large: at most %(limit)d MiB are taken here.") % {"limit": limit}
    return list_page(request, site, BlockListForm(), status=413, refusal=message)


def list_page(
    request: HttpRequest, site: Site, form: BlockListForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    kept = block_list_of(site)
    return site_page(
        request,
        site,
        "block_list.html",
        status=status,
        form=form,
        refusal=refusal,
        kept=kept,
        counts=[(name, kept.counts[kind]) for kind, name in KIND_NAMES.items()],
        left_out=[
            (name, kept.left_out[reason])
            for reason, name in LEFT_OUT_NAMES.items()
            if kept.left_out[reason]
        ],
    )
