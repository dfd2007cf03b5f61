"""The REST API as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "recruiting.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Revoke tokens when the person behind them loses access or changes their password."""
        from recruiting import events
        from recruiting.api import subscribers

        events.subscribe(events.MembershipDeactivated, subscribers.member_deactivated)
        events.subscribe(events.AccountDeactivated, subscribers.account_secured)
        events.subscribe(events.PasswordChanged, subscribers.account_secured)
