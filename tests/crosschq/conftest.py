"""A running stand-in of the vendor per module, and in every test that asks for it a company that is connected to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.crosschq.sandbox import CrosschqSandbox
from integrations.sandbox.server import SandboxServer
from recruiting.base import clock
from tests.crosschq.house import NOW, House, build
from tests.sandbox.crosschq import CrosschqDriver


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[CrosschqSandbox]) as running:
        yield running


@pytest.fixture
def vendor(server: SandboxServer, settings: Any, tmp_path: Path) -> Iterator[CrosschqDriver]:
    """An empty vendor; our clock and its clock show Friday 21 Nov 2025."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    settings.CROSSCHQ_BASE_URL = settings.CROSSCHQ_WEB_URL = f"{server.url}/crosschq"
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    settings.VENDOR_PAGE_DEADLINE_SECONDS = settings.VENDOR_WORKER_DEADLINE_SECONDS = 5.0
    settings.OUTBOX_SETTLE_SECONDS = 0.0
    settings.OUTBOX_BACKOFF_SECONDS = [60.0] * 9
    clock.travel(to=NOW)
    driver = CrosschqDriver(server, {})
    yield driver
    driver.control("POST", "/crosschq/reset", {"everything": True})


@pytest.fixture
def house(db: None, vendor: CrosschqDriver) -> House:
    """Acme, connected."""
    return build(vendor)
