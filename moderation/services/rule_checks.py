"""What an owner's rule must fulfil: a pattern in the normal spelling of its kind, and
examples that it matches and does not match.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from moderation import privacy
from moderation.models import Rule, Site
from moderation.models.comment import EMAIL_INDEX, masked
from moderation.scoring import rules
from moderation.scoring.evidence import Evidence
from moderation.scoring.expressions import BadExpression, compile_expression
from moderation.scoring.hosts import normal_host
from moderation.scoring.language import LANGUAGES, detect_language
from moderation.scoring.phrases import plain
from moderation.scoring.rules import Action, Kind

NAME_LENGTH = 100
PATTERN_LENGTH = 300
MOST_EXAMPLES = 20
EXAMPLE_LENGTH = 1_000
MOST_LINKS = 1_000
HEAVIEST = 20.0
QUOTED_CHARACTERS = 60
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class InvalidRule(Exception):
    """A rule cannot be saved; `fields` tells for each field why, in a sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A rule as its owner wants it, in their own spelling."""

    name: str
    kind: str
    pattern: str
    action: str
    weight: float = 0.0
    must_match: Sequence[str] = field(default=())
    must_not_match: Sequence[str] = field(default=())
    is_trial: bool = False
    expires_at: datetime | None = None
    position: int | None = None


def draft_of(rule: Rule) -> Draft:
    """Return a saved rule as the draft that it came from."""
    return Draft(**{name: getattr(rule, name) for name in Draft.__slots__})


def checked(site: Site, draft: Draft, *, saved: Rule | None = None) -> dict[str, Any]:
    """Return the columns of a rule in their normal spelling; raise InvalidRule.

    `saved` is the rule that is being changed.
    """
    same = saved is not None and (saved.kind, saved.pattern) == (draft.kind, draft.pattern)
    if same and saved is not None:
        pattern, fingerprint = saved.pattern, saved.as_scored.fingerprint
    else:
        pattern, fingerprint = spelled(site, Kind(draft.kind), draft.pattern)
    if saved is None or draft.expires_at != saved.expires_at:
        refuse_past(draft.expires_at)
    columns = {name: getattr(draft, name) for name in Draft.__slots__} | {
        "name": named(draft.name),
        "pattern": pattern,
        "fingerprint": fingerprint,
        "weight": weighed(draft),
        "must_match": examples(draft, "must_match", fingerprint),
        "must_not_match": examples(draft, "must_not_match", fingerprint),
    }
    prove(columns)
    return columns


def refuse_past(expires_at: datetime | None) -> None:
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidRule({"expires_at": _("must lie in the future")})


def named(name: str) -> str:
    short = " ".join(name.split())
    if not 0 < len(short) <= NAME_LENGTH or not short.isprintable():
        raise InvalidRule({"name": _("must have 1 to %d characters") % NAME_LENGTH})
    return short


def weighed(draft: Draft) -> float:
    if draft.action != Action.ADD_WEIGHT:
        return 0.0
    if not 0 < abs(draft.weight) <= HEAVIEST:
        raise InvalidRule(
            {
                "weight": _("must lie between -%(most)d and %(most)d, and not be 0")
                % {"most": HEAVIEST}
            }
        )
    return draft.weight


def spelled(site: Site, kind: Kind, pattern: str) -> tuple[str, bytes | None]:
    """Return a pattern in its normal spelling, and the fingerprint of a full address."""
    if len(pattern) > PATTERN_LENGTH:
        raise InvalidRule({"pattern": _("must have at most %d characters") % PATTERN_LENGTH})
    if kind == Kind.ADDRESS:
        return spelled_address(site, pattern.strip())
    try:
        return SPELLERS[kind](pattern), None
    except BadExpression as error:
        raise InvalidRule({"pattern": str(error)}) from error


def spelled_address(site: Site, pattern: str) -> tuple[str, bytes | None]:
    """Keep a whole address as a mask and a fingerprint only; "@example.org" is a domain."""
    local, at, domain = pattern.rpartition("@")
    host = spelled_host(domain)
    if not at or "@" in local or any(map(str.isspace, local)):
        raise InvalidRule({"pattern": _("must be an address, or @ and a domain")})
    if not local:
        return f"@{host}", None
    key = site.subkey(EMAIL_INDEX)
    return masked(pattern), privacy.fingerprint(key, pattern.lower())


def spelled_words(pattern: str) -> str:
    if not (words := plain(pattern)):
        raise InvalidRule({"pattern": _("must hold at least one letter or sign")})
    return words


def spelled_word(pattern: str) -> str:
    if " " in (word := spelled_words(pattern)):
        raise InvalidRule({"pattern": _("must be one word; several words are a phrase")})
    return word


def spelled_host(pattern: str) -> str:
    host = normal_host(pattern.strip().removeprefix("*."))
    if not HOST.fullmatch(host):
        raise InvalidRule({"pattern": _("must be a host such as example.org, without a path")})
    return host


def spelled_languages(pattern: str) -> str:
    codes = sorted(set(pattern.replace(",", " ").lower().split()))
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown or not codes:
        raise InvalidRule({"pattern": _("must be codes of languages, such as en, de")})
    return ",".join(codes)


def spelled_number(pattern: str) -> str:
    digits = pattern.strip()
    if not (digits.isascii() and digits.isdigit() and int(digits) <= MOST_LINKS):
        raise InvalidRule({"pattern": _("must be a number from 0 to %d") % MOST_LINKS})
    return str(int(digits))


def spelled_expression(pattern: str) -> str:
    compile_expression(pattern)
    return pattern


SPELLERS: dict[Kind, Callable[[str], str]] = {
    Kind.WORD: spelled_word,
    Kind.PHRASE: spelled_words,
    Kind.NAME: spelled_words,
    Kind.HOST: spelled_host,
    Kind.LANGUAGE: spelled_languages,
    Kind.LINKS_OVER: spelled_number,
    Kind.REGEX: spelled_expression,
}


def examples(draft: Draft, which: str, fingerprint: bytes | None) -> list[str]:
    """Return the examples as they may be stored: of addresses no more than the domain."""
    texts: list[str] = [text for text in getattr(draft, which) if text.strip()]
    if len(texts) > MOST_EXAMPLES or any(len(text) > EXAMPLE_LENGTH for text in texts):
        words = _("must be at most %(count)d examples of at most %(length)d characters")
        raise InvalidRule({which: words % {"count": MOST_EXAMPLES, "length": EXAMPLE_LENGTH}})
    if texts and fingerprint is not None:
        raise InvalidRule({which: _("a rule about one address takes no examples")})
    if draft.kind == Kind.ADDRESS:
        return [f"@{text.rpartition('@')[2].strip()}" for text in texts]
    return texts


def prove(columns: Mapping[str, Any]) -> None:
    """Raise InvalidRule naming the first example that does not do what it should."""
    rule = live_rule(columns, uuid7())
    for which, wanted in (("must_match", True), ("must_not_match", False)):
        for text in columns[which]:
            if rules.matches(rule, example_evidence(rule.kind, text)) != wanted:
                words = _("“%s” is not matched") if wanted else _("“%s” is matched")
                raise InvalidRule({which: words % text[:QUOTED_CHARACTERS]})


def draft_rule(site: Site, draft: Draft, *, replaces: UUID | None = None) -> rules.Rule:
    """Return a draft as a live rule to try, in the place of a saved one; raise InvalidRule."""
    saved = Rule.objects.filter(site=site, pk=replaces).first() if replaces else None
    if replaces and saved is None:
        raise InvalidRule({"id": _("is no rule of this site")})
    return live_rule(checked(site, draft, saved=saved), saved.pk if saved else uuid7())


def live_rule(columns: Mapping[str, Any], pk: UUID) -> rules.Rule:
    """Return checked columns as the rule that the scoring knows, trial or not."""
    return rules.Rule(
        id=pk,
        name=columns["name"],
        kind=Kind(columns["kind"]),
        action=Action(columns["action"]),
        pattern=columns["pattern"],
        weight=columns["weight"],
        fingerprint=columns["fingerprint"],
    )


def example_evidence(kind: Kind, text: str) -> Evidence:
    """Return a comment that holds an example where a rule of this kind looks for it."""
    if kind == Kind.NAME:
        return Evidence(body="", author_name=text)
    if kind == Kind.ADDRESS:
        return Evidence(body="", email_domain=text.removeprefix("@"))
    if kind == Kind.LANGUAGE:
        return Evidence(body=text, language=detect_language(text))
    return Evidence(body=text)
