"""Every registered vendor in turn: its sandbox, and a company that is connected to it, as it was built in each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.host.server import SandboxServer
from recruiting.foundation import clock
from tests.faults.bad_answers import is_dealt
from tests.faults.drivers import FAULT_DRIVERS, FaultDriver
from tests.spark_hire.house import NOW
from tests.standing import Standing, surroundings


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal out the bad answers that not every vendor and call has to meet."""
    calls: list[str] = []
    dropped = []
    for item in items:
        drawn = getattr(getattr(item, "callspec", None), "params", {})
        if "bad" in drawn and "slug" in drawn:
            call = f"{item.path}::{item.originalname} {drawn.get('step')}"  # type: ignore[attr-defined]
            calls += [] if call in calls else [call]
            if not is_dealt(drawn["bad"], list(FAULT_DRIVERS).index(drawn["slug"]), calls.index(call)):
                dropped.append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


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


@pytest.fixture(scope="module")
def standing_house(stand: Any, slug: str, server: SandboxServer) -> Iterator[Standing[FaultDriver]]:
    """A company that uses the vendor, built once for the module."""
    kind = FAULT_DRIVERS[slug]

    def built() -> FaultDriver:
        driver = kind(server)
        driver.build()
        return driver

    with stand(built, server=server, at=NOW, addresses=kind.settings(server.url)) as house:
        yield house


@pytest.fixture
def vendor(
    db: None,
    slug: str,
    server: SandboxServer,
    settings: Any,
    tmp_path: Path,
    standing_house: Standing[FaultDriver],
) -> FaultDriver:
    """A vendor and a company that uses it; our clock and the vendor's show Friday 21 Nov 2025."""
    for name, value in surroundings(tmp_path, **FAULT_DRIVERS[slug].settings(server.url)).items():
        setattr(settings, name, value)
    clock.travel(to=NOW)
    return standing_house.as_built()
