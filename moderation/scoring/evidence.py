"""Everything that a feature or a rule may look at, gathered before any judging begins."""

from dataclasses import dataclass
from typing import NamedTuple


class Reason(NamedTuple):
    """One contribution to a score, in words that a moderator can act on.

    `weight` is in log-odds: positive speaks for spam, negative for ham.
    `span` is [start, end) in characters of the comment's body as the visitor
    wrote it, or None when the reason points at something else.
    """

    feature: str
    text: str
    weight: float
    span: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One comment as the classifier and the policy see it.

    None (and an empty string) means "was not sent": it counts neither for nor
    against. The address itself is not here, only its domain and what recognises it.
    """

    body: str
    author_name: str = ""
    author_url: str = ""
    email_domain: str = ""
    email_fingerprint: bytes | None = None
    article_title: str = ""
    seconds_on_page: float | None = None
    trap_filled: bool = False
    # ISO 639; "" where nobody can say.
    language: str = ""
    # What this site decided about the same address before.
    approved_before: int = 0
    spam_before: int = 0
    # What people taught this site about comments from the same address, and from the same
    # network. An approval is trust only if the address was confirmed to be its writer's own.
    address_spam: int = 0
    address_ham: int = 0
    address_confirmed_ham: int = 0
    network_spam: int = 0
    network_ham: int = 0
    # The site's own, without "www.": a link there leads nowhere else.
    own_hosts: tuple[str, ...] = ()
    # What of it stands on the site's block list, as people read it.
    listed: tuple[str, ...] = ()
    # What people taught this site about the words, the author and the hosts.
    learnt: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """The calibrated probability (0 to 1) that a comment is spam, and why."""

    value: float
    reasons: tuple[Reason, ...] = ()
