"""The prospects export with several at once, on PostgreSQL: one run, nobody twice, nobody waits for each other."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from integrations.crosschq.models import Prospect, ProspectRun
from integrations.crosschq.prospects import runs
from recruiting.candidates.models import Candidate
from recruiting.foundation.errors import RecruitingError
from recruiting.outbox.models import OutboxMessage
from tests.crosschq.prospecting import Office, open_office, prospect

pytestmark = pytest.mark.usefixtures("postgres", "transactional_db")


@pytest.fixture
def office(postgres: None, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = open_office(monkeypatch)
    made.vendor.people = [prospect(number) for number in range(30)]
    return made


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return action()
        except RecruitingError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, action) for action in actions]]


@pytest.mark.parametrize("attempt", range(3))
def test_a_page_that_two_workers_have_is_taken_once(office: Office, attempt: int) -> None:
    office.save()
    run, page = office.run, office.vendor.prospects()

    at_once(*[lambda: runs.save_page(run.pk, page, cursor="")] * 3)

    assert office.counts() == (20, 0, 0)
    assert (Candidate.objects.count(), Prospect.objects.count()) == (20, 20)
    assert OutboxMessage.objects.filter(payload__cursor="20").count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_switching_off_while_a_page_is_taken_leaves_all_of_it_or_none(office: Office, attempt: int) -> None:
    office.save(follows=True)
    run, page = office.run, office.vendor.prospects()

    at_once(lambda: runs.save_page(run.pk, page, cursor=""), lambda: office.save(is_on=False))
    office.take()

    assert (office.export.is_on, office.run.state) == (False, "stopped")
    assert Candidate.objects.count() == Prospect.objects.count() == office.run.taken_count
    assert Candidate.objects.count() in (0, 20)


def test_one_run_begins_however_many_ask(office: Office) -> None:
    office.save(follows=True)
    office.take()

    began = at_once(*[runs.follow] * 3, *[lambda: runs.start(export=office.export, by=office.dana)] * 2)

    assert ProspectRun.objects.filter(state="running").count() == 1
    assert sum(isinstance(one, ProspectRun) or one == 1 for one in began) == 1
