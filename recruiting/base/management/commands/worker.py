"""`manage.py worker`: one cluster of background workers that proves itself at once."""

from typing import Any

from django.core.management.base import BaseCommand

from recruiting.base.background import queue, schedules


class Command(BaseCommand):
    """Syncs the schedules, asks for a first heartbeat and a first drain, then works until it is told to stop."""

    help = "Run the background workers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until TERM."""
        schedules.sync()
        self.stdout.write("Background workers start.")
        queue.run_cluster()
