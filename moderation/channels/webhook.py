"""Webhooks as Standard Webhooks 1.0 has them: signed JSON by POST; only 2xx is a yes."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import time

from moderation import egress
from moderation.channels.base import WORDS_LENGTH, DeliveryFailed, Message, Receipt, one_line

SECRET_PREFIX = "whsec_"
CHALLENGE = "webhook.challenge"
GONE = 410
BUSY = {429, 502, 503, 504}  # statuses whose Retry-After counts
LONGEST_WAIT_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to, and the secrets to sign with: two while one takes the other's place."""

    url: str
    secrets: tuple[str, ...]


def send(message: Message, endpoint: Endpoint) -> Receipt:
    """Deliver one message; raise DeliveryFailed unless the endpoint took it."""
    body = body_of(message)
    try:
        answer = egress.post(endpoint.url, body, headers_of(message, endpoint, body))
    except (egress.Unreachable, egress.BadTarget) as error:
        raise DeliveryFailed(str(egress.Unreachable())) from error
    if not 200 <= answer.status < 300:
        raise DeliveryFailed(
            words_of(answer),
            status=answer.status,
            permanent=answer.status == GONE,
            retry_after=wait_asked_for(answer),
        )
    if message.event == CHALLENGE and not echoes(answer, message):
        raise DeliveryFailed("the challenge was not echoed", status=answer.status)
    return Receipt(answer.status, words_of(answer))


def complaint_about(url: str) -> str:
    """Return why nothing can ever be sent to a URL; "" if it can."""
    try:
        egress.target_of(url)
    except egress.BadTarget as error:
        return str(error)
    return ""


def body_of(message: Message) -> bytes:
    happened = message.happened_at.isoformat().replace("+00:00", "Z")
    said = {"type": message.event, "timestamp": happened, "data": message.content}
    return json.dumps(said, separators=(",", ":")).encode()


def headers_of(message: Message, endpoint: Endpoint, body: bytes) -> dict[str, str]:
    """Sign for this attempt: the id stays, the time is new."""
    moment = str(int(time()))
    signed = f"{message.id}.{moment}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Winnow",
        "webhook-id": str(message.id),
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signature(secret, signed) for secret in endpoint.secrets),
    }


def signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def words_of(answer: egress.Answer) -> str:
    """Return the beginning of what was said, on one line."""
    return one_line(answer.body[: 4 * WORDS_LENGTH].decode(errors="replace"))


def echoes(answer: egress.Answer, message: Message) -> bool:
    """Tell whether a JSON object came back that holds the challenge."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, Mapping) and said.get("challenge") == message.content["challenge"]


def wait_asked_for(answer: egress.Answer) -> float:
    """Return the seconds of a Retry-After, at most a day; 0 when there is none to honour."""
    asked = answer.headers.get("retry-after", "").strip()
    if answer.status not in BUSY or not asked:
        return 0.0
    try:
        if asked.isascii() and asked.isdigit():
            seconds = float(asked)
        else:
            when = parsedate_to_datetime(asked).replace(tzinfo=UTC)
            seconds = (when - datetime.fromtimestamp(time(), UTC)).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)
