"""Webhooks out as a Django app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks."""

    name = "recruiting.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
    api_urls = "recruiting.webhooks.api"

    def ready(self) -> None:
        """Listen to facts, and register what runs in the background."""
        from newsfeed import facts
        from recruiting.webhooks import api, tasks  # noqa: F401  (its scopes are registered)

        facts.listen(tasks.note)
