"""Long work as a Django app."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Work that is done in slices, with a page that shows how far it is."""

    name = "recruiting.runs"
    label = "runs"
    verbose_name = "Long work"
    api_urls = "recruiting.runs.api"

    def ready(self) -> None:
        """Register the task of slices, and tell on home of what has ended."""
        from recruiting import extensions
        from recruiting.runs.extension import RunsExtension

        extensions.register(RunsExtension())
