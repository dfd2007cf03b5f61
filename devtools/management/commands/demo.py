"""`python -m devtools demo`: the demo company, once, and its users."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from devtools import demo


class Command(BaseCommand):
    """Creates the demo company unless it is there; refuses outside sandbox mode."""

    help = "Create the demo company once (sandbox mode only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it, or say that it is there."""
        if not settings.SANDBOX_MODE:
            raise CommandError(
                "The demo company is for sandbox mode; set SANDBOX_MODE=true on a machine made for trying."
            )
        if demo.is_there():
            self.stdout.write("The demo company is there already.")
            return
        company = demo.create()
        self.stdout.write(f"{company.name} is there; its users stand in {settings.DEMO_USERS_FILE}.")
