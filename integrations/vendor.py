"""A vendor's app: it registers the integration that stands in its folder."""

import inspect
from importlib import import_module
from typing import Any

from django.apps import AppConfig


class VendorConfig(AppConfig):
    """Base of a vendor's AppConfig; the vendor's own says `name` and `verbose_name`."""

    default = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let Django find the vendor's own."""
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        """Register the integration of `<app>.integration`."""
        from integrations import registry
        from integrations.base import Integration

        module = import_module(f"{self.name}.integration")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Integration) and kind.__module__ == module.__name__:
                registry.register(kind())
