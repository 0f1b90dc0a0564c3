"""A Perspective-shaped door: one attribute, SPAM, for clients that need a new home.

It judges a text alone, without its author and page, by the shipped classifier. Nothing is
stored and nothing is learnt.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException

from moderation.api.akismet_form import body_of
from moderation.api.akismet_protocol import GUESS_LIMIT
from moderation.api.parsing import strict_json
from moderation.limits import Flooded, client_ip, count_hit, flood_prefix, refuse_if_spent
from moderation.models import Scope, SiteKey
from moderation.services.access import key_of, plugin_key_of
from moderation.services.checks import spam_score
from moderation.services.validation import BODY_LENGTH

ATTRIBUTE = "SPAM"
CODES = {400: "INVALID_ARGUMENT", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED"}
ECHOED = ("languages", "clientToken")


class Unsuitable(Exception):
    """The request is not one that can be answered; the message names what is wrong."""


@csrf_exempt  # no cookie and no session means: nothing that a foreign page could borrow
@require_POST
def analyze(request: HttpRequest) -> HttpResponseBase:
    """Score a text for SPAM; any other attribute is refused by its name."""
    try:
        key = caller(request)
        if key is None:
            return refused(400, "API key not valid. Please pass a valid API key.")
        asked = wish_of(strict_json(body_of(request)))
        return JsonResponse(analysis(key, asked))
    except Unsuitable as error:
        return refused(400, str(error))
    except APIException as error:
        return refused(error.status_code, str(error.detail))
    except Flooded as flooded:
        answer = refused(429, "Too many requests; try again later.")
        answer["Retry-After"] = str(flooded.retry_after_seconds)
        return answer


def caller(request: HttpRequest) -> SiteKey | None:
    """Return the site's key in the address, of either kind. Raises Flooded."""
    sent = request.GET.get("key", "").strip()
    who = flood_prefix(client_ip(request.META))
    refuse_if_spent(GUESS_LIMIT, "plugin-key", who)
    key = plugin_key_of(sent) or key_of(sent)
    if key is None:
        count_hit(GUESS_LIMIT, "plugin-key", who)
        return None
    count_hit(settings.KEY_LIMIT, "key", key.pk.hex)
    may_submit = key.kind == SiteKey.Kind.PLUGIN or Scope.SUBMIT in key.scopes
    return key if may_submit else None


def wish_of(sent: Any) -> Mapping[str, Any]:
    """Return a request that can be answered; raise Unsuitable naming what is wrong."""
    if not isinstance(sent, dict):
        raise Unsuitable("The body must be an object.")
    comment, attributes = sent.get("comment"), sent.get("requestedAttributes")
    if not isinstance(comment, dict) or not isinstance(comment.get("text"), str):
        raise Unsuitable("comment.text is required.")
    if not comment["text"].strip():
        raise Unsuitable("Comment must be non-empty.")
    if len(comment["text"]) > BODY_LENGTH:
        raise Unsuitable(f"Comment text is longer than {BODY_LENGTH} characters.")
    if not isinstance(attributes, dict) or not attributes:
        raise Unsuitable("requestedAttributes is required.")
    if others := sorted(name for name in attributes if name != ATTRIBUTE):
        raise Unsuitable(
            f"Attribute {', '.join(others)} is not supported: this service answers SPAM."
        )
    return sent


def analysis(key: SiteKey, asked: Mapping[str, Any]) -> dict[str, Any]:
    text = asked["comment"]["text"]
    value = round(spam_score(key.site, text), 6)
    score = {"value": value, "type": "PROBABILITY"}
    scored = {
        "spanScores": [{"begin": 0, "end": len(text), "score": score}],
        "summaryScore": score,
    }
    return {
        "attributeScores": {ATTRIBUTE: scored} if value >= threshold_of(asked) else {},
        **{name: asked[name] for name in ECHOED if name in asked},
    }


def threshold_of(asked: Mapping[str, Any]) -> float:
    """Return from which score on the caller wants to hear of it; anything unreadable is 0."""
    wish = asked["requestedAttributes"][ATTRIBUTE]
    threshold = wish.get("scoreThreshold") if isinstance(wish, dict) else None
    return float(threshold) if isinstance(threshold, int | float) and 0 <= threshold <= 1 else 0.0


def refused(status: int, message: str) -> JsonResponse:
    """Say no in that service's shape."""
    told = {"code": status, "message": message, "status": CODES.get(status, "INVALID_ARGUMENT")}
    return JsonResponse({"error": told}, status=status)
