"""Background work as a Django app. Its tables are called `base_…`, as those of the app that held them before."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Background work."""

    name = "recruiting.outbox"
    label = "base"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register what background work consists of."""
        from recruiting.outbox import mail, schedules  # noqa: F401
