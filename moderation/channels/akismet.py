"""Verdicts that come later, as Akismet sends them: to the callback of the blog that asked.

The plugin key in the body proves us. Whatever a blog answers could repeat it, so of answers
nothing is kept but the message about the one comment, and that only without the key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moderation import egress
from moderation.channels.base import DeliveryFailed, Message, NotTaken, Receipt, one_line
from moderation.channels.webhook import wait_asked_for

VERDICT = "comment-check"  # what is answered late, in the protocol's own word
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "Winnow",
    # By its presence the plugin knows not to report the change back.
    "X-akismet-webhook": "1",
}


@dataclass(frozen=True, slots=True)
class BlogPlugin:
    """Where a blog's plugin listens, the host that this has to be on, and its key."""

    callback: str
    host: str
    key: str = field(repr=False)


def send(message: Message, plugin: BlogPlugin) -> Receipt:
    """Tell one verdict; raise DeliveryFailed unless the blog says that it took it."""
    guid = str(message.content["guid"])
    comments = [{"guid": guid, "result": message.content["result"]}]
    said = {"key": plugin.key, "endpoint": VERDICT, "comments": comments}
    try:
        if egress.target_of(plugin.callback).host != plugin.host:
            raise DeliveryFailed("the callback is not on the blog's host", permanent=True)
        answer = egress.post(plugin.callback, json.dumps(said).encode(), HEADERS)
    except (egress.Unreachable, egress.BadTarget) as error:
        raise DeliveryFailed(str(egress.Unreachable())) from error
    if not 200 <= answer.status < 300:
        raise DeliveryFailed(
            "the blog did not take it", status=answer.status, retry_after=wait_asked_for(answer)
        )
    told = told_about(guid, answer)
    if told.get("status") == "success":
        return Receipt(answer.status)
    if told.get("status") == "error":
        raise NotTaken(without(plugin.key, told.get("message")), status=answer.status)
    raise DeliveryFailed("the answer says nothing of the comment", status=answer.status)


def told_about(guid: str, answer: egress.Answer) -> Mapping[str, Any]:
    """Return what a blog says became of one comment; nothing if that cannot be read."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    for name in ("comments", guid):
        told = told.get(name) if isinstance(told, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def without(key: str, message: object) -> str:
    words = one_line(message) if isinstance(message, str) else ""
    return words if words and key.lower() not in words.lower() else "the blog reports an error"
