"""Every registered vendor in turn: its sandbox once per module, and a company that is connected to it in each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.server import SandboxServer
from recruiting.base import clock
from tests.faults.drivers import FAULT_DRIVERS, FaultDriver
from tests.spark_hire.house import NOW


@pytest.fixture(scope="module", params=FAULT_DRIVERS)
def slug(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def server(slug: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    sandbox = FAULT_DRIVERS[slug].sandbox
    with SandboxServer(database=database, vendors=[sandbox]) as running:
        # A test delivers webhooks itself, in the order that it is about.
        running.vendor(sandbox.slug).change_settings({"webhook_try_delays": [0]})
        yield running


@pytest.fixture
def vendor(db: None, slug: str, server: SandboxServer, settings: Any, tmp_path: Path) -> Iterator[FaultDriver]:
    """An empty vendor and a company that uses it; our clock and the vendor's show Friday 21 Nov 2025."""
    driver = FAULT_DRIVERS[slug](server)
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    settings.VENDOR_PAGE_DEADLINE_SECONDS = settings.VENDOR_WORKER_DEADLINE_SECONDS = 5.0
    settings.OUTBOX_SETTLE_SECONDS = 0.0
    settings.OUTBOX_BACKOFF_SECONDS = [60.0] * 9
    for name, value in driver.settings(server.url).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    driver.build()
    yield driver
    driver.reset()
