"""Articles: the pages that comments stand under."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.fields import Strict, Text, YesNo, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.queue import own_site
from moderation.api.shapes import time
from moderation.models import Article
from moderation.models.pages import ORDERS
from moderation.services.articles import change_article
from moderation.services.validation import TITLE_LENGTH


class ArticleRowShape(serializers.Serializer):
    id = serializers.UUIDField()
    site = serializers.UUIDField()
    url = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    closed = serializers.BooleanField(help_text="Whether it takes no more comments.")
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class ArticlesQuery(PageQuery):
    site = serializers.UUIDField(required=False)


class ChangeArticleRequest(Strict):
    title = Text(required=False, max_length=TITLE_LENGTH)
    closed = YesNo(required=False)


class ArticlesView(APIView):
    """The pages of the caller's sites, newest first."""

    @extend_schema(
        operation_id="articles_list",
        parameters=[ArticlesQuery],
        responses={200: page_shape(ArticleRowShape)},
    )
    def get(self, request: Request) -> Response:
        wish, actor = asked_query(ArticlesQuery, request), actor_of(request)
        sites = [own_site(wish["site"], actor)] if "site" in wish else actor.site_ids
        rows = Article.objects.filter(site__in=sites)
        return Response(paged(request, rows, wish, order=ORDERS["newest"], body_of=article_body))


class ArticleView(APIView):
    """One page."""

    @extend_schema(
        operation_id="articles_update",
        request=ChangeArticleRequest,
        responses={200: ArticleRowShape},
    )
    def patch(self, request: Request, article_id: UUID) -> Response:
        """Change the title, close or open it for comments. Owners only."""
        own = Article.objects.filter(site__in=actor_of(request).site_ids, pk=article_id)
        if not (article := own.first()):
            raise Http404
        owned_site(request, article.site_id)
        return Response(
            article_body(change_article(article, **asked(ChangeArticleRequest, request)))
        )


def article_body(article: Article) -> dict[str, Any]:
    return {
        "id": str(article.pk),
        "site": str(article.site_id),
        "url": article.url,
        "title": article.title,
        "closed": article.closed_at is not None,
        "closed_at": time(article.closed_at),
        "created_at": time(article.created_at),
    }
