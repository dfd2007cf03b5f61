"""Settings of a vendor's own: declared by its integration, read from the environment when that is registered.

They become settings of Django's, so that what overrides those overrides them; `manage.py vendor_settings` lists them.
"""

from dataclasses import dataclass

import environ
from django.conf import settings


@dataclass(frozen=True)
class EnvSetting:
    """A setting that one vendor has."""

    name: str
    """In the environment, and among Django's settings."""
    default: str
    about: str
    """One sentence for whoever runs the site."""
    sandbox_path: str = ""
    """Where it leads in the vendors' sandbox, in sandbox mode; "" where it keeps its default."""

    def load(self) -> None:
        """Read it into Django's settings, unless it is among them."""
        if not hasattr(settings, self.name):
            in_sandbox = settings.SANDBOX_MODE and self.sandbox_path
            default = f"http://127.0.0.1:{settings.SANDBOX_PORT}{self.sandbox_path}" if in_sandbox else self.default
            setattr(settings, self.name, environ.Env()(self.name, default=default))

    @property
    def value(self) -> str:
        """What it says now."""
        return str(getattr(settings, self.name))
