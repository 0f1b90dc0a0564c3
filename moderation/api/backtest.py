"""Try a changed policy or rule on past comments, before it is saved."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import owned_site
from moderation.api.fields import Strict, Whole, asked
from moderation.api.parsing import BULK_BYTES
from moderation.api.policy import PolicyFields
from moderation.api.rules import RuleFields
from moderation.api.shapes import ErrorShape
from moderation.models import Site
from moderation.scoring.rules import Rule
from moderation.services.backtest import MOST_COMMENTS, BackTest, Change, back_test
from moderation.services.policy import InvalidPolicy, with_changes
from moderation.services.rule_checks import Draft, InvalidRule, draft_rule

MOST_DRAFTS = 20
SHOWN = 200
TEXT_CHARACTERS = 120


class DraftRequest(RuleFields):
    id = serializers.UUIDField(required=False, help_text="The saved rule that it would replace.")


class BackTestRequest(Strict):
    policy = PolicyFields(required=False)
    rules = serializers.ListField(child=DraftRequest(), required=False, max_length=MOST_DRAFTS)
    last = Whole(default=1_000, min_value=1, max_value=MOST_COMMENTS)


class FitShape(serializers.Serializer):
    agree = serializers.IntegerField()
    disagree = serializers.IntegerField()
    left_to_people = serializers.IntegerField()


class MoveShape(serializers.Serializer):
    vars()["from"] = serializers.CharField()
    to = serializers.CharField()
    count = serializers.IntegerField()


class ChangeShape(serializers.Serializer):
    comment = serializers.UUIDField()
    text = serializers.CharField()
    vars()["from"] = serializers.CharField(help_text="What today's policy makes of it.")
    to = serializers.CharField(help_text="What the changed one would.")
    reason = serializers.CharField()
    status = serializers.CharField(help_text="Where it stands.")
    decided_by = serializers.ChoiceField(["people", "policy"])


class TriedRuleShape(serializers.Serializer):
    name = serializers.CharField()
    hits = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]


class BackTestShape(serializers.Serializer):
    tried = serializers.IntegerField()
    decided_by_people = serializers.IntegerField()
    before = FitShape()
    after = FitShape()
    moves = MoveShape(many=True)
    rules = TriedRuleShape(many=True)
    changed = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ChangeShape(many=True, help_text=f"The newest {SHOWN} of the changed comments.")


class BackTestView(APIView):
    """Try a policy and rules on the last comments that were decided; nothing is written."""

    max_bytes = BULK_BYTES

    @extend_schema(
        request=BackTestRequest, responses={200: BackTestShape, 400: ErrorShape, 404: ErrorShape}
    )
    def post(self, request: Request, site_id: UUID) -> Response:
        site = owned_site(request, site_id)
        wish = asked(BackTestRequest, request)
        drafts = drafts_of(site, wish.get("rules", []))
        try:
            changed = with_changes(site, wish.get("policy", {}))
        except InvalidPolicy as error:
            raise ValidationError({"policy": error.fields}) from error
        tried = back_test(
            site, changed=changed, drafts=drafts, last=wish["last"], now=timezone.now()
        )
        return Response(backtest_body(tried, drafts))


def drafts_of(site: Site, sent: list[dict[str, Any]]) -> list[Rule]:
    drafts = []
    for number, fields in enumerate(sent):
        pk = fields.pop("id", None)
        try:
            drafts.append(draft_rule(site, Draft(**fields), replaces=pk))
        except InvalidRule as error:
            raise ValidationError({f"rules.{number}": error.fields}) from error
    return drafts


def backtest_body(tried: BackTest, drafts: list[Rule]) -> dict[str, Any]:
    return {
        "tried": tried.tried,
        "decided_by_people": tried.by_people,
        "before": asdict(tried.before),
        "after": asdict(tried.after),
        "moves": [
            {"from": before, "to": after, "count": count}
            for (before, after), count in tried.moves.most_common()
        ],
        "rules": [
            {"name": rule.name, "hits": tried.hits[rule.id], "errors": tried.errors[rule.id]}
            for rule in drafts
        ],
        "changed": len(tried.changes),
        "next": None,
        "previous": None,
        "results": [change_body(change) for change in tried.changes[:SHOWN]],
    }


def change_body(change: Change) -> dict[str, Any]:
    comment = change.past.comment
    return {
        "comment": str(comment.pk),
        "text": comment.body[:TEXT_CHARACTERS],
        "from": change.before,
        "to": change.after.verdict.status,
        "reason": change.after.verdict.reason,
        "status": comment.status,
        "decided_by": "people" if change.past.is_peoples else "policy",
    }
