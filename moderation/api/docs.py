"""The page on which the API can be read and tried."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.response import Response

from moderation.headers import DOCS_POLICY


class DocsView(SpectacularSwaggerView):
    """Swagger UI, from this machine; it writes a script and styles into its own page."""

    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answered: Response = super().get(request, *args, **kwargs)
        answered["Content-Security-Policy"] = DOCS_POLICY
        return answered
