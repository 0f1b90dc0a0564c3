"""WordPress: its eXtended RSS (WXR), as Tools → Export writes it."""

from collections.abc import Iterator
from pathlib import Path

from moderation.importers.base import (
    Found,
    Imported,
    Importer,
    Notes,
    Oddity,
    external_id,
    short_hash,
)
from moderation.importers.markup import plain_text
from moderation.importers.xml_records import Record, begins_as_xml, records
from moderation.status import Status

STATUSES = {
    "1": Status.APPROVED,
    "approve": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.REJECTED,
    "post-trashed": Status.REJECTED,
}
PING_TYPES = ("pingback", "trackback")
RECORDS = frozenset({"item", "wp:comment"})
KEPT = frozenset(
    {"title", "link", "wp:post_id"}
    | {
        f"wp:comment_{name}"
        for name in [
            "id",
            "author",
            "author_email",
            "author_url",
            "author_IP",
            "date",
            "date_gmt",
            "content",
            "approved",
            "type",
            "parent",
        ]
    }
)


def recognises(head: bytes) -> bool:
    text = head.replace(b"\0", b"")  # UTF-16 as well
    return begins_as_xml(head) and b"<rss" in text and b"wordpress.org/export/" in text


def read(path: Path) -> Iterator[Found]:
    odd: list[tuple[int, str]] = []
    for record in records(path, RECORDS, KEPT, odd):
        while odd:
            yield Oddity(*odd.pop(0))
        if record.tag == "wp:comment":
            yield comment_of(record)
    for line, text in odd:
        yield Oddity(line, text)


def comment_of(record: Record) -> Imported:
    notes = Notes()
    post, article = thread_of(record)
    said = {name.removeprefix("wp:comment_"): text for name, text in record.fields.items()}
    body, lost = plain_text(said.get("content", "").strip())
    if lost:
        notes.add(lost)
    if said.get("type", "").strip() in PING_TYPES:
        notes.add(f"a {said['type'].strip()}, taken over as a comment")
    parent = said.get("parent", "").strip()
    return Imported(
        line=record.line,
        external_id=external_id("wp", post, own_id(said, notes)),
        parent=external_id("wp", post, parent) if parent not in ("", "0") else "",
        article_url=article.get("link", "").strip(),
        article_title=article.get("title", "").strip(),
        author_name=notes.name(said.get("author")),
        author_email=said.get("author_email", "").strip(),
        author_url=said.get("author_url", "").strip(),
        body=body,
        posted_at=notes.moment(said.get("date_gmt") or said.get("date")),
        status=notes.status(said.get("approved", ""), STATUSES),
        ip=said.get("author_IP", "").strip(),
        oddities=tuple(notes.texts),
    )


def thread_of(record: Record) -> tuple[str, dict[str, str]]:
    """Return what names the post, and its fields. Ids alone repeat in files that were merged."""
    article = record.outer
    post = article.get("wp:post_id", "").strip()
    return post or short_hash(article.get("link", "").strip()), article


def own_id(said: dict[str, str], notes: Notes) -> str:
    if found := said.get("id", "").strip():
        return found
    notes.add("the comment has no id; one was made from its words")
    return short_hash(*(said.get(name, "") for name in ("author", "date_gmt", "date", "content")))


WORDPRESS = Importer("wordpress", recognises, read)
