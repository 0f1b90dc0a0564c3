"""What owners may send about a site. What it may say is checked by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from moderation.models import Role, Scope
from moderation.services.sites import NAME_LENGTH, URL_LENGTH

MOST_PER_MINUTE = 1_000_000
USERNAME_LENGTH = 150

KINDS = [
    (Scope.SUBMIT.value, gettext_lazy("Submit comments")),
    (Scope.REVIEW.value, gettext_lazy("Submit and review")),
    (Scope.ADMIN.value, gettext_lazy("Everything an owner may")),
    ("plugin", gettext_lazy("Akismet's form, for its plugins")),
]
ROLES = [
    (Role.MODERATOR.value, gettext_lazy("Moderator")),
    (Role.OWNER.value, gettext_lazy("Owner")),
]


class GeneralForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    url = forms.URLField(
        label=gettext_lazy("Address"), max_length=URL_LENGTH, assume_scheme="https"
    )
    origins = forms.CharField(
        label=gettext_lazy("Origins"),
        help_text=gettext_lazy(
            "Where its pages may lie and who may show its comments: one a line, such as"
            " https://example.org."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_origins(self) -> list[str]:
        return str(self.cleaned_data["origins"]).split()


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("What will use it, so that you know it later."),
    )
    may = forms.ChoiceField(label=gettext_lazy("It may"), choices=KINDS)
    limit_per_minute = forms.IntegerField(
        label=gettext_lazy("Requests a minute, at most"),
        help_text=gettext_lazy("Empty: as many as this installation allows."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        required=False,
        min_value=1,
        max_value=MOST_PER_MINUTE,
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("UTC, such as 2030-12-31 18:00. Empty: until you revoke it."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an end for a plugin: without its key it would publish whatever comes."""
        wish = super().clean() or {}
        if wish.get("expires_at") and wish.get("may") == "plugin":
            self.add_error("expires_at", gettext_lazy("A plugin's key stays until you revoke it."))
        return wish


class MemberForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=USERNAME_LENGTH,
        help_text=gettext_lazy("Of somebody who has an account here."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)
