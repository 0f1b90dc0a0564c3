"""The JSON shapes of the contract, and their description for the schema."""

from typing import Any

from rest_framework import serializers

from moderation.models import Action, Batch, Comment, Decision, Scope
from moderation.models.actor import Actor


class AuthorShape(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.CharField(
        required=False, help_text="Masked; for review keys and moderators."
    )
    url = serializers.CharField(allow_blank=True)


class ArticleShape(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.CharField()
    title = serializers.CharField(allow_blank=True)


class ReasonShape(serializers.Serializer):
    feature = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.FloatField(help_text="Log-odds; positive speaks for spam.")
    span = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        min_length=2,
        max_length=2,
        help_text="Start and end in characters of the body.",
    )


class CommentShape(serializers.Serializer):
    id = serializers.UUIDField()
    site = serializers.UUIDField()
    article = ArticleShape()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    author = AuthorShape()
    body = serializers.CharField()
    language = serializers.CharField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    external_id = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    version = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    scored_at = serializers.DateTimeField(allow_null=True)
    reasons = ReasonShape(many=True)
    classifier = serializers.CharField(allow_null=True)
    campaign = serializers.UUIDField(
        allow_null=True, help_text="The near-duplicates that it is one of."
    )
    posted_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    receipt = serializers.CharField(
        required=False, help_text="The commenter's private page; for the submitter only."
    )


class ActorShape(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()


class DecisionShape(serializers.Serializer):
    id = serializers.UUIDField()
    comment = serializers.UUIDField()
    action = serializers.ChoiceField(Action.values)
    actor = ActorShape()
    # "from" is a word of Python's own.
    vars()["from"] = serializers.CharField()
    to = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    batch = serializers.UUIDField(allow_null=True)
    undoes = serializers.UUIDField(allow_null=True)
    decided_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class BatchConflictShape(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.CharField()
    version = serializers.IntegerField()
    decision = serializers.UUIDField(allow_null=True)


class BatchShape(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.CharField(allow_null=True, help_text="Null for an undo.")
    asked = serializers.IntegerField()
    changed = serializers.IntegerField()
    conflicts = BatchConflictShape(many=True)
    created_at = serializers.DateTimeField()
    undone_by = serializers.UUIDField(allow_null=True)


class ErrorDetail(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField(), required=False)  # type: ignore[assignment]


class ErrorShape(serializers.Serializer):
    error = ErrorDetail()


class ConflictShape(ErrorShape):
    comment = CommentShape()
    decision = DecisionShape(allow_null=True)


def time(value: Any) -> str | None:
    """Return a time in ISO 8601, UTC."""
    return value.isoformat().replace("+00:00", "Z") if value else None


def comment_body(comment: Comment, actor: Actor, receipt: str | None = None) -> dict[str, Any]:
    """Return a comment as an actor may see it; its article must be loaded."""
    author = {"name": comment.author_name, "url": comment.author_url}
    if Scope.REVIEW in actor.scopes:
        author["email"] = comment.masked_email
    # Only gathered.with_campaign knows whether the asker may know of it.
    campaign = getattr(comment, "shown_campaign", None)
    body = {
        "id": str(comment.pk),
        "site": str(comment.site_id),
        "article": {
            "id": str(comment.article_id),
            "url": comment.article.url,
            "title": comment.article.title,
        },
        "parent": str(comment.parent_id) if comment.parent_id else None,
        "author": author,
        "body": comment.body,
        "language": comment.language,
        "source": comment.source,
        "external_id": comment.external_id,
        "status": comment.status,
        "version": comment.version,
        "score": comment.score,
        "scored_at": time(comment.scored_at),
        "reasons": comment.reasons,
        "classifier": comment.classifier or None,
        "campaign": str(campaign) if campaign else None,
        "posted_at": time(comment.posted_at),
        "created_at": time(comment.created_at),
    }
    return body | ({"receipt": receipt} if receipt else {})


def decision_body(decision: Decision) -> dict[str, Any]:
    return {
        "id": str(decision.pk),
        "comment": str(decision.comment_id),
        "action": decision.action,
        "actor": {"kind": decision.actor_kind, "name": decision.actor_name},
        "from": decision.from_status,
        "to": decision.to_status,
        "reason": decision.reason,
        "batch": str(decision.batch_id) if decision.batch_id else None,
        "undoes": str(decision.undoes_id) if decision.undoes_id else None,
        "decided_at": time(decision.decided_at),
        "version": decision.version,
    }


def batch_body(batch: Batch) -> dict[str, Any]:
    undone_by = getattr(batch, "undone_by", None)
    return {
        "id": str(batch.pk),
        "status": batch.status,
        "asked": batch.asked,
        "changed": batch.changed,
        "conflicts": batch.conflicts,
        "created_at": time(batch.created_at),
        "undone_by": str(undone_by.pk) if undone_by else None,
    }
