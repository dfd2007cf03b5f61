"""Companies, users and memberships as a Django app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Companies."""

    name = "recruiting.companies"
    label = "companies"
    verbose_name = "Companies and people"

    def ready(self) -> None:
        """Register what follows from a forgotten and from a new password, and the rule of `check_data`."""
        from recruiting import events
        from recruiting.companies import (
            email_change,
            password_reset,  # noqa: F401
        )
        from recruiting.companies.models import User
        from recruiting.foundation import integrity

        rule = "companies.User: an email is one account's (change it in one of them)"
        integrity.register_rules(integrity.Rule(rule, lambda: User.objects.filter(email_key="").exclude(email="")))
        events.subscribe(events.PasswordChanged, email_change.password_changed)
