"""Candidates as a Django app."""

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    """Candidates."""

    name = "recruiting.candidates"
    label = "candidates"
    verbose_name = "Candidates"

    def ready(self) -> None:
        """Register entry kinds and what a new company gets, and the rules of `check_data`."""
        from recruiting import events
        from recruiting.candidates import activity, checks, services  # noqa: F401
        from recruiting.foundation import integrity

        integrity.register_rules(*checks.RULES)
        events.subscribe(events.CompanyCreated, services.give_default_sources)
