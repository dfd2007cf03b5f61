"""A scenario that stands for a module: built once, and found by each of its tests as it was built.

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

Scenario = TypeVar("Scenario")


def surroundings(folder: Path, **addresses: str) -> dict[str, Any]:
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


class Standing(Generic[Scenario]):
    """A scenario, and the vendor's file as it was when the scenario had been built."""

    def __init__(self, scenario: Scenario, server: SandboxServer, kept: Path) -> None:
        self._scenario = scenario
        self._server = server
        self._kept = kept
        self._copy(server.store.path, kept)

    def as_built(self) -> Scenario:
        """Lay the vendor's file back and return a copy of the scenario."""
        self._copy(self._kept, self._server.store.path)
        return deepcopy(self._scenario, {id(self._server): self._server})

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        # The server has the file open, and may be looking into it.
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
            origin.backup(copy, sleep=0.005)


@contextmanager
def standing(
    build: Callable[[], Scenario],
    *,
    server: SandboxServer,
    at: datetime,
    addresses: Mapping[str, str],
    folder: Path,
    blocker: Any,
) -> Iterator[Standing[Scenario]]:
    """Build a scenario that stands until the end of the block, and leave nothing of its rows.

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
        with blocker.unblock(), override_settings(**surroundings(folder, **addresses)):
            clock.travel(to=at - timedelta(seconds=10))
            scenario = build()
        yield Standing(scenario, server, folder / "as-built.sqlite3")
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)
