"""Crosschq as a Django app."""

from django.apps import AppConfig


class CrosschqConfig(AppConfig):
    """Crosschq reference checks."""

    name = "integrations.crosschq"
    verbose_name = "Crosschq reference checks"

    def ready(self) -> None:
        """Register the integration."""
        from integrations import registry
        from integrations.crosschq import activity  # noqa: F401
        from integrations.crosschq.integration import Crosschq

        registry.register(Crosschq())
