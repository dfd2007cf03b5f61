"""The REST API as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "recruiting.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Revoke tokens when the person behind them loses access or changes their password, and forget old keys."""
        from recruiting import events
        from recruiting.api import subscribers
        from recruiting.outbox import schedules

        events.subscribe(events.MembershipDeactivated, subscribers.member_deactivated)
        events.subscribe(events.AccountDeactivated, subscribers.account_secured)
        events.subscribe(events.PasswordChanged, subscribers.account_secured)
        forget = "recruiting.api.idempotency.forget"
        schedules.register(schedules.ScheduledTask(name="api.forget", function=forget, minutes=60))
