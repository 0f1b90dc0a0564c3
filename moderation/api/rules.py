"""The owner's rules: list, make, change, drop."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.errors import refusal
from moderation.api.fields import Number, Query, Strict, Text, Whole, YesNo, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import ErrorShape, time
from moderation.models import Rule
from moderation.models.pages import Order
from moderation.scoring.rules import Action, Kind
from moderation.services.rule_checks import Draft, InvalidRule, draft_of
from moderation.services.rules import NameTaken, RuleChanged, change_rule, drop_rule, make_rule

HIGHEST_POSITION = 2**31 - 1
AS_THEY_SPEAK = Order(("position", "id"), descending=False)


class RuleFields(Strict):
    name = Text()
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    pattern = Text(
        help_text="A word, phrase or name (whole words, no disguise helps); a host with what lies"
        " under it; an address, or @ and a domain; codes of languages; a number of links; an"
        " expression that RE2 runs. A whole address is kept as a mask and a fingerprint."
    )
    action = serializers.ChoiceField([action.value for action in Action])
    weight = Number(default=0.0, help_text="Log-odds, for add_weight; positive speaks for spam.")
    must_match = serializers.ListField(child=Text(), default=list)
    must_not_match = serializers.ListField(child=Text(), default=list)
    position = Whole(
        default=None,
        allow_null=True,
        min_value=0,
        max_value=HIGHEST_POSITION,
        help_text="Smaller ones speak first; null: behind the others.",
    )
    is_trial = YesNo(default=False, help_text="Only count what it would find.")
    expires_at = serializers.DateTimeField(default=None, allow_null=True)


class RuleChangeRequest(RuleFields):
    seen_version = Whole(required=False, help_text="409 if the rule has changed since.")


class RuleShape(RuleFields):
    id = serializers.UUIDField()
    site = serializers.UUIDField()
    version = serializers.IntegerField()
    hits = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    last_hit_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()


class RulesView(APIView):
    """The rules of a site, in the order in which they speak."""

    @extend_schema(parameters=[PageQuery], responses={200: page_shape(RuleShape)})
    def get(self, request: Request, site_id: UUID) -> Response:
        rows = Rule.objects.filter(site=owned_site(request, site_id))
        wish = asked_query(PageQuery, request)
        return Response(paged(request, rows, wish, order=AS_THEY_SPEAK, body_of=rule_body))

    @extend_schema(request=RuleFields, responses={201: RuleShape, 400: ErrorShape, 409: ErrorShape})
    def post(self, request: Request, site_id: UUID) -> Response:
        """Make a rule; its examples are tried before it is saved."""
        site = owned_site(request, site_id)
        draft = Draft(**asked(RuleFields, request))
        try:
            rule = make_rule(site, draft, actor=actor_of(request))
        except InvalidRule as error:
            raise ValidationError(error.fields) from error
        except NameTaken:
            return name_taken()
        return Response(rule_body(rule), status=201)


class RuleView(APIView):
    """One rule of a site."""

    @extend_schema(responses={200: RuleShape, 404: ErrorShape})
    def get(self, request: Request, site_id: UUID, rule_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(rule_body(own_rule(request, site_id, rule_id)))

    @extend_schema(
        request=RuleChangeRequest, responses={200: RuleShape, 400: ErrorShape, 409: ErrorShape}
    )
    def patch(self, request: Request, site_id: UUID, rule_id: UUID) -> Response:
        """Change some fields; the next comment that is scored knows them."""
        rule = own_rule(request, site_id, rule_id)
        wish = asked(RuleChangeRequest, request, partial=True)
        seen = wish.pop("seen_version", None)
        draft = replace(draft_of(rule), **wish)
        try:
            changed = change_rule(rule, draft, actor=actor_of(request), seen_version=seen)
        except InvalidRule as error:
            raise ValidationError(error.fields) from error
        except NameTaken:
            return name_taken()
        except RuleChanged as error:
            return refusal(409, "conflict", f"Somebody was quicker: {error}.")
        return Response(rule_body(changed))

    @extend_schema(responses={204: None, 404: ErrorShape})
    def delete(self, request: Request, site_id: UUID, rule_id: UUID) -> Response:
        drop_rule(own_rule(request, site_id, rule_id), actor=actor_of(request))
        return Response(status=204)


def own_rule(request: Request, site_id: UUID, rule_id: UUID) -> Rule:
    rows = Rule.objects.filter(site=owned_site(request, site_id)).select_related("site")
    return get_object_or_404(rows, pk=rule_id)


def name_taken() -> Response:
    return refusal(409, "conflict", "Another rule of this site has this name.")


def rule_body(rule: Rule) -> dict[str, Any]:
    return {
        "id": str(rule.pk),
        "site": str(rule.site_id),
        "name": rule.name,
        "kind": rule.kind,
        "pattern": rule.pattern,
        "action": rule.action,
        "weight": rule.weight,
        "must_match": rule.must_match,
        "must_not_match": rule.must_not_match,
        "position": rule.position,
        "is_trial": rule.is_trial,
        "expires_at": time(rule.expires_at),
        "version": rule.version,
        "hits": rule.hits,
        "errors": rule.errors,
        "last_hit_at": time(rule.last_hit_at),
        "created_at": time(rule.created_at),
        "created_by": rule.created_by,
    }
