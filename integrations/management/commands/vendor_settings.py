"""`manage.py vendor_settings`: list the settings of every vendor, as `.env.example` lists the site's."""

from typing import Any

from django.core.management.base import BaseCommand

from integrations import registry


class Command(BaseCommand):
    """Print lines that a `.env` file takes."""

    help = "List the settings of every vendor with their defaults, as lines for a .env file."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each setting under what it is about."""
        for integration in registry.all_integrations():
            for setting in integration.env_settings:
                self.stdout.write(f"# {setting.about}\n#{setting.name}={setting.default}")
