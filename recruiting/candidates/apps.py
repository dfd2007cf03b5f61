"""Candidates as a Django app."""

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    """Candidates."""

    name = "recruiting.candidates"
    label = "candidates"
    verbose_name = "Candidates"

    def ready(self) -> None:
        """Register entry kinds and what a new company gets."""
        from recruiting import events
        from recruiting.candidates import entries, services  # noqa: F401

        events.subscribe(events.CompanyCreated, services.give_default_sources)
