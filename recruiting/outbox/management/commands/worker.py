"""`manage.py worker`: one cluster of background workers that proves itself at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from recruiting.outbox import schedules


class Command(BaseCommand):
    """Syncs the schedules, asks for a first heartbeat and a first drain, then works until it is told to stop."""

    help = "Run the background workers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until TERM. Exits with code 1 when the workers hang or die, so that a supervisor starts them again."""
        from recruiting.outbox import cluster  # heavy, and needed by this command alone

        # Web and workers may share one `.env`, but a pool inherited through the cluster's forks loses results.
        connection.settings_dict.get("OPTIONS", {}).pop("pool", None)
        schedules.sync()
        self.stdout.write("Background workers start.")
        if not cluster.run():
            raise CommandError("The background workers stopped working and were ended; start them again.")
