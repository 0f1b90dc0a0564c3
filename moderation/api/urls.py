"""Addresses of the API, each with exactly one trailing slash."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from moderation.api import (
    articles,
    backtest,
    block_list,
    bulk_submit,
    campaigns,
    comments,
    explanation,
    keys,
    learning,
    members,
    policy,
    queue,
    review,
    rules,
    sites,
    stats,
    submit,
    webhooks,
)
from moderation.api.docs import DocsView

app_name = "api"

WEBHOOK = "v1/sites/<uuid:site_id>/webhooks/<uuid:webhook_id>/"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[]), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    path("v1/comments/", submit.CommentsView.as_view(), name="comments"),
    path("v1/comments/bulk/", bulk_submit.BulkSubmitView.as_view(), name="bulk-submit"),
    path("v1/comments/<uuid:comment_id>/", comments.CommentView.as_view(), name="comment"),
    path(
        "v1/comments/<uuid:comment_id>/explanation/",
        explanation.ExplanationView.as_view(),
        name="explanation",
    ),
    path("v1/comments/<uuid:comment_id>/history/", comments.HistoryView.as_view(), name="history"),
    path(
        "v1/comments/<uuid:comment_id>/reveal-email/",
        comments.RevealEmailView.as_view(),
        name="reveal-email",
    ),
    path("v1/queue/", queue.QueueView.as_view(), name="queue"),
    path("v1/queue/counts/", queue.CountsView.as_view(), name="counts"),
    path("v1/queue/decisions/", review.BulkDecisionView.as_view(), name="bulk-decision"),
    path("v1/queue/<uuid:comment_id>/decision/", review.DecisionView.as_view(), name="decision"),
    path("v1/campaigns/", campaigns.CampaignsView.as_view(), name="campaigns"),
    path(
        "v1/campaigns/<uuid:campaign_id>/decision/",
        campaigns.CampaignDecisionView.as_view(),
        name="campaign-decision",
    ),
    path("v1/decisions/<uuid:decision_id>/undo/", review.UndoView.as_view(), name="undo"),
    path("v1/sites/<uuid:site_id>/learning/", learning.LearningView.as_view(), name="learning"),
    path("v1/batches/<uuid:batch_id>/undo/", review.UndoBatchView.as_view(), name="undo-batch"),
    path("v1/sites/<uuid:site_id>/webhooks/", webhooks.WebhooksView.as_view(), name="webhooks"),
    path(WEBHOOK, webhooks.WebhookView.as_view(), name="webhook"),
    path(
        f"{WEBHOOK}rotate-secret/",
        webhooks.RotateSecretView.as_view(),
        name="rotate-webhook-secret",
    ),
    path(f"{WEBHOOK}verify/", webhooks.VerifyView.as_view(), name="verify-webhook"),
    path(f"{WEBHOOK}deliveries/", webhooks.DeliveriesView.as_view(), name="deliveries"),
    path(
        f"{WEBHOOK}deliveries/<uuid:delivery_id>/resend/",
        webhooks.ResendView.as_view(),
        name="resend-delivery",
    ),
    path("v1/sites/", sites.SitesView.as_view(), name="sites"),
    path("v1/sites/<uuid:site_id>/", sites.SiteView.as_view(), name="site"),
    path("v1/sites/<uuid:site_id>/keys/", keys.KeysView.as_view(), name="keys"),
    path("v1/sites/<uuid:site_id>/keys/<uuid:key_id>/", keys.KeyView.as_view(), name="key"),
    path("v1/sites/<uuid:site_id>/members/", members.MembersView.as_view(), name="members"),
    path(
        "v1/sites/<uuid:site_id>/members/<str:username>/",
        members.MemberView.as_view(),
        name="member",
    ),
    path("v1/sites/<uuid:site_id>/stats/", stats.StatsView.as_view(), name="stats"),
    path("v1/articles/", articles.ArticlesView.as_view(), name="articles"),
    path("v1/articles/<uuid:article_id>/", articles.ArticleView.as_view(), name="article"),
    path("v1/sites/<uuid:site_id>/policy/", policy.PolicyView.as_view(), name="policy"),
    path(
        "v1/sites/<uuid:site_id>/policy/backtest/",
        backtest.BackTestView.as_view(),
        name="backtest",
    ),
    path(
        "v1/sites/<uuid:site_id>/block-list/",
        block_list.BlockListView.as_view(),
        name="block-list",
    ),
    path("v1/sites/<uuid:site_id>/rules/", rules.RulesView.as_view(), name="rules"),
    path("v1/sites/<uuid:site_id>/rules/<uuid:rule_id>/", rules.RuleView.as_view(), name="rule"),
]
