"""Fixtures for the sandbox's tests: a running sandbox with the account Acme, and a receiver of webhooks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.sandbox.server import SandboxServer
from integrations.spark_hire.sandbox import SparkHireSandbox
from tests.sandbox.driver import Driver, Receiver, seed


@pytest.fixture(autouse=True)
def _own_clock(settings: object, tmp_path: Path) -> None:
    """Each test moves a clock of its own."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")  # type: ignore[attr-defined]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Driver]:
    database = tmp_path / "sandbox.sqlite3"
    keys = seed(database)
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as server:
        server.vendor("spark-hire").change_settings({"webhook_try_delays": [0, 0.05, 0.05]})
        yield Driver(server, keys)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    stop = receiver.start()
    yield receiver
    stop()
