"""A running sandbox per module, and a company that is connected to it, as it was built in every test that asks."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.crosschq import CrosschqSandbox
from devtools.sandbox.host.server import SandboxServer
from recruiting.foundation import clock
from tests.crosschq.door import Door, seed
from tests.crosschq.scenario import NOW, Scenario, build
from tests.module_fixtures import Snapshot, sandbox_settings


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    with SandboxServer(database=database, vendors=[CrosschqSandbox]) as running:
        yield running


@pytest.fixture(scope="module")
def addresses(server: SandboxServer) -> dict[str, str]:
    """Return the settings that lead to the sandbox."""
    return {"CROSSCHQ_BASE_URL": f"{server.url}/crosschq", "CROSSCHQ_WEB_URL": f"{server.url}/crosschq"}


@pytest.fixture
def vendor(server: SandboxServer, addresses: dict[str, str], settings: Any, tmp_path: Path) -> Iterator[Door]:
    """An empty vendor; our clock and its clock show Friday 21 Nov 2025."""
    for name, value in sandbox_settings(tmp_path, **addresses).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    driver = Door(server, {})
    yield driver
    driver.control("POST", "/crosschq/reset", {"everything": True})


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
def acme_and_globex(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database file with two organizations, and their keys; each test works on a copy."""
    database = tmp_path_factory.mktemp("crosschq") / "sandbox.sqlite3"
    return database, seed(database)


@pytest.fixture
def crosschq(settings: Any, tmp_path: Path, acme_and_globex: tuple[Path, dict[str, str]]) -> Iterator[Door]:
    """The two organizations at a double with a clock of its own."""
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    seeded, keys = acme_and_globex
    database = tmp_path / "crosschq.sqlite3"
    shutil.copy(seeded, database)
    with SandboxServer(database=database, vendors=[CrosschqSandbox]) as server:
        server.vendor("crosschq").change_settings({"webhook_try_delays": [0, 0.05, 0.05]})
        yield Door(server, keys)
