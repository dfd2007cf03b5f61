"""Jobs and hiring processes as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs."""

    name = "recruiting.jobs"
    label = "jobs"
    verbose_name = "Jobs and hiring processes"

    def ready(self) -> None:
        """Register entry kinds, what a new company gets, who takes jobs over and the rules of `check_data`."""
        from recruiting import events
        from recruiting.foundation import integrity
        from recruiting.jobs import activity, checks, processes, services  # noqa: F401

        events.subscribe(events.CompanyCreated, processes.give_default_process)
        events.subscribe(events.JobsHandedOver, services.hand_over)
        integrity.register_rules(*checks.RULES)
