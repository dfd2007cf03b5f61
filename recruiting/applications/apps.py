"""Applications, notes and the pages around them as a Django app."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Applications."""

    name = "recruiting.applications"
    label = "applications"
    verbose_name = "Applications"

    def ready(self) -> None:
        """Register entry kinds, stage automations and the rules that `check_data` looks at."""
        from recruiting import events
        from recruiting.applications import activity, automations, checks  # noqa: F401
        from recruiting.foundation import integrity

        events.subscribe(events.ApplicationMoved, automations.run_for)
        integrity.register_rules(*checks.RULES)
