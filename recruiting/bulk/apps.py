"""Acts on many people at once as a Django app."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    """What is done to everybody who is selected in a list or on a board."""

    name = "recruiting.bulk"
    label = "bulk"
    verbose_name = "Acts on many"

    def ready(self) -> None:
        """Register the kinds of runs, and offer the acts under lists and boards."""
        from recruiting import extensions
        from recruiting.bulk.extension import BulkExtension

        extensions.register(BulkExtension())
