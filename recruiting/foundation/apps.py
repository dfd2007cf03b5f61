"""The foundation as a Django app, for its commands and checks; it has no tables."""

from django.apps import AppConfig
from django.core import checks


class FoundationConfig(AppConfig):
    """Foundation."""

    name = "recruiting.foundation"
    label = "foundation"

    def ready(self) -> None:
        """Register what is checked, and how files are recognized."""
        from recruiting.foundation import content_types, proxies, zones

        checks.register(proxies.check_proxies, checks.Tags.security, deploy=True)
        checks.register(zones.check_release)
        content_types.install()
