"""The one validator: every way in which words reach the database passes through here."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from moderation.canonical import BadURL, canonical_url, origin_of
from moderation.submission import Submission

NAME_LENGTH = 100
EMAIL_LENGTH = 254
WEBSITE_LENGTH = 2000
TITLE_LENGTH = 300
BODY_LENGTH = 20_000
PASSED_ON_BYTES = 65_535  # what other programs may have stored: a MySQL text
EXTERNAL_ID_LENGTH = 255
# Controls and halves of surrogate pairs. Line breaks and tabs belong to a text.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SURROGATES = range(0xD800, 0xE000)
REPEATED_BREAKS = ("\r\n", "\r")

# Letters by the book that show nothing: a name made of them is no name.
FILLERS = "\u115f\u1160\u3164\uffa0"

valid_email = EmailValidator(allowlist=[])


class InvalidSubmission(Exception):
    """What was sent cannot be accepted; `fields` tells for each field why, in a sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Limits:
    """What a door's words may be: the rules for the two that doors differ in."""

    name: Callable[[str], str]
    body: Callable[[str], str]


def validated(submission: Submission, limits: Limits | None = None) -> Submission:
    """Return the submission in its normal form; raise InvalidSubmission naming every bad field.

    Text is normalised to NFC before it is measured and is never cut: what is too long is
    refused. The rules on length and characters are the contract's.
    """
    limits = limits or OWN
    fields: dict[str, str] = {}

    def check(field: str, rule: Callable[[str], str], value: str) -> str:
        try:
            return rule(value)
        except ValueError as error:
            fields[field] = str(error)
            return value

    normal = replace(
        submission,
        article_url=check("article_url", article_url, submission.article_url),
        article_title=check("article_title", line(TITLE_LENGTH), submission.article_title),
        author_name=check("name", limits.name, submission.author_name),
        author_email=check("email", email, submission.author_email),
        author_url=check("website", website, submission.author_url),
        body=check("comment", limits.body, submission.body),
        external_id=submission.external_id
        and check("external_id", line(EXTERNAL_ID_LENGTH), submission.external_id),
    )
    if fields:
        raise InvalidSubmission(fields)
    return normal


def clean(value: str) -> str:
    """Return the text in NFC without surrounding blanks; raise ValueError for unstorable ones."""
    refuse_unstorable(value)
    return unicodedata.normalize("NFC", value).strip()


def refuse_unstorable(value: str) -> None:
    """Raise ValueError naming the first character that cannot be stored, and its place."""
    if found := UNSTORABLE.search(value):
        code = ord(found[0])
        kind = _("half a surrogate pair") if code in SURROGATES else _("a control character")
        raise ValueError(
            _("cannot be stored: character %(place)d is U+%(code)04X, %(kind)s")
            % {"place": found.start() + 1, "code": code, "kind": kind}
        )


def is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZC" and char not in FILLERS


def limited(value: str, length: int) -> str:
    if len(value) > length:
        raise ValueError(
            _("is too long: %(length)d characters, at most %(limit)d")
            % {"length": len(value), "limit": length}
        )
    return value


def line(length: int) -> Callable[[str], str]:
    """Return the rule for a single line of at most so many characters."""

    def rule(value: str) -> str:
        return limited(" ".join(clean(value).split()), length)

    return rule


def text(length: int) -> Callable[[str], str]:
    """Return the rule for running text of at most so many characters."""

    def rule(value: str) -> str:
        unbroken = clean(value)
        for spelling in REPEATED_BREAKS:
            unbroken = unbroken.replace(spelling, "\n")
        return limited(unbroken, length)

    return rule


def text_of_bytes(size: int) -> Callable[[str], str]:
    """Return the rule for running text of at most so many bytes in UTF-8."""

    def rule(value: str) -> str:
        kept = text(size)(value)
        if len(kept.encode()) > size:
            raise ValueError(_("is too long: at most %(limit)d bytes") % {"limit": size})
        return kept

    return rule


def required(rule: Callable[[str], str]) -> Callable[[str], str]:
    def checked(value: str) -> str:
        kept = rule(value)
        if not any(is_visible(char) for char in kept):
            raise ValueError(_("is required"))
        return kept

    return checked


def email(value: str) -> str:
    """Return the address with its domain in lower case; an empty one stays empty."""
    address = limited(clean(value), EMAIL_LENGTH)
    if not address:
        return ""
    try:
        valid_email(address)
        local, _at, domain = address.rpartition("@")
        local.encode("ascii")  # look-alikes such as a dotless i would be somebody else's
        return f"{local}@{domain.encode('idna').decode().lower()}"
    except (ValidationError, UnicodeError) as error:
        raise ValueError(_("is not an e-mail address")) from error


def website(value: str) -> str:
    """Return an http(s) URL without user information, or nothing."""
    url = limited(clean(value), WEBSITE_LENGTH)
    if url:
        try:
            origin_of(url)
        except BadURL as error:
            raise ValueError(
                _("must be a web address that begins with http:// or https://")
            ) from error
    return url


def article_url(value: str) -> str:
    try:
        return limited(canonical_url(limited(clean(value), WEBSITE_LENGTH)), WEBSITE_LENGTH)
    except BadURL as error:
        raise ValueError(_("must be the address of a page: %(why)s") % {"why": error}) from error


OWN = Limits(name=required(line(NAME_LENGTH)), body=required(text(BODY_LENGTH)))
# What was written and accepted elsewhere: imports, and what blogs ask about.
FOREIGN = Limits(name=OWN.name, body=required(text_of_bytes(PASSED_ON_BYTES)))
PASSED_ON = Limits(name=line(NAME_LENGTH), body=text_of_bytes(PASSED_ON_BYTES))


def mended(submission: Submission) -> Submission:
    """Return words that a program passed on without what nobody could store.

    Their writer cannot be asked to correct them: control characters become blanks, and
    what is no address of a person or of a page is left out.
    """
    site = storable(submission.author_url).strip()
    return replace(
        submission,
        author_name=storable(submission.author_name),
        author_email=kept_if_valid(email, storable(submission.author_email)),
        author_url=kept_if_valid(website, site) or kept_if_valid(website, f"http://{site}"),
        body=storable(submission.body),
    )


def storable(value: str) -> str:
    return UNSTORABLE.sub(" ", value)


def kept_if_valid(rule: Callable[[str], str], value: str) -> str:
    try:
        return rule(value)
    except ValueError:
        return ""
