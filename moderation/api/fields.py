"""Request fields that take what they are sent for what it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from moderation.api.parsing import sent_in
from moderation.services.validation import refuse_unstorable

THEIRS = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)


class Text(serializers.CharField):
    """A string; a number is not one. Blanks are the validator's business, not the parser's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "allow_blank": True, **kwargs})
        # Ours says of more characters which one it is, and where.
        self.validators = [rule for rule in self.validators if not isinstance(rule, THEIRS)]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            refuse_unstorable(data)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return data


class Number(serializers.FloatField):
    """A finite JSON number; a string is not one."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole JSON number; a string is not one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Id(serializers.UUIDField):
    """An id in its text form; a number is none."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """true or false; neither a word nor a number is one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Query(serializers.Serializer):
    """Query parameters. An unknown name is refused: a misspelt one would widen the list."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise ValidationError(dict.fromkeys(sorted(unknown), "is not a parameter here"))
        return dict(super().to_internal_value(data))


def asked_query(form: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """Return the valid query parameters of a request; raise ValidationError naming the bad ones."""
    return checked(form, request.query_params.dict())


class Strict(serializers.Serializer):
    """A JSON object whose names are all known: a misspelt one would change nothing, silently."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise ValidationError(dict.fromkeys(sorted(unknown), "is not a field of this"))
        return super().to_internal_value(data)


def asked(
    form: type[serializers.Serializer], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """Return the valid body of a request; raise ValidationError naming the bad fields."""
    return checked(form, sent_in(request), partial=partial)


def checked(
    form: type[serializers.Serializer], sent: Any, *, partial: bool = False
) -> dict[str, Any]:
    filled = form(data=sent, partial=partial)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)
