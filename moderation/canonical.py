"""One spelling for every address of an article."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# What campaigns and social networks add to a link; none of it names another page.
TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|ref_src)$"
)
DEFAULT_PORTS = {"http": 80, "https": 443}
FORBIDDEN = frozenset(" \"'<>\\^`{|}")
PATH_SAFE = "/:@!$&'()*+,;=~-._"
REMEMBERED = 512  # comments come in threads, so the same few addresses are asked again and again


class BadURL(ValueError):
    """Not an absolute http(s) URL that a link could safely point at."""


@lru_cache(REMEMBERED)
def canonical_url(url: str) -> str:
    """Return the one spelling of a page's URL.

    Scheme and host in lower case (RFC 3986, 6.2.2), host in its ASCII form, no default
    port, no fragment, no tracking parameters, percent-encoding in one way; the path and
    the other parameters stay as they are. Raises BadURL.
    """
    origin = origin_of(url)
    parts = urlsplit(url)
    path = quote(
        unquote(parts.path, errors="surrogateescape"), safe=PATH_SAFE, errors="surrogateescape"
    )
    if "%2F" in parts.path.upper():  # an encoded slash is another path: leave it alone
        path = parts.path
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if not TRACKING.match(name.lower())]
    query = urlencode(kept, errors="surrogateescape")
    scheme, _, host = origin.partition("://")
    return urlunsplit((scheme, host, path or "/", query, ""))


@lru_cache(REMEMBERED)
def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL in lower case; raise BadURL if it is none."""
    if any(char in FORBIDDEN or not char.isprintable() for char in url):
        raise BadURL("has a character that no URL may have")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise BadURL("is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise BadURL("must begin with http:// or https://")
    if not host or parts.username is not None or parts.password is not None:
        raise BadURL("must name a host and nobody's account")
    if ":" in host:
        host = f"[{host}]"
    suffix = "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"
