"""Several at once, on PostgreSQL: sweeps and single steps do not stop each other, and of two senders one sends."""

import threading
import time
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections

from integrations.requests import changes
from integrations.requests.lifecycle import Event
from integrations.spark_hire import schemas
from integrations.spark_hire.deadlines import expiry
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.models import InterviewRequest
from newsfeed.models import NewsfeedEntry
from recruiting.companies import services as companies
from recruiting.foundation import clock
from tests.spark_hire.door import Door
from tests.spark_hire.scenario import MIDNIGHT, Scenario, build, text


def somebody_waits() -> None:
    """Return once a session of the database waits for a lock."""
    ended_by = time.monotonic() + 10
    while time.monotonic() < ended_by:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")


def seen(scenario: Scenario, request: Any) -> schemas.Interview:
    return schemas.interview({"uuid": request.vendor_id, "status": "accepted", "scheduled_at": MIDNIGHT.isoformat()})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["a refresh", "a change of the company's zone"])
def test_the_sweep_and_another_writer_do_not_wait_for_each_other(
    transactional_db: None, postgres: None, vendor: Door, other: str
) -> None:
    scenario = build(vendor)
    request = scenario.sent()
    asked_at = clock.now()
    scenario.travel(MIDNIGHT)
    problems: list[BaseException] = []

    def write() -> None:
        try:
            if other == "a refresh":
                changes.apply_seen(
                    FLOW, request.pk, event=Event.SEEN_ACCEPTED, seen=seen(scenario, request), asked_at=asked_at
                )
            else:
                companies.change_details(
                    company=scenario.company, name="Acme", time_zone="America/Los_Angeles", by=scenario.dana
                )
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    entry_of = expiry._entry

    def once_the_other_waits(row: Any, now: Any) -> Any:
        # The sweep holds the request by now; a refresh has locked what is above it and waits for the request. A new
        # zone leaves alone what is due, so it need not wait.
        writer.start()
        if other == "a refresh":
            somebody_waits()
        else:
            writer.join(10)
            assert not writer.is_alive()
        return entry_of(row, now)

    with patch.object(expiry, "_entry", side_effect=once_the_other_waits):
        assert expiry.expire_due() == 1
    writer.join(20)

    assert problems == []
    assert scenario.now(request).state == "expired"
    assert scenario.titles().count("Expired") == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_click_send_at_the_same_instant_make_one_request(
    transactional_db: None, postgres: None, vendor: Door
) -> None:
    scenario = build(vendor)
    together = threading.Barrier(2)
    answers: list[tuple[int, str]] = []

    def click(member: Any) -> None:
        try:
            browser = scenario.browser(member)
            together.wait(10)
            response = browser.post(scenario.address("request"), {"expires_on": "2025-11-28"})
            answers.append((response.status_code, text(response) if response.status_code != 303 else ""))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=(member,)) for member in (scenario.kim, scenario.sam)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(status for status, _ in answers) == [303, 409]
    request = InterviewRequest.objects.get()
    loser = next(page for status, page in answers if status == 409)
    assert f"{request.requested_by} sent Ada Lovelace a request that is still open. Here it is." in loser
    scenario.drain()
    assert len(scenario.at_vendor()) == 1
    assert NewsfeedEntry.objects.filter(verb="spark_hire.requested").count() == 1
