"""Spark Hire as a Django app."""

from integrations.vendor import VendorConfig


class SparkHireConfig(VendorConfig):
    """Spark Hire video interviews."""

    name = "integrations.spark_hire"
    verbose_name = "Spark Hire video interviews"

    def ready(self) -> None:
        """Register the integration, and what it listens to."""
        super().ready()
        from integrations.spark_hire.deadlines import rezoning
        from recruiting import events

        events.subscribe(events.CompanyTimeZoneChanged, rezoning.zone_changed)
