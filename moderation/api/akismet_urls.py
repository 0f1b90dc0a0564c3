"""Addresses of Akismet's protocol, to the letter: none ends in a slash."""

from django.urls import path

from moderation.api import akismet_checks, akismet_keys, akismet_usage, perspective

app_name = "akismet"

urlpatterns = [
    path("1.1/verify-key", akismet_keys.verify_key),
    path("1.1/comment-check", akismet_checks.comment_check),
    path("1.1/submit-spam", akismet_checks.submit_spam),
    path("1.1/submit-ham", akismet_checks.submit_ham),
    path("1.1/deactivate", akismet_keys.deactivate),
    path("1.1/get-stats", akismet_usage.get_stats),
    path("1.1/get-subscription", akismet_keys.get_subscription),
    path("1.1/token", akismet_keys.token),
    path("1.1/test", akismet_keys.test),
    path("1.2/key-sites", akismet_usage.key_sites),
    path("1.2/usage-limit", akismet_usage.usage_limit),
    path("1.2/get-key-stats", akismet_usage.get_stats),
    path("1.2/compatible-plugins", akismet_usage.compatible_plugins),
    path("v1alpha1/comments:analyze", perspective.analyze),
]
