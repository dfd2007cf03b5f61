"""Candidates as a Django app."""

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    """Candidates."""

    name = "recruiting.candidates"
    label = "candidates"
    verbose_name = "Candidates"

    def ready(self) -> None:
        """Register entry kinds and what a new company gets, and the rule of `check_data`."""
        from recruiting import events
        from recruiting.candidates import activity, services  # noqa: F401
        from recruiting.candidates.models import Candidate
        from recruiting.foundation import integrity

        rule = "candidates.Candidate: an email is one person's (change or remove it in one of the records)"
        integrity.register_rules(integrity.Rule(rule, lambda: Candidate.objects.sharing_an_address()))
        events.subscribe(events.CompanyCreated, services.give_default_sources)
