"""A site's block list: words, hosts and addresses that its owner has collected.

Whoever brings a list of thousands has not weighed each entry, so a hit is evidence and decides
nothing. Looking a comment up costs by its own length, however long the list is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from moderation.scoring.block_entries import words_of
from moderation.scoring.evidence import Evidence
from moderation.scoring.hosts import find_hosts, normal_host
from moderation.scoring.phrases import HINT
from moderation.scoring.words import plain_word


def listed_above(host: str, names: frozenset[str]) -> Iterator[str]:
    """Yield a host and the domains that it lies under, as far as they are listed."""
    while host:
        if host in names:
            yield host
        host = host.partition(".")[2]


@dataclass(frozen=True)
class BlockList:
    """A list to look comments up in; addresses are known by their site's fingerprints."""

    phrases: Mapping[str, str] = field(default_factory=dict)  # with how to tell it
    hosts: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()
    addresses: frozenset[bytes] = frozenset()

    def __len__(self) -> int:
        return sum(map(len, (self.phrases, self.hosts, self.mail_domains, self.addresses)))

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first words of longer phrases, in every length."""
        return frozenset(
            phrase[:place]
            for phrase in self.phrases
            for place, letter in enumerate(phrase)
            if letter == " "
        )

    def find(self, evidence: Evidence) -> tuple[str, ...]:
        """Return what of a comment stands on the list, each once, as the moderator reads it."""
        found = [f"“{host}”" for host in self._find_hosts(evidence)]
        domain = normal_host(evidence.email_domain)
        found += [f"“@{name}”" for name in listed_above(domain, self.mail_domains)]
        if evidence.email_fingerprint in self.addresses:
            found.append("the e-mail address")
        for text in (evidence.body, evidence.author_name, evidence.author_url):
            found += [f"“{phrase}”" for phrase in self._find_phrases(text)]
        return tuple(dict.fromkeys(found))

    def _find_hosts(self, evidence: Evidence) -> Iterator[str]:
        """Yield the listed hosts among those of the text, the website and the address."""
        if not self.hosts:
            return
        for text in (evidence.body, evidence.author_url):
            for host in find_hosts(text):
                yield from listed_above(host.name, self.hosts)
        yield from listed_above(normal_host(evidence.email_domain), self.hosts)

    def _find_phrases(self, text: str) -> Iterator[str]:
        """Yield the phrases in a text: as it says them, and with its disguises undone."""
        if not text or not self.phrases:
            return
        words = words_of(text)
        yield from self._phrases_in(words)
        if HINT.search(" ".join(words)):
            yield from self._phrases_in([plain_word(word) for word in words])

    def _phrases_in(self, words: list[str]) -> Iterator[str]:
        """Yield the phrases that begin at each word; most words begin none."""
        for first, said in enumerate(words):
            end = first + 1
            while True:
                if said in self.phrases:
                    yield self.phrases[said] or said
                if end == len(words) or said not in self.beginnings:
                    break
                said = f"{said} {words[end]}"
                end += 1
