"""POST a comment with the HTML form."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from moderation.limits import Flooded, client_ip, count_hit, flood_prefix
from moderation.models import Site
from moderation.services.intake import Accepted, accept
from moderation.services.receipts import receipt_token
from moderation.services.repeats import StillInFlight, WasErased
from moderation.services.validation import InvalidSubmission, validated
from moderation.submission import Client, Source, Submission

from .answers import Refusal, absolute, page, refused_as_asked, refusing, site_of, wants_json
from .form import refilled_form, uuid_in
from .posted import Posted, read_form
from .receipts import public_status
from .timing import seconds_on_page

# What is in these answers belongs to one visitor.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@csrf_exempt  # no cookie and no session means: nothing that a foreign page could borrow
@require_POST
@refusing(refused_as_asked)
def submit(request: HttpRequest, site_id: UUID) -> HttpResponseBase:
    """Store a comment and lead its sender to the receipt; show the form again if it is faulty."""
    site = site_of(site_id)
    refuse_flood(request, site)
    posted = read_form(request)
    try:
        refuse_gaps(site, posted, request)
        accepted = accept(site, submission_of(site, posted, request))
    except InvalidSubmission as error:
        return refused(request, site, posted, error.fields)
    except WasErased as error:
        raise Refusal(410, "erased", _("This comment was erased, and stays so.")) from error
    except StillInFlight as error:
        message = _("This comment is just being stored. Please look again in a moment.")
        raise Refusal(409, "in_flight", message, headers={"Retry-After": "1"}) from error
    return told(request, accepted)


def refuse_flood(request: HttpRequest, site: Site) -> None:
    try:
        who = flood_prefix(client_ip(request.META))
        count_hit(settings.FORM_LIMIT, "form", who, str(site.pk))
    except Flooded as flooded:
        raise Refusal(
            429,
            "too_many_requests",
            _("That was a little too fast. Please wait a moment, go back and send it again."),
            headers={"Retry-After": str(flooded.retry_after_seconds)},
        ) from flooded


def refuse_gaps(site: Site, posted: Posted, request: HttpRequest) -> None:
    """Refuse what only this form asks for, together with whatever else is wrong."""
    gaps = {}
    if not posted.email.strip():
        gaps["email"] = _("is required")
    if posted.parent and uuid_in(posted.parent) is None:
        gaps["parent"] = _("is not a comment of this page")
    if not gaps:
        return
    try:
        validated(submission_of(site, posted, request))
    except InvalidSubmission as error:
        raise InvalidSubmission(error.fields | gaps) from error
    raise InvalidSubmission(gaps)


def submission_of(site: Site, posted: Posted, request: HttpRequest) -> Submission:
    """Translate the form into the word that all doors share."""
    return Submission(
        article_url=posted.article_url,
        article_title=posted.article_title,
        author_name=posted.name,
        author_email=posted.email,
        author_url=posted.website,
        body=posted.comment,
        parent=uuid_in(posted.parent),
        nonce=posted.nonce or None,
        source=Source.FORM,
        client=client_of(site, posted, request),
    )


def client_of(site: Site, posted: Posted, request: HttpRequest) -> Client:
    return Client(
        ip=client_ip(request.META),
        user_agent=request.headers.get("User-Agent", ""),
        referrer=request.headers.get("Referer", ""),
        seconds_on_page=seconds_on_page(posted.timing, site),
        trap_filled=bool(posted.subject2),
    )


def refused(
    request: HttpRequest, site: Site, posted: Posted, fields: dict[str, str]
) -> HttpResponse:
    """Name the bad fields, beside everything that was typed; to its sender only."""
    if wants_json(request):
        raise Refusal(400, "invalid", _("Some fields cannot be accepted."), fields=fields)
    form = refilled_form(site, posted, fields)
    return page("form_page.html", {"form": form}, status=400, headers=PRIVATE)


def told(request: HttpRequest, accepted: Accepted) -> HttpResponse:
    """Tell what happened; only the sender of this very request is led to the receipt."""
    comment = accepted.comment
    status = 201 if accepted.is_new else 200
    said = {"id": str(comment.pk), "status": public_status(comment)}
    if not accepted.is_senders_own:
        if wants_json(request):
            return JsonResponse(said, status=status, headers=PRIVATE)
        return page("already_here.html", {"url": comment.article.url}, headers=PRIVATE)
    path = reverse("public:receipt", args=[receipt_token(comment.pk)])
    if wants_json(request):
        receipt = {"receipt": absolute(request, path)}
        return JsonResponse(said | receipt, status=status, headers=PRIVATE)
    return HttpResponse(status=303, headers={"Location": path, **PRIVATE})
