"""Several at once, on PostgreSQL: one check leaves, the others are told."""

import pytest

from integrations.crosschq import services
from integrations.crosschq.models import ReferenceCheck
from integrations.requests import services as request_services
from tests.applications.test_concurrency import at_once, kinds
from tests.crosschq.door import Door
from tests.crosschq.scenario import Scenario, build


@pytest.fixture
def busy(transactional_db: None, postgres: None, vendor: Door) -> Scenario:
    return build(vendor)


@pytest.mark.parametrize("attempt", range(3))
def test_of_three_senders_one_sends(busy: Scenario, attempt: int) -> None:
    outcomes = at_once(*[lambda: busy.send()] * 3)

    assert kinds(outcomes) == ["AlreadyRequested", "AlreadyRequested", "ReferenceCheck"]
    busy.drain()
    assert len(busy.at_vendor()) == 1


def test_told_of_one_move_by_three_at_once_it_sends_once(busy: Scenario) -> None:
    transition = busy.move()
    ReferenceCheck.objects.all().delete()

    at_once(*[lambda: services.start(transition)] * 3)

    assert ReferenceCheck.objects.count() == 1


def test_a_cancel_and_a_second_worker_end_in_one_state(busy: Scenario) -> None:
    busy.configure(api_version="v2")
    check = busy.send()

    def work() -> None:
        busy.drain()

    at_once(work, lambda: request_services.cancel(request=check, by=busy.kim), work)
    busy.later()
    busy.later()

    check = busy.now(check)
    alive = [row["status"] for row in busy.at_vendor() if row["status"] != "cancelled"]
    assert (check.state, check.cancel_pending, alive) == ("canceled", False, [])
