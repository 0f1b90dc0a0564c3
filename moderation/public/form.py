"""The "Leave a Reply" form as a page shows it, empty or with what was typed into it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from moderation.models import Comment, Site
from moderation.services.validation import article_url

from .posted import Posted
from .timing import timing_token

NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)  # it would show the address
class Field:
    """One labelled input with what was typed and what is wrong with it."""

    name: str
    label: str
    type: str
    autocomplete: str
    required: bool
    value: str
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One rendering of the form: every one has a nonce of its own."""

    site: Site
    posted: Posted
    errors: Mapping[str, str] = field(default_factory=dict)
    parent: Comment | None = None  # whom it answers
    cancel_url: str = ""
    nonce: str
    timing: str

    @property
    def fields(self) -> list[Field]:
        return [
            self.field("name", _("Name"), autocomplete="name"),
            self.field("email", _("Email"), type="email", autocomplete="email"),
            self.field("website", _("Website"), type="url", autocomplete="url", required=False),
            self.field("comment", _("Comment"), type="textarea"),
        ]

    def field(
        self,
        name: str,
        label: str,
        *,
        type: str = "text",
        autocomplete: str = "off",
        required: bool = True,
    ) -> Field:
        value = shown(getattr(self.posted, name))
        return Field(name, label, type, autocomplete, required, value, self.complaint(name, label))

    def complaint(self, name: str, label: str) -> str:
        if name not in self.errors:
            return ""
        return _("%(field)s %(complaint)s") % {"field": label, "complaint": self.errors[name]}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What travels with the form unseen."""
        return [
            ("article_url", shown(self.posted.article_url)),
            ("article_title", shown(self.posted.article_title)),
            ("parent", str(self.parent.pk) if self.parent else ""),
            ("nonce", self.nonce),
            ("timing", self.timing),
        ]

    @property
    def hidden_complaints(self) -> list[str]:
        """What is wrong with fields that nobody can see, in whole sentences."""
        labels = {
            "article_url": _("This page"),
            "article_title": _("The page's title"),
            "parent": _("The comment that you reply to"),
        }
        said = [self.complaint(name, label) for name, label in labels.items()]
        return [sentence for sentence in said if sentence]


def blank_form(
    site: Site, *, url: str, title: str = "", parent: Comment | None = None, cancel_url: str = ""
) -> Form:
    """Return a form for an article that nobody has typed into yet."""
    return Form(
        site=site,
        posted=Posted(article_url=url, article_title=title),
        parent=parent,
        cancel_url=cancel_url,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
        timing=timing_token(site),
    )


def refilled_form(site: Site, posted: Posted, errors: Mapping[str, str]) -> Form:
    """Return the form with everything typed still there.

    Nonce and timing stay as they were: it is one visitor's one attempt. A reply to what is
    not there becomes an ordinary comment, else it could never be sent.
    """
    return Form(
        site=site,
        posted=posted,
        errors=errors,
        parent=parent_named(site, canonical(posted.article_url), posted.parent),
        nonce=shown(posted.nonce) or secrets.token_urlsafe(NONCE_BYTES),
        timing=shown(posted.timing) or timing_token(site),
    )


def canonical(url: str) -> str:
    """Return the address under which an article is kept, or "" for none that could be."""
    try:
        return article_url(url)
    except ValueError:
        return ""


def parent_named(site: Site, url: str, name: str) -> Comment | None:
    """Return the comment that a reply names, if readers can see it on that page."""
    if (parent_id := uuid_in(name)) is None:
        return None
    published = Comment.objects.published().filter(site=site, article__url=url)
    return published.only("author_name").filter(pk=parent_id).first()


def uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def shown(text: str) -> str:
    """Return a text as HTML can carry it."""
    return text.replace("\0", "\ufffd")
