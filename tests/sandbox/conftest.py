"""Fixtures for the sandbox's tests: a running sandbox with the account Acme, and a receiver of webhooks."""

import shutil
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


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database file with the account Acme, and its keys; made once, because each test works on a copy."""
    database = tmp_path_factory.mktemp("acme") / "sandbox.sqlite3"
    return database, seed(database)


@pytest.fixture
def sandbox(tmp_path: Path, acme: tuple[Path, dict[str, str]]) -> Iterator[Driver]:
    seeded, keys = acme
    database = tmp_path / "sandbox.sqlite3"
    shutil.copy(seeded, database)
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as server:
        server.vendor("spark-hire").change_settings({"webhook_try_delays": [0, 0.05, 0.05]})
        yield Driver(server, keys)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    stop = receiver.start()
    yield receiver
    stop()
