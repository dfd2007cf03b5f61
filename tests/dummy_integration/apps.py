"""The dummy as a Django app: with its tables alone, as the suite has it, or registered as a real vendor's would be."""

from django.apps import AppConfig


class DummyConfig(AppConfig):
    """What a line in INSTALLED_APPS brings."""

    name = "tests.dummy_integration"
    label = "dummy_integration"
    verbose_name = "Acme Assessments"
    default = True

    def ready(self) -> None:
        """Register the integration and what it listens to."""
        from integrations import registry
        from recruiting import events
        from tests.dummy_integration import activity, assessments
        from tests.dummy_integration.integration import Dummy

        activity.register_all()
        registry.register(Dummy())
        events.subscribe(events.CompanyTimeZoneChanged, assessments.zone_changed)


class TablesOnly(DummyConfig):
    """Its tables, so that a test can register it for as long as the test lasts."""

    default = False

    def ready(self) -> None:
        """Register nothing: no other test is to see a vendor that is not there."""
