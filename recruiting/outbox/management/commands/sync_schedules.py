"""`manage.py sync_schedules`: make the schedule table equal to the code."""

from typing import Any

from django.core.management.base import BaseCommand

from recruiting.outbox import schedules


class Command(BaseCommand):
    """Writes the schedules; safe to run as often as you like."""

    help = "Write the schedules of background work; idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync and say how many there are."""
        self.stdout.write(f"{schedules.sync()} schedules are in place.")
