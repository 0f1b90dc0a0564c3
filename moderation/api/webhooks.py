"""A site's webhooks and what they were told. Owners only."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import owned_site
from moderation.api.errors import refusal
from moderation.api.fields import Query, Strict, Text, YesNo, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import ErrorShape, time
from moderation.models import Delivery, Event, Scope, Webhook
from moderation.models.pages import ORDERS
from moderation.services.webhooks import (
    InvalidWebhook,
    NotActive,
    StillWaiting,
    ask_challenge,
    change_webhook,
    create_webhook,
    remove,
    resend,
    rotate_secret,
    switch_off,
)

ADDED_FIRST = ORDERS["oldest"]


class WebhookRequest(Strict):
    url = Text()
    events = serializers.ListField(child=Text(), default=Event.values, max_length=50)


class WebhookChangeRequest(Strict):
    url = Text(required=False)
    events = serializers.ListField(child=Text(), required=False, max_length=50)
    enabled = YesNo(required=False)


class WebhookShape(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(Event.values))
    state = serializers.ChoiceField(Webhook.State.values)
    reason = serializers.CharField(allow_blank=True, help_text="Why it is disabled.")
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewWebhookShape(WebhookShape):
    secret = serializers.CharField(help_text="Shown once.")


class DeliveryShape(serializers.Serializer):
    id = serializers.UUIDField(help_text="The webhook-id, the same for every attempt.")
    event = serializers.CharField()
    comment = serializers.UUIDField(allow_null=True)
    sequence = serializers.IntegerField()
    state = serializers.ChoiceField(["waiting", "sent", "dead"])
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_words = serializers.CharField(
        allow_blank=True, help_text="The beginning of the last answer, or why there was none."
    )


class WebhooksView(APIView):
    """The webhooks of a site."""

    scope = Scope.ADMIN

    @extend_schema(parameters=[PageQuery], responses={200: page_shape(WebhookShape)})
    def get(self, request: Request, site_id: UUID) -> Response:
        rows, wish = owned_site(request, site_id).webhooks.all(), asked_query(PageQuery, request)
        return Response(paged(request, rows, wish, order=ADDED_FIRST, body_of=webhook_body))

    @extend_schema(
        request=WebhookRequest,
        responses={201: NewWebhookShape, 400: ErrorShape, 404: ErrorShape, 429: ErrorShape},
    )
    def post(self, request: Request, site_id: UUID) -> Response:
        """Add a webhook. Its secret is shown once; it is sent a challenge at once."""
        site, sent = owned_site(request, site_id), asked(WebhookRequest, request)
        try:
            made = create_webhook(site, **sent)
        except InvalidWebhook as error:
            raise ValidationError(error.fields) from error
        body = webhook_body(made.webhook) | {"secret": made.secret}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class WebhookView(APIView):
    """One webhook."""

    scope = Scope.ADMIN

    @extend_schema(responses={200: WebhookShape, 404: ErrorShape})
    def get(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(webhook_body(own_webhook(request, site_id, webhook_id)))

    @extend_schema(
        request=WebhookChangeRequest,
        responses={200: WebhookShape, 400: ErrorShape, 404: ErrorShape, 429: ErrorShape},
    )
    def patch(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        """Change it. A new URL, and one that is enabled again, is sent a new challenge."""
        webhook = own_webhook(request, site_id, webhook_id)
        sent = asked(WebhookChangeRequest, request)
        enabled = sent.pop("enabled", None)
        try:
            change_webhook(webhook, **sent)
        except InvalidWebhook as error:
            raise ValidationError(error.fields) from error
        if enabled is False:
            switch_off(webhook)
        elif enabled and webhook.state == Webhook.State.DISABLED:
            ask_challenge(webhook)
        return Response(webhook_body(webhook))

    @extend_schema(responses={204: None, 404: ErrorShape})
    def delete(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        """Remove it, with the list of its deliveries."""
        remove(own_webhook(request, site_id, webhook_id))
        return Response(status=204)


class RotateSecretView(APIView):
    """A new secret; the old one signs beside it for a day."""

    scope = Scope.ADMIN

    @extend_schema(request=None, responses={200: NewWebhookShape, 404: ErrorShape})
    def post(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        webhook = own_webhook(request, site_id, webhook_id)
        body = {"secret": rotate_secret(webhook)} | webhook_body(webhook)
        return Response(body, headers={"Cache-Control": "no-store"})


class VerifyView(APIView):
    """Send the challenge again, now. The webhook gets nothing else until it has echoed it."""

    scope = Scope.ADMIN

    @extend_schema(request=None, responses={202: WebhookShape, 404: ErrorShape, 429: ErrorShape})
    def post(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        webhook = own_webhook(request, site_id, webhook_id)
        ask_challenge(webhook)
        return Response(webhook_body(webhook), status=202)


class DeliveriesView(APIView):
    """What a webhook was told, or will be, the newest first; kept for 30 days."""

    scope = Scope.ADMIN

    @extend_schema(parameters=[PageQuery], responses={200: page_shape(DeliveryShape)})
    def get(self, request: Request, site_id: UUID, webhook_id: UUID) -> Response:
        rows = Delivery.objects.to(own_webhook(request, site_id, webhook_id))
        wish = asked_query(PageQuery, request)
        return Response(paged(request, rows, wish, order=ORDERS["newest"], body_of=delivery_body))


class ResendView(APIView):
    """Send a delivery again under its old id, dead or sent."""

    scope = Scope.ADMIN

    @extend_schema(request=None, responses={202: DeliveryShape, 404: ErrorShape, 409: ErrorShape})
    def post(
        self, request: Request, site_id: UUID, webhook_id: UUID, delivery_id: UUID
    ) -> Response:
        webhook = own_webhook(request, site_id, webhook_id)
        delivery = get_object_or_404(Delivery.objects.to(webhook), pk=delivery_id)
        try:
            return Response(delivery_body(resend(delivery, webhook)), status=202)
        except NotActive:
            return refusal(409, "not_active", "The webhook is not active; verify it first.")
        except StillWaiting:
            return refusal(409, "still_waiting", "This delivery is on its way already.")


def own_webhook(request: Request, site_id: UUID, webhook_id: UUID) -> Webhook:
    """Return a webhook of a site that the caller owns; anybody else's does not exist."""
    rows = owned_site(request, site_id).webhooks.select_related("site")
    return get_object_or_404(rows, pk=webhook_id)


def webhook_body(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": str(webhook.pk),
        "url": webhook.url,
        "events": webhook.events,
        "state": webhook.state,
        "reason": webhook.reason,
        "failing_since": time(webhook.failing_since),
        "created_at": time(webhook.created_at),
    }


def delivery_body(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.pk),
        "event": delivery.event,
        "comment": str(delivery.comment_id) if delivery.comment_id else None,
        "sequence": delivery.sequence,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": time(delivery.created_at),
        "next_at": time(delivery.next_at) if delivery.state == "waiting" else None,
        "sent_at": time(delivery.sent_at),
        "last_status": delivery.last_status,
        "last_words": delivery.last_words,
    }
