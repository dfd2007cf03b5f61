"""Jobs and hiring processes as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs."""

    name = "recruiting.jobs"
    label = "jobs"
    verbose_name = "Jobs and hiring processes"

    def ready(self) -> None:
        """Register entry kinds, what a new company gets, and who takes jobs over."""
        from recruiting import events
        from recruiting.jobs import entries, services  # noqa: F401

        events.subscribe(events.CompanyCreated, services.give_default_process)
        events.subscribe(events.JobsHandedOver, services.hand_over)
