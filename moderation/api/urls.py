"""Addresses of the API, each with exactly one trailing slash."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from moderation.api import comments, queue, review, submit
from moderation.api.docs import DocsView

app_name = "api"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[]), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    path("v1/comments/", submit.CommentsView.as_view(), name="comments"),
    path("v1/comments/<uuid:comment_id>/", comments.CommentView.as_view(), name="comment"),
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
    path("v1/decisions/<uuid:decision_id>/undo/", review.UndoView.as_view(), name="undo"),
    path("v1/batches/<uuid:batch_id>/undo/", review.UndoBatchView.as_view(), name="undo-batch"),
]
