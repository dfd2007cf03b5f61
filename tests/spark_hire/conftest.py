"""A running vendor sandbox per module, and in every test that asks for it a company that is connected to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from recruiting.foundation import clock
from tests.module_fixtures import Snapshot, sandbox_settings
from tests.spark_hire.door import Door, seed
from tests.spark_hire.scenario import NOW, Scenario, build


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as running:
        # A test delivers webhooks itself, in the order that it is about.
        running.vendor("spark-hire").change_settings({"webhook_try_delays": [0]})
        yield running


@pytest.fixture(scope="module")
def addresses(server: SandboxServer) -> dict[str, str]:
    """Return the settings that lead to the sandbox."""
    return {"SPARK_HIRE_BASE_URL": f"{server.url}/spark-hire/v1.0", "SPARK_HIRE_WEB_URL": f"{server.url}/spark-hire"}


@pytest.fixture
def vendor(server: SandboxServer, addresses: dict[str, str], settings: Any, tmp_path: Path) -> Iterator[Door]:
    """An empty vendor; our clock and its clock show Friday 21 Nov 2025."""
    for name, value in sandbox_settings(tmp_path, **addresses).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    driver = Door(server, {})
    yield driver
    driver.control("POST", "/spark-hire/reset", {"everything": True})


@pytest.fixture(scope="module")
def module_snapshot(
    build_for_module: Any, server: SandboxServer, addresses: dict[str, str]
) -> Iterator[Snapshot[Scenario]]:
    """Acme, built once for the module."""
    with build_for_module(lambda: build(Door(server, {})), server=server, at=NOW, addresses=addresses) as taken:
        yield taken


@pytest.fixture
def scenario(db: None, vendor: Door, module_snapshot: Snapshot[Scenario]) -> Scenario:
    """Acme, connected."""
    return module_snapshot.restore()


# ── The double by itself ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database file with the account Acme, and its keys; made once, because each test works on a copy."""
    database = tmp_path_factory.mktemp("acme") / "sandbox.sqlite3"
    return database, seed(database)


@pytest.fixture
def sandbox(settings: Any, tmp_path: Path, acme: tuple[Path, dict[str, str]]) -> Iterator[Door]:
    """The account Acme at a double with a clock of its own."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    seeded, keys = acme
    database = tmp_path / "sandbox.sqlite3"
    shutil.copy(seeded, database)
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as server:
        server.vendor("spark-hire").change_settings({"webhook_try_delays": [0, 0.05, 0.05]})
        yield Door(server, keys)
