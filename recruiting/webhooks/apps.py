"""Webhooks out as a Django app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks."""

    name = "recruiting.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"

    def ready(self) -> None:
        """Listen to facts, and register what runs in the background."""
        from newsfeed import facts
        from recruiting.webhooks import tasks

        facts.listen(tasks.note)
