"""Read what a form posted: strictly, and never more than allowed."""

from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from .answers import Refusal

KIB = 1024
MOST_BYTES = 64 * KIB
MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)  # it would show the address
class Posted:
    """The form's fields as they were sent; "" for what is not there."""

    name: str = ""
    email: str = ""
    website: str = ""
    comment: str = ""
    article_url: str = ""
    article_title: str = ""
    parent: str = ""
    nonce: str = ""
    timing: str = ""
    subject2: str = ""  # the trap: people do not see it


def read_form(request: HttpRequest) -> Posted:
    """Return what was posted; raise a Refusal for anything but a plain, modest form."""
    if request.content_type != FORM:
        raise Refusal(415, "not_a_form", _("Send the form as %(type)s.") % {"type": FORM})
    pairs = read_pairs(read_body(request))
    sent = dict(pairs)
    if len(sent) != len(pairs):
        raise malformed()
    return Posted(**{field.name: sent.get(field.name, "") for field in fields(Posted)})


def read_body(request: HttpRequest) -> bytes:
    if request.headers.get("Transfer-Encoding"):  # WSGI tells no end of it
        raise Refusal(411, "length_required", _("Send the form with its Content-Length."))
    try:
        raw = request.read(MOST_BYTES + 1)
    except UnreadablePostError as error:
        raise malformed() from error
    if len(raw) > MOST_BYTES:
        message = _("That is more than %(limit)d KiB; please shorten your comment.")
        raise Refusal(413, "too_large", message % {"limit": MOST_BYTES // KIB})
    return raw


def read_pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:  # not UTF-8, or too many fields
        raise malformed() from error


def malformed() -> Refusal:
    return Refusal(400, "malformed", _("That is not a form that we understand."))
