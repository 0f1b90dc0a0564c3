"""What an import found and did: counts, and the lines at which something was odd."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.importers.base import Oddity
from moderation.status import Status

ODDITIES_KEPT = 500
OF_ONE_KIND = 20  # lines that are named of what occurs again and again
KINDS_KEPT = 200
STATUS_LINES = {
    Status.PENDING: gettext_lazy("new and pending"),
    Status.APPROVED: gettext_lazy("new and approved"),
    Status.REJECTED: gettext_lazy("new and rejected"),
    Status.SPAM: gettext_lazy("new and spam"),
}


@dataclass(slots=True)
class Report:
    """What an import found and did, or would do."""

    format: str = ""
    read: int = 0
    articles: int = 0
    replies: int = 0
    added: Counter[str] = field(default_factory=Counter)
    known: int = 0
    refused: int = 0
    unlinked: int = 0
    odd: int = 0
    oddities: list[Oddity] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Report":
        """Return what `as_json` was made of; an empty report for {}."""
        parts = dict(stored)
        parts["added"] = Counter(parts.get("added", {}))
        parts["kinds"] = Counter(parts.get("kinds", {}))
        parts["oddities"] = [Oddity(**oddity) for oddity in parts.get("oddities", [])]
        return cls(**parts)

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__slots__}
        # Not asdict: it cannot copy a Counter.
        counted = {"added": dict(self.added), "kinds": dict(self.kinds)}
        return plain | counted | {"oddities": [asdict(oddity) for oddity in self.oddities]}

    def note(self, line: int, text: str) -> None:
        """Keep the first oddities of each kind, and count them all."""
        self.odd += 1
        if text in self.kinds or len(self.kinds) < KINDS_KEPT:
            self.kinds[text] += 1
        if self.kinds[text] <= OF_ONE_KIND and len(self.oddities) < ODDITIES_KEPT:
            self.oddities.append(Oddity(line, text))

    def counts(self) -> Iterator[tuple[str, int]]:
        """Yield what was counted, in words."""
        yield _("comments in the file"), self.read
        yield _("new comments"), self.added.total()
        for status in Status:
            yield str(STATUS_LINES[status]), self.added[status]
        yield _("known before"), self.known
        yield _("left out"), self.refused
        yield _("new articles"), self.articles
        yield _("replies"), self.replies
        yield _("oddities"), self.odd

    def lines(self) -> Iterator[str]:
        """Yield the report as plain text."""
        yield f"{_('format')}: {self.format}"
        for name, number in self.counts():
            yield f"{name}: {number}"
        for oddity in self.oddities:
            yield _("line %(line)d: %(text)s") % {"line": oddity.line, "text": oddity.text}
        yield from self.more()

    def more(self) -> Iterator[str]:
        """Yield what is not named line by line."""
        named = Counter(oddity.text for oddity in self.oddities)
        for text, number in (self.kinds - named).most_common():
            yield _("and %(count)d more: %(text)s") % {"count": number, "text": text}
