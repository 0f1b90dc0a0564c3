"""Read the forms of Akismet's protocol, whatever charset the blog writes in."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, UnreadablePostError
from rest_framework.exceptions import ParseError

from moderation.api.parsing import BULK_BYTES, LengthRequired, TooLarge

MAX_FIELDS = 1000
# The charsets of the web; Python knows others, some of which are no charsets at all.
CHARSET = re.compile(
    r"us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|koi8-[ru]|gbk|gb2312|gb18030"
    r"|big5|euc-jp|euc-kr|shift[-_]jis|iso-2022-jp",
    re.IGNORECASE,
)


class TooManyFields(Exception):
    """A form with more fields than any plugin sends."""


def form_of(request: HttpRequest) -> dict[str, str]:
    """Return the fields of a form by name, the last of each.

    Raises TooLarge, LengthRequired, ParseError and TooManyFields.
    """
    pairs = [pair.partition(b"=") for pair in body_of(request).split(b"&") if pair]
    if len(pairs) > MAX_FIELDS:
        raise TooManyFields
    fields = {plain(name): plain(value) for name, _is, value in pairs}
    charset = charset_of(request, fields)
    return {text(name, charset): text(value, charset) for name, value in fields.items()}


def body_of(request: HttpRequest) -> bytes:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    try:
        body = request.read(BULK_BYTES + 1)
    except UnreadablePostError as error:
        raise ParseError("The body ended early.") from error
    if len(body) > BULK_BYTES:
        raise TooLarge
    return body


def plain(quoted: bytes) -> bytes:
    return unquote_to_bytes(quoted.replace(b"+", b" "))


def charset_of(request: HttpRequest, fields: Mapping[bytes, bytes]) -> str:
    """Return the charset that the blog says it writes in, else the request's, else UTF-8."""
    said = fields.get(b"blog_charset", b"").decode("ascii", "replace").strip()
    for name in (said, (request.content_params or {}).get("charset", "").strip("\"' ")):
        if CHARSET.fullmatch(name):
            return name
    return "utf-8"


def text(raw: bytes, charset: str) -> str:
    """Decode a value; bytes that are UTF-8 beyond ASCII are that, whatever was said."""
    if raw.isascii():
        return raw.decode(charset, "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1" if charset == "utf-8" else charset, "replace")
