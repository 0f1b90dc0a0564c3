"""The addresses under /moderate/."""

from django.urls import path

from moderation.dashboard import (
    block_list,
    blogs,
    explanation,
    general,
    history,
    imports,
    keys,
    learning,
    members,
    policy,
    queue,
    review,
    rules,
    sites,
    webhooks,
)
from moderation.dashboard.sign_in import SignIn, SignOut

app_name = "dashboard"

WEBHOOK = "sites/<uuid:site_id>/webhooks/<uuid:webhook_id>/"
BLOG = "sites/<uuid:site_id>/webhooks/blogs/<uuid:blog_id>/"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("arrivals/", queue.arrivals, name="arrivals"),
    path("decisions/", review.decide_ticked, name="decide-ticked"),
    path("decisions/<uuid:decision_id>/undo/", review.take_back, name="undo"),
    path("batches/<uuid:batch_id>/undo/", review.take_batch_back, name="undo-batch"),
    path("comments/<uuid:comment_id>/", history.history, name="history"),
    path("comments/<uuid:comment_id>/decision/", review.decide, name="decide"),
    path(
        "comments/<uuid:comment_id>/campaign-decision/",
        review.decide_all_like,
        name="decide-all-like",
    ),
    path(
        "comments/<uuid:comment_id>/batches/<uuid:batch_id>/undo/",
        review.take_batch_back,
        name="undo-all-like",
    ),
    path("comments/<uuid:comment_id>/explanation/", explanation.explanation, name="explanation"),
    path("comments/<uuid:comment_id>/email/", history.email, name="email"),
    path("sites/", sites.sites, name="sites"),
    path("sites/<uuid:site_id>/", sites.site, name="site"),
    path("sites/<uuid:site_id>/webhooks/", webhooks.webhooks, name="webhooks"),
    path(WEBHOOK, webhooks.webhook, name="webhook"),
    path(f"{WEBHOOK}secret/", webhooks.rotate, name="rotate-webhook"),
    path(f"{WEBHOOK}challenge/", webhooks.verify, name="verify-webhook"),
    path(f"{WEBHOOK}off/", webhooks.disable, name="disable-webhook"),
    path(f"{WEBHOOK}removal/", webhooks.delete, name="delete-webhook"),
    path(
        f"{WEBHOOK}deliveries/<uuid:delivery_id>/again/",
        webhooks.send_again,
        name="resend-delivery",
    ),
    path(BLOG, blogs.blog, name="blog"),
    path(f"{BLOG}deliveries/<uuid:delivery_id>/again/", blogs.again, name="tell-blog-again"),
    path("sites/<uuid:site_id>/imports/", imports.imports, name="imports"),
    path("sites/<uuid:site_id>/imports/<uuid:run_id>/", imports.import_run, name="import-run"),
    path(
        "sites/<uuid:site_id>/imports/<uuid:run_id>/report/",
        imports.import_report,
        name="import-report",
    ),
    path("sites/<uuid:site_id>/imports/export/", imports.export, name="export"),
    path("sites/<uuid:site_id>/general/", general.general, name="general"),
    path("sites/<uuid:site_id>/keys/", keys.keys, name="keys"),
    path("sites/<uuid:site_id>/keys/<uuid:key_id>/revoke/", keys.revoke, name="revoke-key"),
    path("sites/<uuid:site_id>/members/", members.members, name="members"),
    path(
        "sites/<uuid:site_id>/members/<int:member_id>/role/", members.change, name="change-member"
    ),
    path(
        "sites/<uuid:site_id>/members/<int:member_id>/remove/",
        members.remove,
        name="remove-member",
    ),
    path("sites/<uuid:site_id>/policy/", policy.policy, name="policy"),
    path("sites/<uuid:site_id>/rules/", rules.rules, name="rules"),
    path("sites/<uuid:site_id>/rules/new/", rules.rule, name="new-rule"),
    path("sites/<uuid:site_id>/rules/<uuid:rule_id>/", rules.rule, name="rule"),
    path("sites/<uuid:site_id>/rules/<uuid:rule_id>/drop/", rules.drop, name="drop-rule"),
    path("sites/<uuid:site_id>/block-list/", block_list.block_list, name="block-list"),
    path("sites/<uuid:site_id>/block-list/drop/", block_list.drop, name="drop-block-list"),
    path("sites/<uuid:site_id>/learning/", learning.learning, name="learning"),
    path("sites/<uuid:site_id>/learning/reset/", learning.reset_learning, name="reset-learning"),
]
