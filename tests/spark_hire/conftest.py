"""A running vendor sandbox per module, and in every test that asks for it a company that is connected to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.server import SandboxServer
from integrations.spark_hire.sandbox import SparkHireSandbox
from recruiting.base import clock
from tests.sandbox.driver import Driver
from tests.spark_hire.house import NOW, House, build


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as running:
        # A test delivers webhooks itself, in the order that it is about.
        running.vendor("spark-hire").change_settings({"webhook_try_delays": [0]})
        yield running


@pytest.fixture
def vendor(server: SandboxServer, settings: Any, tmp_path: Path) -> Iterator[Driver]:
    """An empty vendor; our clock and its clock show Friday 21 Nov 2025."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    settings.SPARK_HIRE_BASE_URL = f"{server.url}/spark-hire/v1.0"
    settings.SPARK_HIRE_WEB_URL = f"{server.url}/spark-hire"
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    settings.VENDOR_PAGE_DEADLINE_SECONDS = settings.VENDOR_WORKER_DEADLINE_SECONDS = 5.0
    settings.OUTBOX_SETTLE_SECONDS = 0.0
    settings.OUTBOX_BACKOFF_SECONDS = [60.0] * 9
    clock.travel(to=NOW)
    driver = Driver(server, {})
    yield driver
    driver.control("POST", "/spark-hire/reset", {"everything": True})


@pytest.fixture
def house(db: None, vendor: Driver) -> House:
    """Acme, connected."""
    return build(vendor)
