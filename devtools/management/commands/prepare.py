"""`prepare`, and then the demo company, once."""

from typing import Any

from django.conf import settings
from django.core.management import call_command

from recruiting.foundation.management.commands import prepare


class Command(prepare.Command):
    """Prepares as in production; in sandbox mode it also creates the demo company."""

    help = "Migrate, write schedules, collect static files and (sandbox mode) create the demo company once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then create."""
        super().handle(*args, **options)
        if settings.SANDBOX_MODE:
            call_command("demo", stdout=self.stdout)
