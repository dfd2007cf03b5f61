"""`manage.py read_resumes`: have the worker read files that no reader, or an older one, has read."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from recruiting.foundation import formatting
from recruiting.resumes import tasks


class Command(BaseCommand):
    """Marks them in batches; until the worker has read one again, what was read before stays."""

    help = "Have the worker read files that were never read, or were read by an older version of the reader."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many."""
        parser.add_argument("--limit", type=int, default=None, help="At most so many files, the newest first.")

    def handle(self, *args: Any, limit: int | None, **options: Any) -> None:
        """Mark them, and say how many."""
        told = formatting.plural(tasks.read_again(limit=limit), "file", "files")
        self.stdout.write(f"{told} will be read by the worker.")
