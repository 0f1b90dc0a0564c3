"""Peers on the same server: a bare Django view, stock REST framework, one task per comment."""

import json
import secrets

from celery import shared_task
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework import routers, serializers, viewsets
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated

from moderation.models import Article, Comment, Decision, SiteKey
from moderation.scoring.policy import apply_policy
from moderation.services.evidence import gather_evidence
from moderation.services.judging import classifier
from moderation.services.sites import key_digest
from moderation.services.triage import shown_reasons
from project.urls import urlpatterns as own


def bearer_key(request: HttpRequest) -> SiteKey:
    token = request.META["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    return SiteKey.objects.select_related("site").get(digest=key_digest(token))


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """Key, article, insert: what an intake must do, and nothing else: no check, no seal."""
    sent = json.loads(request.body)
    site = bearer_key(request).site
    comment = Comment(
        site=site,
        article=Article.objects.get(site=site, url=sent["article"]["url"]),
        author_name=sent["author"]["name"],
        body=sent["body"],
        source="api",
        nonce=secrets.token_bytes(17),
        request_digest=b"",
        email_sealed=b"x" * 94,
        email_fingerprint=b"x" * 16,
    )
    comment.save(force_insert=True)
    return JsonResponse({"id": str(comment.pk), "status": comment.status}, status=201)


class StockKey(BaseAuthentication):
    def authenticate(self, request):
        key = bearer_key(request)
        key.is_authenticated = True
        return key, key


class StockSerializer(serializers.ModelSerializer):
    class Meta:
        model = Comment
        fields = ("id", "article", "author_name", "author_url", "body", "status", "created_at")
        read_only_fields = ("status",)


class StockViewSet(viewsets.ModelViewSet):
    """REST framework as its tutorial has it."""

    queryset = Comment.objects.all()
    serializer_class = StockSerializer
    authentication_classes = (StockKey,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (JSONParser,)

    def perform_create(self, serializer):
        serializer.save(
            site=self.request.auth.site,
            source="api",
            nonce=secrets.token_bytes(17),
            request_digest=b"",
        )


@shared_task(name="bench.score_one")
def score_one(comment_id: str) -> None:
    """One message, one comment: as most Celery projects would do it."""
    with transaction.atomic():
        comment = (
            Comment.objects.select_for_update(of=("self",))
            .select_related("site", "article")
            .get(pk=comment_id)
        )
        evidence = gather_evidence(comment, {})
        score = classifier().score(evidence)
        verdict = apply_policy(evidence, score.value, comment.site.policy)
        Decision.objects.create(
            site_id=comment.site_id,
            comment=comment,
            actor_kind="policy",
            actor_name="policy",
            from_status=comment.status,
            to_status=verdict.status,
            reason=verdict.reason,
            version=comment.version,
        )
        Comment.objects.filter(pk=comment.pk).update(
            status=verdict.status,
            score=score.value,
            reasons=shown_reasons(verdict, score),
            scored_at=timezone.now(),
        )


router = routers.SimpleRouter()
router.register("stock", StockViewSet)
urlpatterns = [path("bare/", bare), path("", include(router.urls)), *own]
