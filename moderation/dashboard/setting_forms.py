"""Forms of the owner's pages. They read; what is allowed is the services' business."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from moderation.models import Rule, Site, WhenUnsure
from moderation.scoring.rules import Action, Kind
from moderation.services.policy import FIELDS, THRESHOLDS
from moderation.services.rule_checks import (
    EXAMPLE_LENGTH,
    MOST_EXAMPLES,
    NAME_LENGTH,
    PATTERN_LENGTH,
    Draft,
)

LARGEST = 2**31 - 1
LANGUAGES_LENGTH = 300
EXAMPLES_LENGTH = MOST_EXAMPLES * (EXAMPLE_LENGTH + 2)

KIND_NAMES: dict[str, Promise] = {
    Kind.WORD: gettext_lazy("a word"),
    Kind.PHRASE: gettext_lazy("a phrase"),
    Kind.HOST: gettext_lazy("a host"),
    Kind.ADDRESS: gettext_lazy("an e-mail address"),
    Kind.NAME: gettext_lazy("an author's name"),
    Kind.LANGUAGE: gettext_lazy("languages"),
    Kind.LINKS_OVER: gettext_lazy("more links than"),
    Kind.REGEX: gettext_lazy("a regular expression"),
}
ACTION_NAMES: dict[str, Promise] = {
    Action.HOLD: gettext_lazy("hold it for people"),
    Action.SPAM: gettext_lazy("call it spam"),
    Action.REJECT: gettext_lazy("reject it"),
    Action.APPROVE: gettext_lazy("approve it"),
    Action.ADD_WEIGHT: gettext_lazy("add weight to its score"),
}
WHEN_UNSURE_NAMES: dict[str, Promise] = {
    WhenUnsure.PUBLISH: gettext_lazy("publish it"),
    WhenUnsure.SPAM: gettext_lazy("call it spam"),
}


def choices(names: Mapping[str, Promise]) -> list[tuple[str, Promise]]:
    return [(str(value), name) for value, name in names.items()]


def typed(mode: str) -> forms.TextInput:
    """Return a plain text field that brings up the keyboard for numbers."""
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})


class SettingForm(forms.Form):
    """A form that shows what a service found wrong, beside the field."""

    def complain(self, wrong: Mapping[str, str]) -> None:
        for name, why in wrong.items():
            self.add_error(name if name in self.fields else None, why)


class PolicyForm(SettingForm):
    """A site's policy."""

    lost_cost = forms.IntegerField(
        required=False,
        widget=typed("numeric"),
        label=gettext_lazy("One lost real comment costs as much as this many spams seen"),
        help_text=gettext_lazy("The thresholds follow. Empty: set them by hand, below."),
    )
    approve_below = forms.FloatField(
        required=False, widget=typed("decimal"), label=gettext_lazy("Approve below this score")
    )
    spam_above = forms.FloatField(
        required=False, widget=typed("decimal"), label=gettext_lazy("Call it spam from this score")
    )
    hold_all = forms.BooleanField(
        required=False, label=gettext_lazy("Hold everything that is not spam")
    )
    hold_first_time = forms.BooleanField(
        required=False, label=gettext_lazy("Hold whom this site has never approved")
    )
    hold_links_over = forms.IntegerField(
        required=False,
        widget=typed("numeric"),
        label=gettext_lazy("Hold comments with more links than"),
        help_text=gettext_lazy("Empty: any number passes."),
    )
    languages = forms.CharField(
        required=False,
        max_length=LANGUAGES_LENGTH,
        label=gettext_lazy("Languages of this site"),
        help_text=gettext_lazy(
            "Codes such as en, de. What is surely in another language is held. Empty: any."
        ),
    )
    when_unsure = forms.ChoiceField(
        choices=choices(WHEN_UNSURE_NAMES),
        label=gettext_lazy("When an Akismet client asks about a comment that waits for people"),
    )
    close_after_days = forms.IntegerField(
        required=False,
        widget=typed("numeric"),
        label=gettext_lazy("Close articles after so many days"),
        help_text=gettext_lazy("Empty: never."),
    )
    retention_days = forms.IntegerField(
        widget=typed("numeric"),
        label=gettext_lazy("Forget network addresses after so many days"),
    )
    seen_version = forms.IntegerField(max_value=LARGEST, widget=forms.HiddenInput)

    def clean_languages(self) -> list[str]:
        return sorted(set(self.cleaned_data["languages"].replace(",", " ").lower().split()))

    @classmethod
    def of(cls, site: Site) -> "PolicyForm":
        """Return the form that shows a site's policy."""
        shown = {name: getattr(site, name) for name in FIELDS}
        shown |= {name: round(shown[name], 4) for name in THRESHOLDS}
        languages = ", ".join(site.languages)
        return cls(initial=shown | {"languages": languages, "seen_version": site.policy_version})

    def changes(self) -> dict[str, Any]:
        """Return what to change; thresholds only where they do not follow from the cost."""
        by_cost = self.cleaned_data["lost_cost"] is not None
        left_out = THRESHOLDS if by_cost else ()
        return {name: self.cleaned_data[name] for name in FIELDS if name not in left_out}


class ExamplesField(forms.CharField):
    """Examples, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=EXAMPLES_LENGTH, strip=False, **more)

    def clean(self, value: Any) -> Any:
        return [line for line in super().clean(value).splitlines() if line.strip()]


class RuleForm(SettingForm):
    """One rule."""

    name = forms.CharField(max_length=NAME_LENGTH, label=gettext_lazy("Name"))
    kind = forms.ChoiceField(choices=choices(KIND_NAMES), label=gettext_lazy("Look for"))
    pattern = forms.CharField(
        max_length=PATTERN_LENGTH,
        strip=False,
        label=gettext_lazy("Which"),
        help_text=gettext_lazy(
            "Words, phrases and names are whole words, whatever disguise they wear. A host"
            " includes what lies under it. @example.org is every address there. Languages:"
            " codes such as en, de."
        ),
    )
    action = forms.ChoiceField(choices=choices(ACTION_NAMES), label=gettext_lazy("Then"))
    weight = forms.FloatField(
        required=False,
        widget=typed("decimal"),
        label=gettext_lazy("Weight, if it adds some"),
        help_text=gettext_lazy(
            "Log-odds: 2 makes spam about seven times as likely, -2 as much less."
        ),
    )
    must_match = ExamplesField(
        label=gettext_lazy("It must match"), help_text=gettext_lazy("Examples, one a line.")
    )
    must_not_match = ExamplesField(
        label=gettext_lazy("It must not match"), help_text=gettext_lazy("Examples, one a line.")
    )
    position = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST,
        widget=typed("numeric"),
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("Smaller ones speak first. Empty: behind the others."),
    )
    expires_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("UTC, such as 2030-12-31 18:00. Empty: for good."),
    )
    is_trial = forms.BooleanField(
        required=False, label=gettext_lazy("On trial: only count what it would find")
    )
    seen_version = forms.IntegerField(required=False, max_value=LARGEST, widget=forms.HiddenInput)

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        """Return the form that shows a rule."""
        shown = {name: getattr(rule, name) for name in Draft.__slots__}
        examples = {name: "\n".join(shown[name]) for name in ("must_match", "must_not_match")}
        return cls(initial=shown | examples | {"seen_version": rule.version})

    def draft(self) -> Draft:
        wish = {name: self.cleaned_data[name] for name in Draft.__slots__}
        return Draft(**wish | {"weight": wish["weight"] or 0.0})
