"""The doors and their addresses."""

from django.urls import include, path, re_path

from moderation.api.errors import not_found
from moderation.api.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/", include("moderation.api.urls")),
    re_path(r"^api/", not_found, {"exception": None}),
    path("", include("moderation.api.akismet_urls")),
    path("moderate/", include("moderation.dashboard.urls")),
    path("", include("moderation.public.urls")),
]
