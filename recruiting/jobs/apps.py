"""Jobs and hiring processes as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs."""

    name = "recruiting.jobs"
    label = "jobs"
    verbose_name = "Jobs and hiring processes"

    def ready(self) -> None:
        """Register entry kinds and what a new company gets."""
        from recruiting import events
        from recruiting.jobs import entries, processes  # noqa: F401

        events.subscribe(events.CompanyCreated, processes.give_default_process)
