"""One contract over every registered integration, and proof that each of its checks can fail."""

from pathlib import Path
from typing import Any

import pytest

from integrations import registry
from tests import vendors
from tests.contract.checks import CHECKS
from tests.contract.driver import Driver
from tests.contract.faulty import FAULTS
from tests.contract.world import world
from tests.dummy_integration.driver import DummyDriver
from tests.dummy_integration.integration import Dummy

DRIVERS = {kind.slug: kind for kind in vendors.classes("driver", Driver)}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("slug", DRIVERS)
def test_every_integration_keeps_the_contract(db: None, settings: Any, tmp_path: Path, slug: str, check: Any) -> None:
    with world(DRIVERS[slug](), settings=settings, folder=tmp_path) as made:
        check(made)


class WithoutWebhooks(Dummy):
    """Acme, if it told nothing by itself."""

    webhook = None  # type: ignore[assignment]


@pytest.mark.parametrize("name", ["connects_and_disconnects", "keeps_two_companies_apart", "takes_a_webhook_twice"])
def test_a_vendor_without_webhooks_keeps_it_as_well(db: None, settings: Any, tmp_path: Path, name: str) -> None:
    with world(DummyDriver(WithoutWebhooks), settings=settings, folder=tmp_path) as made:
        CHECKS[name](made)


@pytest.mark.parametrize(
    ("name", "driver"), [pytest.param(name, driver, id=f"{name}: {fault}") for name, fault, driver in FAULTS]
)
def test_each_check_fails_on_a_faulty_integration(
    db: None, settings: Any, tmp_path: Path, name: str, driver: Driver
) -> None:
    with world(driver, settings=settings, folder=tmp_path) as made, pytest.raises(AssertionError):
        CHECKS[name](made)


def test_each_check_has_a_fault_that_it_finds() -> None:
    assert {name for name, _, _ in FAULTS} == set(CHECKS)


def test_every_registered_integration_has_a_driver() -> None:
    missing = [one.slug for one in registry.all_integrations() if one.slug not in DRIVERS]

    assert missing == [], "write a driver.py in the vendor's folder of tests"
