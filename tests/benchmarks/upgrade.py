"""Migrate a loaded database, and print how long each migration took.

DATABASE_URL=… python -m tests.benchmarks.upgrade
"""

import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from tests.benchmarks.loader import analyze  # noqa: E402


def main() -> int:
    """Migrate, then do what `migrate` does besides, and what autovacuum does after it."""
    started = 0.0
    applied = 0

    def note(action: str, migration: Any = None, _fake: bool = False) -> None:
        nonlocal started, applied
        if action == "apply_start":
            started = time.monotonic()
        elif action == "apply_success":
            applied += 1
            print(f"migrated {migration} in {time.monotonic() - started:.1f} s", flush=True)

    executor = MigrationExecutor(connection, note)
    executor.migrate(executor.loader.graph.leaf_nodes())
    started = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    if applied:
        print(f"made what migrations do not, such as indexes of search, in {time.monotonic() - started:.1f} s")
        analyze()
    return 0


if __name__ == "__main__":
    sys.exit(main())
