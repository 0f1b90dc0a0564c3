"""Import & export: an owner uploads a file, a worker takes it over, the page tells how far."""

from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from moderation.dashboard.entrance import owned
from moderation.dashboard.errors import wants_json
from moderation.dashboard.sites import site_page
from moderation.dashboard.uploads import OneFile
from moderation.importers.base import BadFile
from moderation.models import ImportRun, Site
from moderation.models.actor import Actor
from moderation.services.exports import export_lines
from moderation.services.import_report import Report
from moderation.services.import_runs import Wish, folder, start_run

R = TypeVar("R", bound=HttpResponseBase)

FORM_BYTES = 64 * 1024  # what stands beside the file
RULES_LENGTH = 10_000
SHOWN = 20
ODDITIES_SHOWN = 100
STATES = {
    ImportRun.State.WAITING: gettext_lazy("Waiting for a worker"),
    ImportRun.State.RUNNING: gettext_lazy("Running"),
    ImportRun.State.DONE: gettext_lazy("Done"),
    ImportRun.State.FAILED: gettext_lazy("Failed"),
}
TONES = {ImportRun.State.DONE: "approved", ImportRun.State.FAILED: "spam"}


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=False)
    rules = forms.CharField(
        label=gettext_lazy("Pages that moved"),
        required=False,
        max_length=RULES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    is_rehearsal = forms.BooleanField(
        label=gettext_lazy("Only report what would be done"), required=False
    )

    def clean_rules(self) -> dict[str, str]:
        """Return the rules, one a line: OLD=NEW."""
        mapping = {}
        for line in filter(None, map(str.strip, self.cleaned_data["rules"].splitlines())):
            old, is_rule, new = line.partition("=")
            if not old or not is_rule:
                raise ValidationError(_("Each line must be OLD=NEW."))
            mapping[old] = new
        return mapping


@csrf_exempt  # the token is checked in `receive`, once it is known where the file goes
@owned
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, actor: Actor, site: Site) -> HttpResponse:
    """Show what was imported, and take a file."""
    if request.method != "POST":
        return imports_page(request, site, ImportForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IMPORT_BYTES + FORM_BYTES:
        return too_large(request, site)
    upload = OneFile(folder(), limit=settings.IMPORT_BYTES)
    request.upload_handlers = [upload]
    try:
        return receive(request, actor, site, upload)
    finally:
        upload.discard()


@csrf_protect
def receive(request: HttpRequest, actor: Actor, site: Site, upload: OneFile) -> HttpResponse:
    """Queue the uploaded file."""
    form = ImportForm(request.POST, request.FILES)
    if upload.is_too_large:
        return too_large(request, site)
    if not form.is_valid():
        return imports_page(request, site, form, status=400)
    wish = Wish(
        file_name=form.cleaned_data["file"].name,
        mapping=form.cleaned_data["rules"],
        is_rehearsal=form.cleaned_data["is_rehearsal"],
    )
    try:
        run = start_run(site, upload.path, wish, actor=actor)
    except BadFile as error:
        form.add_error("file", _("The file %(cause)s.") % {"cause": error})
        return imports_page(request, site, form, status=400)
    return HttpResponseRedirect(reverse("dashboard:import-run", args=[site.pk, run.pk]), status=303)


def too_large(request: HttpRequest, site: Site) -> HttpResponse:
    form = ImportForm()
    form.full_clean()
    limit = settings.IMPORT_BYTES // (1024 * 1024)
    message = _("The file is too large: at most %(limit)d MiB are taken here.") % {"limit": limit}
    return imports_page(request, site, form, status=413, refusal=message)


def imports_page(
    request: HttpRequest, site: Site, form: ImportForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    runs = ImportRun.objects.filter(site=site).order_by("-id")[:SHOWN]
    shown: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "limit": settings.IMPORT_BYTES // (1024 * 1024),
        "runs": [card_of(run) for run in runs],
        "disclosures": site.disclosures.order_by("-id")[:SHOWN],
    }
    return site_page(request, site, "imports.html", status=status, **shown)


@owned
@require_safe
def import_run(request: HttpRequest, actor: Actor, site: Site, run_id: UUID) -> HttpResponse:
    """Show how far an import has come; imports.js asks for the same in JSON."""
    card = card_of(own_run(site, run_id))
    if wants_json(request):
        return JsonResponse({name: card[name] for name in ("is_over", "done", "total", "said")})
    return site_page(request, site, "import_run.html", **card)


@owned
@require_safe
def import_report(request: HttpRequest, actor: Actor, site: Site, run_id: UUID) -> HttpResponse:
    """Return the whole report as a file."""
    text = "\n".join(Report.from_json(own_run(site, run_id).report).lines()) + "\n"
    return attachment(HttpResponse(text, content_type="text/plain; charset=utf-8"), "report.txt")


@owned  # type: ignore[arg-type]  # a stream is an answer too
@require_safe
def export(request: HttpRequest, actor: Actor, site: Site) -> StreamingHttpResponse:
    """Return every comment of the site as JSON lines, without addresses."""
    lines = export_lines(site)
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    return attachment(response, "comments.jsonl")


def attachment(response: R, name: str) -> R:
    """Let the browser keep an answer as a file."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def own_run(site: Site, run_id: UUID) -> ImportRun:
    return get_object_or_404(ImportRun, site=site, pk=run_id)


def card_of(run: ImportRun) -> dict[str, Any]:
    """Return what a page shows of a run."""
    report, state = Report.from_json(run.report), ImportRun.State(run.state)
    said = str(STATES[state])
    if state == ImportRun.State.RUNNING and run.total:
        said = _("Running: %(done)d of %(total)d") % {"done": run.done, "total": run.total}
    elif state == ImportRun.State.RUNNING:
        said = _("Reading the file")
    return {
        "run": run,
        "report": report,
        "counts": list(report.counts()) if report.format else [],
        "oddities": report.oddities[:ODDITIES_SHOWN],
        "more": list(report.more()),
        "said": said,
        "tone": TONES.get(state, "pending"),
        "is_over": run.finished_at is not None,
        "done": run.done,
        "total": run.total,
    }
