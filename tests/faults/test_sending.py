"""Every bad answer of any vendor to a send: never doubled, never lost, and what people read meanwhile."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from integrations import registry
from integrations.models import Credential, Installation
from integrations.requests import services
from integrations.requests.lifecycle import Call, Entry
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict
from tests import vendors
from tests.faults.bad_answers import (
    BROKEN,
    DEAD_KEY,
    RATE_LIMITED,
    REFUSED,
    UNCERTAIN,
    Bad,
    assert_message,
    each,
    order,
    recover,
)
from tests.faults.driver import FaultDriver, where
from tests.refusals import everything
from tests.sandbox.door import until


def test_every_registered_integration_has_a_driver() -> None:
    missing = {one.slug for one in registry.all_integrations()} - {
        kind.slug for kind in vendors.classes("faults", FaultDriver)
    }

    assert missing == set(), "write a faults.py in the vendor's folder of tests"


def test_what_only_some_vendors_can_is_tried_with_one_of_them() -> None:
    modules = [import_module(f"tests.faults.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    wanted = [test.where for module in modules for test in vars(module).values() if hasattr(test, "where")]

    assert len(wanted) > 10
    drivers = vendors.classes("faults", FaultDriver)
    assert [one for one in wanted if not any(driver.fits(one) for driver in drivers)] == []


def lost(vendor: FaultDriver, bad: Bad, settings: Any) -> Any:
    """Return a request of which a bad answer leaves open whether the vendor has it."""
    order(vendor, vendor.create, bad, settings)
    request = vendor.ask()
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.vendor_id, request.failure) == ("queued", "", "")
    assert request.send_attempted_at is not None
    assert_message(vendor, vendor.topic(Call.CREATE), bad)
    assert vendor.entries() == [Entry.REQUESTED]
    assert vendor.flow.badge(request).word in vendor.see()
    return request


@where(can_list=True)
@each(*UNCERTAIN)
def test_an_uncertain_send_is_looked_for_and_never_doubled(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    request = lost(vendor, bad, settings)

    recover(vendor, settings)

    request = vendor.now(request)
    assert request.state == "sent"
    assert vendor.running() == [request.vendor_id]
    assert vendor.entries() == [Entry.REQUESTED]
    assert vendor.messages(vendor.topic(Call.CREATE)) == ["done"]


@where(can_list=False)
@each(*UNCERTAIN)
def test_where_nobody_can_look_a_lost_answer_is_shown_and_never_posted_again_by_itself(
    vendor: FaultDriver, settings: Any, bad: Bad
) -> None:
    request = lost(vendor, bad, settings)
    there = vendor.running()

    recover(vendor, settings)
    vendor.later()

    request = vendor.now(request)
    assert (request.state, request.vendor_id) == ("uncertain", "")
    assert vendor.vendor in request.failure and request.failure in vendor.see()
    assert vendor.entries() == [Entry.REQUESTED, Entry.UNCERTAIN]
    assert vendor.running() == there
    assert vendor.calls(vendor.create) == 1
    before = everything()
    with pytest.raises(Conflict):
        vendor.ask()
    assert everything() == before

    services.confirm_absent(request=request, by=vendor.kim)  # a person has looked
    vendor.drain()
    assert vendor.now(request).state == "sent"
    assert vendor.calls(vendor.create) == 2


@where(can_list=False)
def test_where_nobody_can_look_a_late_commit_is_not_asked_for_again(vendor: FaultDriver, settings: Any) -> None:
    vendor.fault(vendor.create, "commit_delay", seconds=1.5)
    settings.VENDOR_WORKER_DEADLINE_SECONDS = 0.5
    request = vendor.ask()
    vendor.drain()
    recover(vendor, settings)

    until(lambda: vendor.running())
    vendor.later()
    assert vendor.now(request).state == "uncertain"
    assert len(vendor.running()) == vendor.calls(vendor.create) == 1


@where(can_list=True)
def test_a_late_commit_is_waited_for(vendor: FaultDriver, settings: Any) -> None:
    vendor.fault(vendor.create, "commit_delay", seconds=1.5)
    settings.VENDOR_WORKER_DEADLINE_SECONDS, settings.OUTBOX_SETTLE_SECONDS = 0.5, 120.0
    request = vendor.ask()
    vendor.drain()
    vendor.later()

    assert vendor.now(request).state == "queued"
    message = vendor.message(vendor.topic(Call.CREATE))
    assert (message.error_class, message.attempts) == ("Postpone", 1)
    assert (message.available_at - clock.machine_now()).total_seconds() > 110
    assert vendor.calls(vendor.create) == 1

    until(lambda: vendor.running())
    settings.OUTBOX_SETTLE_SECONDS = 0.0
    recover(vendor, settings)
    assert vendor.running() == [vendor.now(request).vendor_id]
    assert vendor.calls(vendor.create) == 1


def test_a_pause_that_the_vendor_asks_for_is_kept_to_the_second(vendor: FaultDriver, settings: Any) -> None:
    order(vendor, vendor.create, RATE_LIMITED, settings)
    request = vendor.ask()
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.send_attempted_at) == ("queued", None)
    assert_message(vendor, vendor.topic(Call.CREATE), RATE_LIMITED)
    message = vendor.message(vendor.topic(Call.CREATE))
    assert 80 < (message.available_at - clock.machine_now()).total_seconds() <= 90
    assert message.attempts == 0
    paused = Installation.objects.get()
    assert paused.is_paused(clock.machine_now())
    other = vendor.ask(application=vendor.another())
    vendor.drain()
    assert vendor.now(other).state == "queued"
    assert vendor.calls(vendor.create) == 1

    recover(vendor, settings)
    assert (vendor.now(request).state, vendor.now(other).state) == ("sent", "sent")
    assert len(vendor.running()) == 2


def test_a_429_without_the_header_pauses_for_a_minute(vendor: FaultDriver) -> None:
    vendor.fault(vendor.create, "status", status=429, reason="Slow down.")
    vendor.ask()
    vendor.drain()

    waits = vendor.message(vendor.topic(Call.CREATE)).available_at - clock.machine_now()
    assert 50 < waits.total_seconds() <= 60


@each(*DEAD_KEY)
def test_a_send_that_the_key_may_not_do_waits_for_a_person(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    order(vendor, vendor.create, bad, settings)
    request = vendor.ask()
    vendor.drain()

    request = vendor.now(request)
    failure, verbs = vendor.waits_for_key
    assert (request.state, request.failure, request.send_attempted_at) == ("queued", failure, None)
    assert vendor.messages(vendor.topic(Call.CREATE)) == ["parked"]
    assert Credential.objects.filter(state="refused").count() == 1
    assert vendor.entries() == [Entry.REQUESTED, *verbs]
    assert vendor.running() == []


def test_a_send_that_is_forbidden_waits_while_nobody_says_whether_the_key_is_good(vendor: FaultDriver) -> None:
    vendor.fault(vendor.create, "forbidden", times=-1, reason="Evaluators cannot do this.")
    vendor.fault(vendor.check_key, "status", status=503)
    request = vendor.ask()
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.send_attempted_at, vendor.messages(vendor.topic(Call.CREATE))) == (
        "queued",
        None,
        ["waiting"],
    )
    vendor.later()
    assert vendor.now(request).failure == "Evaluators cannot do this."
    assert not Credential.objects.filter(state="refused").exists()


@each(*REFUSED)
def test_a_send_that_the_vendor_refuses_fails_with_its_reason(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    order(vendor, vendor.create, bad, settings)
    request = vendor.ask()
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.failure, request.send_attempted_at) == ("failed", bad.error, None)
    assert vendor.messages(vendor.topic(Call.CREATE)) == ["dead"]
    assert not Credential.objects.filter(state="refused").exists()
    assert Installation.objects.get().needs_attention == ""
    entry, sentence = vendor.feed()[-1]
    assert entry == Entry.FAILED and sentence.endswith(f": {bad.error}")
    assert vendor.running() == []

    assert vendor.try_again(request) == 303
    vendor.drain()
    assert vendor.now(request).state == "sent"
    assert len(vendor.running()) == 1


def test_a_reason_of_the_vendor_is_shown_escaped_and_cut(vendor: FaultDriver) -> None:
    vendor.fault(vendor.create, "status", status=400, reason="<script>alert(1)</script>" + "x" * 500)
    request = vendor.ask()
    vendor.drain()

    assert len(vendor.now(request).failure) == 200
    body = vendor.body()
    assert "&lt;script&gt;alert(1)" in body
    assert "<script>alert(1)" not in body


@where(can_list=True)
def test_after_ten_tries_a_send_fails_and_says_so(vendor: FaultDriver, settings: Any) -> None:
    vendor.fault(vendor.create, "status", status=503, times=-1)
    request = vendor.ask()
    vendor.drain()
    for _ in range(9):
        vendor.later()

    request = vendor.now(request)
    assert (request.state, request.failure) == ("failed", BROKEN.format(vendor=vendor.vendor))
    assert vendor.message(vendor.topic(Call.CREATE)).attempts == 10
    assert vendor.entries() == [Entry.REQUESTED, Entry.FAILED]

    vendor.forget_faults()
    assert vendor.try_again(request) == 303
    vendor.later()
    assert vendor.now(request).state == "sent"
    assert len(vendor.running()) == 1


@where(odd_creates=True)
def test_an_odd_answer_to_a_send_still_counts(vendor: FaultDriver) -> None:
    requests = []
    for kind in vendor.odd_creates:
        vendor.fault(vendor.create, kind)
        requests.append(vendor.ask(application=vendor.another()))
        vendor.drain()

    assert [vendor.now(request).state for request in requests] == ["sent"] * len(vendor.odd_creates)
    assert sorted(vendor.running()) == sorted(vendor.now(request).vendor_id for request in requests)


def test_nothing_of_a_bad_answer_reaches_a_request_of_somebody_else(vendor: FaultDriver) -> None:
    vendor.fault(vendor.create, "status", status=400, reason="No.")
    request = vendor.ask()
    other = vendor.ask(application=vendor.another())
    vendor.drain()

    assert (vendor.now(request).state, vendor.now(other).state) == ("failed", "sent")
    assert vendor.running() == [vendor.now(other).vendor_id]
