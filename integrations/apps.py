"""The integrations framework as a Django app."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Integrations."""

    name = "integrations"
    verbose_name = "Integrations"

    def ready(self) -> None:
        """Register what the framework itself does in the background."""
        from integrations import background, installations  # noqa: F401
        from recruiting import events

        events.subscribe(events.MembershipDeactivated, installations.member_deactivated)
        events.subscribe(events.MembershipReactivated, installations.member_reactivated)
