"""Spark Hire as a Django app."""

from django.apps import AppConfig


class SparkHireConfig(AppConfig):
    """Spark Hire video interviews."""

    name = "integrations.spark_hire"
    verbose_name = "Spark Hire video interviews"

    def ready(self) -> None:
        """Register the integration and what it listens to."""
        from integrations import registry
        from integrations.spark_hire import activity  # noqa: F401
        from integrations.spark_hire.integration import SparkHire, on_time_zone_changed
        from recruiting import events

        registry.register(SparkHire())
        events.subscribe(events.CompanyTimeZoneChanged, on_time_zone_changed)
