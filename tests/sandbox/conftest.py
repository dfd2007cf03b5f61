"""Fixtures for the sandbox's tests: a running sandbox of each vendor, with accounts, and a receiver of webhooks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.sandbox.crosschq import CrosschqSandbox
from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from tests.sandbox.crosschq import CrosschqDriver
from tests.sandbox.crosschq import seed as seed_crosschq
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


@pytest.fixture(scope="session")
def acme_and_globex(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database file with two organizations of Crosschq, and their keys; each test works on a copy."""
    database = tmp_path_factory.mktemp("crosschq") / "sandbox.sqlite3"
    return database, seed_crosschq(database)


@pytest.fixture
def crosschq(tmp_path: Path, acme_and_globex: tuple[Path, dict[str, str]]) -> Iterator[CrosschqDriver]:
    seeded, keys = acme_and_globex
    database = tmp_path / "crosschq.sqlite3"
    shutil.copy(seeded, database)
    with SandboxServer(database=database, vendors=[CrosschqSandbox]) as server:
        server.vendor("crosschq").change_settings({"webhook_try_delays": [0, 0.05, 0.05]})
        yield CrosschqDriver(server, keys)
