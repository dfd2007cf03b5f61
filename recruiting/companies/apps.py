"""Companies, users and memberships as a Django app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """Companies."""

    name = "recruiting.companies"
    label = "companies"
    verbose_name = "Companies and people"

    def ready(self) -> None:
        """Register what the outbox does for people who forgot their password."""
        from recruiting.companies import sign_in  # noqa: F401
