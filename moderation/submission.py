"""What somebody posted, before anything is stored: the word all doors share."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """The door a comment came through."""

    FORM = "form"
    API = "api"
    DEMO = "demo"
    IMPORT = "import"
    AKISMET = "akismet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Who was at the other end of the line; every field may be unknown."""

    ip: str | None = None  # reduced and hashed before it is stored
    user_agent: str = ""
    referrer: str = ""
    seconds_on_page: float | None = None
    trap_filled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """One comment as it was sent. Text is plain text, never HTML."""

    article_url: str
    body: str
    author_name: str
    article_title: str = ""
    author_email: str = ""  # sealed before it is stored, never shown in public
    author_url: str = ""
    parent: UUID | None = None
    source: Source = Source.API
    external_id: str | None = None
    # Proof that two requests are one: the form's nonce or the Idempotency-Key.
    nonce: str | None = None
    posted_at: datetime | None = None  # None means now
    client: Client = Client()
