"""Connected apps as a Django app."""

from django.apps import AppConfig


class ConnectedAppsConfig(AppConfig):
    """OAuth clients, consent, and what members let in."""

    name = "recruiting.connected_apps"
    label = "connected_apps"
    verbose_name = "Connected apps"

    def ready(self) -> None:
        """Let the API accept our tokens, and end them with the access of the people behind them."""
        from recruiting import events
        from recruiting.api import authentication
        from recruiting.connected_apps import services, tokens
        from recruiting.outbox import schedules

        authentication.accept(tokens.ACCESS_PREFIX, find=services.find, note_use=services.note_use)
        events.subscribe(events.MembershipDeactivated, services.member_deactivated)
        events.subscribe(events.AccountDeactivated, services.account_secured)
        events.subscribe(events.PasswordChanged, services.account_secured)
        forget = "recruiting.connected_apps.services.forget"
        schedules.register(schedules.ScheduledTask(name="connected_apps.forget", function=forget, minutes=1))
