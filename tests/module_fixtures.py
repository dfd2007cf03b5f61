"""Module-scoped fixtures that write rows: built once, and restored for each test of the module.

A company that is connected to a running vendor takes longer to build than most tests take with it. So its rows are made
in a transaction that stays open for the module, in which a test's own is a savepoint; the vendor's file is laid back
before each test, and the objects that know both are copied. A test that commits can't have it, and builds its own.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.test import override_settings

from devtools.sandbox.host.server import SandboxServer
from recruiting.foundation import clock

Built = TypeVar("Built")


def sandbox_settings(folder: Path, **addresses: str) -> dict[str, Any]:
    """Return the settings of a company beside a running sandbox: what there is of time passes quickly.

    Args:
        folder: where the clock's file goes.
        addresses: the settings that lead to the vendor.
    """
    return {
        "SANDBOX_CLOCK_FILE": str(folder / "clock.json"),
        "PUBLIC_BASE_URL": "http://127.0.0.1:9",
        "VENDOR_PAGE_DEADLINE_SECONDS": 5.0,
        "VENDOR_WORKER_DEADLINE_SECONDS": 5.0,
        "OUTBOX_SETTLE_SECONDS": 0.0,
        "OUTBOX_BACKOFF_SECONDS": [60.0] * 9,
        **addresses,
    }


class Snapshot(Generic[Built]):
    """What was built for a module, and the vendor's file as it was then."""

    def __init__(self, built: Built, server: SandboxServer, kept: Path) -> None:
        self._built = built
        self._server = server
        self._kept = kept
        self._copy(server.store.path, kept)

    def restore(self) -> Built:
        """Restore the vendor's file and return a copy of what was built."""
        self._copy(self._kept, self._server.store.path)
        return deepcopy(self._built, {id(self._server): self._server})

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        # The server has the file open, and may be looking into it.
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
            origin.backup(copy, sleep=0.005)


@contextmanager
def build_once(
    build: Callable[[], Built],
    *,
    server: SandboxServer,
    at: datetime,
    addresses: Mapping[str, str],
    folder: Path,
    blocker: Any,
) -> Iterator[Snapshot[Built]]:
    """Build something that lasts until the end of the block, and leave nothing of its rows.

    Args:
        build: makes the rows and the vendor's accounts.
        server: the vendor's sandbox, empty.
        at: when its tests begin; it is built a little earlier.
        addresses: the settings that lead to the vendor.
        folder: where the clock's file goes, and the vendor's is kept.
        blocker: pytest-django's `django_db_blocker`; the database stays shut between the tests.
    """
    rows = transaction.atomic()
    rows._from_testcase = True  # type: ignore[attr-defined]  # durable transactions are allowed in it, as in a test's own
    with blocker.unblock():
        rows.__enter__()
    try:
        with blocker.unblock(), override_settings(**sandbox_settings(folder, **addresses)):
            clock.travel(to=at - timedelta(seconds=10))
            built = build()
        yield Snapshot(built, server, folder / "snapshot.sqlite3")
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)
