"""The hosts that a text names, compared as browsers compare them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

# Characters that a browser drops from a host, and the full stops that it takes for dots.
INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
STOPS = "\u3002\uff0e\uff61"
DROP = re.compile(f"[{INVISIBLE}]+")
RUN = re.compile(rf"[\w.{STOPS}{INVISIBLE}-]+")
SLASHES = "/\\"
# The last label of a host that stands without a scheme; "3.14" and "1.a" are none.
TOP_LEVEL = re.compile(r"[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59}")
LONGEST_HOST = 253


class Host(NamedTuple):
    name: str
    span: tuple[int, int]


def find_hosts(text: str) -> Iterator[Host]:
    """Yield every host that a text names, with or without a scheme, in the text's order.

    A name in a path is not a host. Hosts of e-mail addresses are.
    """
    for found in RUN.finditer(text):
        start = found.start()
        in_path = start > 0 and text[start - 1] in SLASHES
        after_scheme = in_path and start > 1 and text[start - 2] in f"{SLASHES}:"
        if in_path and not after_scheme:
            continue
        # Most words end here: each would be looked at as a host.
        if not after_scheme and "." not in found[0] and found[0].isascii():
            continue
        name = normal_host(found[0])
        if after_scheme or ("." in name and TOP_LEVEL.fullmatch(name.rpartition(".")[2])):
            yield Host(name, found.span())


@lru_cache(maxsize=4096)
def normal_host(name: str) -> str:
    """Return the one spelling of a host: lower case, no invisible characters, ASCII (IDNA)."""
    plain = unicodedata.normalize("NFKC", DROP.sub("", name[:LONGEST_HOST])).casefold()
    plain = plain.replace(STOPS[0], ".").strip(".-_")
    if plain.isascii():
        return plain
    return ".".join(ascii_label(label) for label in plain.split("."))


def ascii_label(label: str) -> str:
    """Return a label's ASCII form, or the label itself if it has none."""
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return label


def leads_home(link: str, own: Sequence[str]) -> bool:
    """Say whether a link, with or without a scheme, leads to one of a site's own hosts.

    A backslash is a slash to browsers only: what holds one leads who knows where.
    """
    if not own or "\\" in link:
        return False
    try:
        host = urlsplit(link if "://" in link else f"//{link}").hostname or ""
    except ValueError:
        return False
    return normal_host(host).removeprefix("www.") in own


def lies_under(host: str, domain: str) -> bool:
    """Say whether a host is a domain or lies under it; both in their normal spelling."""
    return host == domain or host.endswith(f".{domain}")
