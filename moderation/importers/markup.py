"""HTML becomes plain text; addresses of links stay in it, and what is dropped is told."""

import re
from html.parser import HTMLParser

# What a text without marks says as well: breaks, links, pictures.
BREAKS = {"br": "\n", "li": "\n", "tr": "\n"}
PARAGRAPHS = frozenset(
    ["p", "div", "ul", "ol", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"]
)
FORMATS = frozenset(
    [
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "strike",
        "del",
        "ins",
        "code",
        "span",
        "font",
        "small",
        "big",
        "sub",
        "sup",
        "q",
        "cite",
        "abbr",
        "acronym",
        "tt",
        "kbd",
        "samp",
        "var",
        "mark",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "dl",
        "dt",
        "dd",
        "center",
        "figure",
        "figcaption",
        "time",
        "wbr",
    ]
)
LENGTH_LIMIT = 200_000


class Flattener(HTMLParser):
    """Collects the text of a comment; what is no HTML that we know stays as it stands."""

    CDATA_CONTENT_ELEMENTS = ()  # type: ignore[misc]  # "<script>" in a comment is text like any other

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.dropped: set[str] = set()
        self.link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.parts.append(BREAKS[tag])
        elif tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag == "a":
            self.end_link()
            self.link = (dict(attrs).get("href") or "", len(self.parts))
        elif tag == "img":
            seen = dict(attrs)
            self.parts.append(beside(seen.get("alt") or "", seen.get("src") or ""))
        elif tag in FORMATS:
            self.dropped.add(tag)
        else:
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag == "a":
            self.end_link()
        elif tag not in FORMATS and tag not in BREAKS and tag != "img":
            self.parts.append(f"</{tag}>")

    def end_link(self) -> None:
        """Put the address of the link that is open, if one is, beside what it shows."""
        if self.link:
            href, began = self.link
            self.parts[began:] = [beside("".join(self.parts[began:]), href)]
            self.link = None

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.parts.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.parts.append(f"<?{data}>")


def beside(shown: str, address: str) -> str:
    """Return a link as text: what it shows, and its address unless that says the same."""
    text = shown.strip()
    if not address or address == text or address.rstrip("/") == text:
        return shown
    if not text or (text.endswith("...") and address.startswith(text[:-3])):
        return address
    return f"{shown} ({address})"


def plain_text(html: str) -> tuple[str, str]:
    """Return the text, and a sentence about what of it is lost ("" for nothing)."""
    if ("<" not in html and "&" not in html) or len(html) > LENGTH_LIMIT:
        return html, ""  # what is too long is refused by the validator
    flattener = Flattener()
    flattener.feed(html)
    flattener.close()
    flattener.end_link()
    text = re.sub(r"[ \t]+\n", "\n", "".join(flattener.parts))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not flattener.dropped:
        return text, ""
    return text, f"formatting became plain text: {', '.join(sorted(flattener.dropped))}"
