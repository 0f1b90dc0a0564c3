"""POST a comment."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, site_of
from moderation.api.fields import Id, Number, Text
from moderation.api.pages import absolute
from moderation.api.parsing import sent_in
from moderation.api.shapes import CommentShape, ErrorShape, comment_body
from moderation.limits import readable_ip
from moderation.models import Scope
from moderation.services.intake import Accepted, accept
from moderation.services.receipts import receipt_token
from moderation.services.validation import InvalidSubmission
from moderation.submission import Client, Source, Submission

DAY_SECONDS = 86_400
IDEMPOTENCY_KEY_LENGTH = 255

# The validator speaks of the form's fields; here they have other names.
FIELD_NAMES = {
    "article_url": "article.url",
    "article_title": "article.title",
    "name": "author.name",
    "author_name": "author.name",
    "email": "author.email",
    "website": "author.url",
    "comment": "body",
}


class ArticleRequest(serializers.Serializer):
    url = Text()
    title = Text(default="")


class AuthorRequest(serializers.Serializer):
    name = Text()
    email = Text(default="")
    url = Text(default="")


class ContextRequest(serializers.Serializer):
    ip = Text(default="")
    user_agent = Text(default="")
    referrer = Text(default="")
    seconds_on_page = Number(default=None, allow_null=True, min_value=0, max_value=30 * DAY_SECONDS)

    def validate_ip(self, value: str) -> str | None:
        if not value:
            return None
        if not (ip := readable_ip(value)):
            raise ValidationError("is not an IP address")
        return ip


class SubmitRequest(serializers.Serializer):
    article = ArticleRequest()
    author = AuthorRequest()
    body = Text()
    parent = Id(default=None, allow_null=True)  # type: ignore[assignment]
    external_id = Text(default=None, allow_null=True)
    posted_at = serializers.DateTimeField(default=None, allow_null=True)
    context = ContextRequest(default=dict)  # type: ignore[assignment]


# Built once: it keeps nothing of what it checks, and building it anew was a tenth of a request.
SUBMIT_FORM = SubmitRequest()


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_LENGTH},
    OpenApiParameter.HEADER,
    description="A name of your own for this request.",
)


class CommentsView(APIView):
    """Submit comments."""

    scope = Scope.SUBMIT

    @extend_schema(
        operation_id="comments_submit",
        request=SubmitRequest,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CommentShape, 200: CommentShape, 409: ErrorShape, 410: ErrorShape},
    )
    def post(self, request: Request) -> Response:
        """Store a comment; it is durable once this answers, and scored soon after.

        The same `Idempotency-Key` or `external_id` again gives the same comment (200), with
        another body 409, while the first is still being stored 409 with `Retry-After`, and
        410 once the comment was erased.
        """
        submission = submission_of(
            SUBMIT_FORM.run_validation(sent_in(request)), idempotency_key(request)
        )
        try:
            accepted = accept(site_of(request), submission)
        except InvalidSubmission as error:
            raise renamed(error) from error
        body = comment_body(accepted.comment, actor_of(request), receipt_of(accepted, request))
        return Response(body, status=201 if accepted.is_new else 200)


def renamed(error: InvalidSubmission) -> InvalidSubmission:
    """Name the bad fields as this door calls them."""
    return InvalidSubmission(
        {FIELD_NAMES.get(name, name): why for name, why in error.fields.items()}
    )


def idempotency_key(request: Request) -> str | None:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH:
        raise ValidationError({"Idempotency-Key": "must have 1 to 255 characters"})
    return key


def submission_of(sent: Mapping[str, Any], key: str | None) -> Submission:
    """Translate a request into the word that all doors share."""
    return Submission(
        article_url=sent["article"]["url"],
        article_title=sent["article"]["title"],
        author_name=sent["author"]["name"],
        author_email=sent["author"]["email"],
        author_url=sent["author"]["url"],
        body=sent["body"],
        parent=sent["parent"],
        external_id=sent["external_id"],
        posted_at=sent["posted_at"],
        nonce=key,
        source=Source.API,
        client=Client(**sent["context"]),
    )


def receipt_of(accepted: Accepted, request: Request) -> str | None:
    """Return the address of the private page, for the sender of this very comment only."""
    if not accepted.is_senders_own:
        return None
    path = reverse("public:receipt", args=[receipt_token(accepted.comment.pk)])
    return absolute(request, path)
