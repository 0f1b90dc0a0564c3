"""Akismet's protocol: who calls with which key, and answers to the byte as plugins expect them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import APIException

from moderation.api.akismet_form import TooManyFields, form_of
from moderation.hosts import KEY
from moderation.limits import Flooded, client_ip, count_hit, flood_prefix, refuse_if_spent
from moderation.models import SiteKey
from moderation.services.access import plugin_key_of

# Twelve hexadecimal digits cannot be guessed at this rate, and an office behind one address
# may mistype now and then.
GUESS_LIMIT = "120/minute"
VALID, INVALID = "valid", "invalid"
DEBUG_HELP = "X-akismet-debug-help"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what was sent, and the key that it came with, if it is a valid one."""

    request: HttpRequest
    fields: Mapping[str, str]
    key: SiteKey | None
    sent_key: str = field(repr=False)

    def flag(self, name: str) -> bool:
        return self.fields.get(name, "").strip().lower() in {"1", "true", "yes"}


View = Callable[[Call], HttpResponseBase]
# Where a key is looked for, in order.
ORDINARY = ("api_key", KEY, "key")
CANDIDATE = ("key", "api_key", KEY)


def akismet(
    *, methods: tuple[str, ...] = ("POST",), key_order: tuple[str, ...] = ORDINARY
) -> Callable[[View], Callable[[HttpRequest], HttpResponseBase]]:
    """Let a view take a Call; what is wrong with the request itself is answered here."""

    def decorate(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
        @csrf_exempt  # no cookie and no session means: nothing that a foreign page could borrow
        @require_http_methods([*methods])
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponseBase:
            try:
                with override("en"):  # programs read these texts
                    return view(call_of(request, key_order))
            except APIException as error:
                return refused(error.status_code, str(error.get_codes()), str(error.detail))
            except TooManyFields:
                return refused(400, "invalid", "The form has too many fields.")
            except Flooded as flooded:
                told = refused(429, "too_many_requests", "Too many requests; try again later.")
                told["Retry-After"] = str(flooded.retry_after_seconds)
                return told

        return answer

    return decorate


def call_of(request: HttpRequest, key_order: tuple[str, ...]) -> Call:
    """Read a request; its key counts as a guess while it is not a valid one. Raises Flooded."""
    fields = form_of(request) if request.method == "POST" else {}
    fields = {**request.GET.dict(), **fields} if request.path.startswith("/1.2/") else fields
    places = {**fields, KEY: request.META.get(KEY, "")}
    sent = next((found for name in key_order if (found := places.get(name, "").strip())), "")
    return Call(request, fields, key_of(request, sent), sent)


def key_of(request: HttpRequest, sent: str) -> SiteKey | None:
    if not sent:
        return None
    who = flood_prefix(client_ip(request.META))
    refuse_if_spent(GUESS_LIMIT, "plugin-key", who)
    key = plugin_key_of(sent)
    if key is None:
        count_guess(who)
    else:
        count_hit(settings.KEY_LIMIT, "key", key.pk.hex)
    return key


def count_guess(who: str) -> None:
    """Count a wrong key; the one that spends the limit is still answered."""
    count_hit(GUESS_LIMIT, "plugin-key", who)


def said(text: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Answer with one of the protocol's words: no line end, its length told."""
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
    answer["Content-Length"] = str(len(answer.content))
    answer["Cache-Control"] = "no-store"
    return answer


def told(content: object) -> JsonResponse:
    """Answer with JSON, for the calls that report."""
    answer = JsonResponse(content, safe=False)
    answer["Cache-Control"] = "no-store"
    return answer


def refused(status: int, code: str, message: str) -> JsonResponse:
    """Refuse in Winnow's own shape, where the protocol has no words for it."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
