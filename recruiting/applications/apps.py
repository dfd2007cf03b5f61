"""Applications, notes and the pages around them as a Django app."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Applications."""

    name = "recruiting.applications"
    label = "applications"
    verbose_name = "Applications"

    def ready(self) -> None:
        """Register entry kinds and stage automations."""
        from recruiting import events
        from recruiting.applications import automations, entries  # noqa: F401

        events.subscribe(events.ApplicationMoved, automations.run_for)
