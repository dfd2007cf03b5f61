"""Every registered vendor in turn: its double, and a company that is connected to it, as it was built in each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools import doubles
from devtools.sandbox.host.server import SandboxServer
from integrations import registry
from integrations.base import Integration
from recruiting.foundation import clock
from tests import vendors
from tests.faults.bad_answers import is_dealt
from tests.faults.driver import NOW, FaultDriver
from tests.module_fixtures import Snapshot, sandbox_settings

FAULT_DRIVERS = vendors.classes("faults", FaultDriver)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a vendor cannot do, and deal out the bad answers that not every vendor and call has to meet."""
    calls: list[str] = []
    dropped = []
    for item in items:
        drawn = getattr(getattr(item, "callspec", None), "params", {})
        if "fault_driver" not in drawn:
            continue
        if not drawn["fault_driver"].fits(getattr(item.function, "where", {})):  # type: ignore[attr-defined]
            dropped.append(item)
        elif "bad" in drawn:
            call = f"{item.path}::{item.originalname} {drawn.get('step')}"  # type: ignore[attr-defined]
            calls += [] if call in calls else [call]
            if not is_dealt(drawn["bad"], FAULT_DRIVERS.index(drawn["fault_driver"]), calls.index(call)):
                dropped.append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


@pytest.fixture(scope="module", params=FAULT_DRIVERS, ids=lambda kind: kind.title())
def fault_driver(request: pytest.FixtureRequest) -> type[FaultDriver]:
    chosen: type[FaultDriver] = request.param
    return chosen


@pytest.fixture(scope="module")
def integration(fault_driver: type[FaultDriver]) -> Iterator[Integration]:
    with fault_driver.registered():
        found = registry.get(fault_driver.slug)
        assert found is not None
        yield found


@pytest.fixture(scope="module")
def server(integration: Integration, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    database = tmp_path_factory.mktemp("vendor") / "sandbox.sqlite3"
    double = doubles.double_of(integration)
    assert double is not None
    with SandboxServer(database=database, vendors=[double]) as running:
        # A test delivers webhooks itself, in the order that it is about.
        running.vendors[0].change_settings({"webhook_try_delays": [0]})
        yield running


@pytest.fixture(scope="module")
def module_snapshot(
    build_for_module: Any, fault_driver: type[FaultDriver], server: SandboxServer
) -> Iterator[Snapshot[FaultDriver]]:
    """A company that uses the vendor, built once for the module."""

    def built() -> FaultDriver:
        vendor = fault_driver(server)
        vendor.build()
        return vendor

    with build_for_module(built, server=server, at=NOW, addresses=fault_driver.settings(server.url)) as taken:
        yield taken


@pytest.fixture
def vendor(
    db: None,
    fault_driver: type[FaultDriver],
    server: SandboxServer,
    settings: Any,
    tmp_path: Path,
    module_snapshot: Snapshot[FaultDriver],
) -> FaultDriver:
    """A vendor and a company that uses it; our clock and the vendor's show Friday 21 Nov 2025."""
    for name, value in sandbox_settings(tmp_path, **fault_driver.settings(server.url)).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    return module_snapshot.restore()
