"""What moderators may ask for and send."""

from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.dashboard.words import STATUS_NAMES
from moderation.models.pages import ORDERS
from moderation.models.queue import QueueFilter
from moderation.status import Status

SEARCH_LENGTH = 200
CURSOR_LENGTH = 300
PASSWORD_LENGTH = 1024
CHOSEN_AT_MOST = 500
# Behind a ticked card that stands for its campaign.
WHOLE = ":all"

STATUSES = [(status.value, STATUS_NAMES[status]) for status in Status]
ORDER_NAMES = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "score": gettext_lazy("Most likely spam first"),
    "uncertain": gettext_lazy("Most worth deciding first"),
}


class SignInForm(AuthenticationForm):
    # Hashing is expensive on purpose: no visitor decides how much of it we do.
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class QueueForm(forms.Form):
    """The queue that somebody wants to see; everything has a default."""

    status = forms.ChoiceField(choices=STATUSES, required=False, widget=forms.HiddenInput)
    site = forms.UUIDField(required=False)
    campaign = forms.UUIDField(required=False)
    q = forms.CharField(required=False, max_length=SEARCH_LENGTH)
    order = forms.ChoiceField(
        choices=[(name, ORDER_NAMES[name]) for name in ORDERS], required=False
    )
    cursor = forms.CharField(required=False, max_length=CURSOR_LENGTH)
    newest = forms.UUIDField(required=False)  # the newest comment that the page has seen

    def clean_status(self) -> Status:
        return Status(self.cleaned_data["status"] or Status.PENDING)

    def clean_order(self) -> str:
        return self.cleaned_data["order"] or "newest"

    def wish(self) -> QueueFilter:
        """Return the filter; the form must be valid."""
        clean = self.cleaned_data
        names = ("status", "site", "campaign", "q")
        return QueueFilter(**{name: clean[name] for name in names})


class DecisionForm(forms.Form):
    """One button of one comment."""

    status = forms.ChoiceField(choices=STATUSES)
    seen_version = forms.IntegerField(min_value=1, max_value=2**31 - 1)

    def clean_status(self) -> Status:
        return Status(self.cleaned_data["status"])


class Chosen(NamedTuple):
    """A ticked card: its comment as it was seen, and whether it stands for a campaign."""

    comment_id: UUID
    version: int
    is_lead: bool


class ChosenField(forms.Field):
    """Ticked cards: "id:version" each, and ":all" behind it for a campaign."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[Chosen]:
        if not value:
            raise ValidationError(_("Tick at least one comment first."))
        if len(value) > CHOSEN_AT_MOST:
            raise ValidationError(_("These are too many comments at once."))
        return [read_choice(one) for one in value]


def read_choice(text: str) -> Chosen:
    """Read one "id:version" or "id:version:all"; raise ValidationError if it is none."""
    one = text.removesuffix(WHOLE)
    pk, _colon, version = one.partition(":")
    try:
        seen = int(version)
        if not 1 <= seen < 2**31:
            raise ValueError("no version")
        return Chosen(UUID(pk), seen, is_lead=one != text)
    except ValueError as error:
        raise ValidationError(_("This is not a comment of the page.")) from error


class BulkForm(forms.Form):
    """The bar below the list: one status for every ticked comment."""

    status = forms.ChoiceField(choices=STATUSES)
    chosen = ChosenField()

    def clean_status(self) -> Status:
        return Status(self.cleaned_data["status"])


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong with a form, with the name of its field."""
    for name, errors in form.errors.items():
        return f"{name}: {errors[0]}"
    return ""
