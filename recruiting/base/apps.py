"""The ground floor as a Django app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Base: clock, errors, constraints, permissions and background work."""

    name = "recruiting.base"
    label = "base"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register what background work consists of."""
        from django.core import checks

        from recruiting.base import proxies
        from recruiting.base.background import mail, schedules  # noqa: F401

        checks.register(proxies.check_proxies, checks.Tags.security, deploy=True)
