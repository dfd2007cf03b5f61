"""Acme's tables alone, as the suite has them: a test registers the integration for as long as it lasts."""

from tests.dummy_integration.apps import DummyConfig


class TablesOnly(DummyConfig):
    """Registers nothing: no other test is to see a vendor that is not there."""

    def ready(self) -> None:
        """Leave the registry alone."""
