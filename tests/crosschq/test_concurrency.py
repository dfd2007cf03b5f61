"""Several at once, on PostgreSQL: one check leaves, the others are told; the database itself refuses a second one."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from integrations.crosschq import checks
from integrations.crosschq.models import ReferenceCheck
from recruiting.base import ids
from recruiting.base.constraints import violated
from tests.applications.test_concurrency import at_once, kinds
from tests.crosschq.house import House, build
from tests.sandbox.crosschq import CrosschqDriver


@pytest.fixture
def busy(transactional_db: None, postgres: None, vendor: CrosschqDriver) -> House:
    return build(vendor)


@pytest.mark.parametrize("attempt", range(3))
def test_of_three_senders_one_sends(busy: House, attempt: int) -> None:
    outcomes = at_once(*[lambda: busy.send()] * 3)

    assert kinds(outcomes) == ["AlreadyRequested", "AlreadyRequested", "ReferenceCheck"]
    busy.drain()
    assert len(busy.at_vendor()) == 1


def test_told_of_one_move_by_three_at_once_it_sends_once(busy: House) -> None:
    transition = busy.move()
    ReferenceCheck.objects.all().delete()

    at_once(*[lambda: checks.start(transition)] * 3)

    assert ReferenceCheck.objects.count() == 1


def test_a_cancel_and_a_second_worker_end_in_one_state(busy: House) -> None:
    busy.configure(api_version="v2")
    check = busy.send()

    def work() -> None:
        busy.drain()

    at_once(work, lambda: checks.cancel(check=check, by=busy.kim), work)
    busy.later()
    busy.later()

    check = busy.now(check)
    alive = [row["status"] for row in busy.at_vendor() if row["status"] != "cancelled"]
    assert (check.state, check.cancel_pending, alive) == ("canceled", False, [])


def copy_of(check: ReferenceCheck, **changes: Any) -> ReferenceCheck:
    again = ReferenceCheck.objects.get(pk=check.pk)
    again.pk, again.transition, again.vendor_id, again.sent_at, again.state = ids.uuid7(), None, "", None, "queued"
    for name, value in changes.items():
        setattr(again, name, value)
    return again


@pytest.mark.django_db
def test_the_database_refuses_a_second_one_whatever_the_code_does(house: House) -> None:
    house.move()
    check = house.check()

    for changes, rule in (
        ({}, "referencecheck_one_per_template"),
        ({"transition": check.transition, "is_forced": True}, "referencecheck_one_per_move"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            copy_of(check, **changes).save(force_insert=True)
        assert violated(caught.value) == rule
    copy_of(check, is_forced=True).save(force_insert=True)
