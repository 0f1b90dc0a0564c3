"""The app and its system checks."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing registers them.
        from moderation import checks  # noqa: F401
