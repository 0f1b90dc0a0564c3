"""From a visitor's plain text to safe HTML: the only place where Winnow calls HTML safe.

Everything is escaped first and only then put between tags. Each step looks at a character
a bounded number of times, whatever the text is.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Who posts links for their rank gets nothing for it, and the page that opens knows nothing.
REL = "nofollow ugc noopener"

# Invisible and direction-changing characters can make an address look like another one.
NOT_IN_URLS = "\\s<>\"'`{}|\\\\^\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
URL_RUN = re.compile(rf"https?://[^{NOT_IN_URLS}]+", re.IGNORECASE)
# Scheme, host without anybody's account, port, the rest.
WEB_ADDRESS = re.compile(
    rf"https?://[\w-]+(?:\.[\w-]+)*\.?(?::\d{{1,5}})?(?:[/?#][^{NOT_IN_URLS}]*)?", re.IGNORECASE
)
LONGEST_URL = 2000
# Whoever writes more than these wants no reader to follow them; they stay text.
MOST_LINKS = 50

SENTENCE_ENDS = ".,;:!?*_~…"
BRACKETS = {")": "(", "]": "["}


def html_of(text: str) -> SafeString:
    """Return paragraphs, line breaks and links of a plain text."""
    lines = "".join(pieces(text)).split("\n")
    blocks = ("\n".join(block) for filled, block in groupby(lines, key=is_filled) if filled)
    return mark_safe("\n".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks))


def is_filled(line: str) -> bool:
    return bool(line.strip())


def pieces(text: str) -> Iterator[str]:
    """Yield the text in pieces of escaped HTML, its web addresses as links."""
    seen, links = 0, 0
    for run in URL_RUN.finditer(text):
        url = without_sentence_end(run.group())
        if links < MOST_LINKS and is_web_address(url):
            yield escape(text[seen : run.start()])
            yield link(url)
            seen, links = run.start() + len(url), links + 1
    yield escape(text[seen:])


def link(url: str) -> str:
    address = escape(url)
    return f'<a href="{address}" rel="{REL}">{address}</a>'


def is_web_address(url: str) -> bool:
    """Tell whether a link may point there: http or https, a host, nobody's account."""
    return len(url) <= LONGEST_URL and WEB_ADDRESS.fullmatch(url) is not None


def without_sentence_end(run: str) -> str:
    """Return a run of characters without what belongs to the sentence around an address.

    A closing bracket belongs to the address only if it was opened in it.
    """
    spare = {close: run.count(close) - run.count(open_) for close, open_ in BRACKETS.items()}
    end = len(run)
    while end and (run[end - 1] in SENTENCE_ENDS or spare.get(run[end - 1], 0) > 0):
        end -= 1
        if run[end] in spare:
            spare[run[end]] -= 1
    return run[:end]
