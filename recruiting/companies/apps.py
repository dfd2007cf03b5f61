"""Companies, users and memberships as a Django app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Companies."""

    name = "recruiting.companies"
    label = "companies"
    verbose_name = "Companies and people"

    def ready(self) -> None:
        """Register what follows from a forgotten and from a new password."""
        from recruiting import events
        from recruiting.companies import email_change, sign_in  # noqa: F401

        events.subscribe(events.PasswordChanged, email_change.password_changed)
