"""One contract over every registered integration, and proof that each of its checks can fail."""

from pathlib import Path
from typing import Any

import pytest

from integrations import registry
from integrations.base import Integration, WebhookHandler
from recruiting.extensions import Extension
from tests import vendors
from tests.contract.checks import CHECKS
from tests.contract.driver import Driver
from tests.contract.faulty import FAULTS
from tests.contract.world import world
from tests.dummy_integration.driver import DummyDriver
from tests.dummy_integration.integration import Dummy, Webhook

DRIVERS = {kind.slug: kind for kind in vendors.classes("driver", Driver)}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("slug", DRIVERS)
def test_every_integration_keeps_the_contract(db: None, settings: Any, tmp_path: Path, slug: str, check: Any) -> None:
    with world(DRIVERS[slug](), settings=settings, folder=tmp_path) as made:
        check(made)


@pytest.mark.parametrize(
    ("name", "driver"), [pytest.param(name, driver, id=f"{name}: {fault}") for name, fault, driver in FAULTS]
)
def test_each_check_fails_on_a_faulty_integration(
    db: None, settings: Any, tmp_path: Path, name: str, driver: DummyDriver
) -> None:
    with world(driver, settings=settings, folder=tmp_path) as made, pytest.raises(AssertionError):
        CHECKS[name](made)


def test_each_check_has_a_fault_that_it_finds() -> None:
    assert {name for name, _, _ in FAULTS} == set(CHECKS)


def test_every_registered_integration_has_a_driver() -> None:
    missing = [one.slug for one in registry.all_integrations() if one.slug not in DRIVERS]

    assert missing == [], "write a driver.py in the vendor's folder of tests"


def hooks(base: type) -> set[str]:
    """Return the names that an extension may declare."""
    return {
        name for kind in base.__mro__ for name in [*vars(kind), *getattr(kind, "__annotations__", {})] if name[0] != "_"
    }


def test_two_vendors_may_call_their_requests_alike() -> None:
    models = [model for one in registry.all_integrations() for model in one.request_models]

    assert len(models) > 1
    for model in models:
        reverse = model._meta.get_field("application").remote_field.get_accessor_name()
        assert reverse == f"{model._meta.app_label}_{model._meta.model_name}s"


def test_the_dummy_uses_every_hook_that_exists() -> None:
    declared = set(vars(Dummy))
    by_the_framework = {"is_enabled_for", "is_used_by", "still_shares"}

    assert hooks(Integration) >= hooks(Extension)
    assert hooks(Integration) - declared - by_the_framework == set()
    assert hooks(WebhookHandler) - set(vars(Webhook)) == set()
    assert Dummy.suggestions.job_fields and Dummy.suggestions.steps
