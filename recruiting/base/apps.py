"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.core import checks


class BaseConfig(AppConfig):
    """Base: clock, errors, constraints, permissions and background work."""

    name = "recruiting.base"
    label = "base"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register what background work consists of, what is checked, and how requests are made."""
        from recruiting.base import content_types, proxies, zones
        from recruiting.base.background import mail, schedules  # noqa: F401

        checks.register(proxies.check_proxies, checks.Tags.security, deploy=True)
        checks.register(zones.check_release)
        content_types.install()
