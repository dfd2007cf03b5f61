"""A running vendor sandbox per module, and in every test that asks for it a company that is connected to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from recruiting.foundation import clock
from tests.sandbox.driver import Driver
from tests.spark_hire.house import NOW, House, build
from tests.standing import Standing, surroundings


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
def vendor(server: SandboxServer, addresses: dict[str, str], settings: Any, tmp_path: Path) -> Iterator[Driver]:
    """An empty vendor; our clock and its clock show Friday 21 Nov 2025."""
    for name, value in surroundings(tmp_path, **addresses).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    driver = Driver(server, {})
    yield driver
    driver.control("POST", "/spark-hire/reset", {"everything": True})


@pytest.fixture(scope="module")
def standing_house(stand: Any, server: SandboxServer, addresses: dict[str, str]) -> Iterator[Standing[House]]:
    """Acme, built once for the module."""
    with stand(lambda: build(Driver(server, {})), server=server, at=NOW, addresses=addresses) as house:
        yield house


@pytest.fixture
def house(db: None, vendor: Driver, standing_house: Standing[House]) -> House:
    """Acme, connected."""
    return standing_house.as_built()
