"""`manage.py worker`: one cluster of background workers that proves itself at once."""

from typing import Any

from django.core.management.base import BaseCommand
from django_q.cluster import Cluster
from django_q.tasks import async_task

from recruiting.base.background import queue, schedules


class Command(BaseCommand):
    """Syncs the schedules, asks for a first heartbeat and a first drain, then works until it is told to stop."""

    help = "Run the background workers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until TERM."""
        schedules.sync()
        # The cluster's own scheduler first runs about 30 s after the start; these two say sooner that we work.
        async_task("recruiting.base.background.heartbeat.beat", task_name="first heartbeat")
        queue.ring()
        self.stdout.write("Background workers start.")
        Cluster().start()
