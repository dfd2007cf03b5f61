"""Every bad answer of any vendor to a look or a cancel: what stays, what people read, how it heals."""

from typing import Any

import pytest

from integrations.models import Credential
from tests.faults.bad_answers import DEAD_KEY, RATE_LIMITED, UNCERTAIN, Bad, assert_message, each, order, recover
from tests.faults.drivers import FaultDriver


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_failed_look_changes_nothing_and_the_next_one_tells(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    state, title = vendor.moved_to
    request = vendor.sent()
    vendor.move_on(request)
    order(vendor, vendor.read, bad, settings)
    vendor.refreshed(request)

    assert vendor.now(request).state == "sent"
    assert_message(vendor, vendor.refresh_topic, bad)
    assert vendor.titles() == ["Requested"]
    assert bad.said_by(vendor) in vendor.see()

    recover(vendor, settings)
    assert vendor.now(request).state == state
    assert vendor.titles() == ["Requested", title]
    assert bad.said_by(vendor) not in vendor.see()


def test_what_the_vendor_no_longer_has_is_canceled(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.remove(request)

    request = vendor.refreshed(request)
    assert request.state == "canceled"
    assert vendor.feed()[-1] == f"Canceled: Removed in {vendor.vendor}. Treated as canceled."


def test_an_unknown_status_is_kept_raw_and_flagged(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.move_on(request)
    vendor.fault(vendor.read, "unknown_status")
    request = vendor.refreshed(request)

    assert (request.vendor_status, request.status_is_unknown) == (vendor.unknown_status, True)
    assert request.state in ("sent", vendor.moved_to[0])
    assert f"{vendor.vendor} says “{vendor.unknown_status}”, which we do not know." in vendor.see()

    request = vendor.refreshed(request)
    assert (request.state, request.status_is_unknown) == (vendor.moved_to[0], False)
    assert vendor.titles() == ["Requested", vendor.moved_to[1]]


def test_an_odd_answer_to_a_look_still_counts(vendor: FaultDriver) -> None:
    for kind in vendor.odd_reads:
        request = vendor.sent(application=vendor.another())
        vendor.move_on(request)
        vendor.fault(vendor.read, kind)

        assert vendor.refreshed(request).state == vendor.moved_to[0], kind


# ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("step", [0, 1], ids=["reading", "canceling"])
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_cancel_that_did_not_arrive_is_told_again(vendor: FaultDriver, settings: Any, bad: Bad, step: int) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    order(vendor, vendor.cancel_calls[step], bad, settings)
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    heard = request.cancel_pending is False  # an answer without a body has nothing that can be cut or dripped
    assert request.state == "canceled"
    if not heard:
        assert_message(vendor, vendor.cancel_topic, bad)
        assert f"Telling {vendor.vendor}…" in vendor.see()
    assert heard <= (step == 1)

    recover(vendor, settings)
    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert vendor.running() == []
    assert vendor.titles() == ["Requested", "Canceled"]


@each(*DEAD_KEY)
def test_a_cancel_waits_for_a_key_that_may(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    order(vendor, vendor.cancel_calls[1], bad, settings)
    vendor.cancel(request)
    vendor.drain()

    assert vendor.messages(vendor.cancel_topic) == ["parked"]
    assert vendor.message(vendor.cancel_topic).error == vendor.cancel_needs_key
    assert vendor.now(request).cancel_pending is True
    assert len(vendor.running()) == 1


@pytest.mark.parametrize(("kind", "more"), [("status", {"status": 400}), ("forbidden", {})])
def test_a_cancel_that_the_vendor_refuses_is_taken_back(vendor: FaultDriver, kind: str, more: Any) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    vendor.fault(vendor.cancel_calls[1], kind, reason="It is being reviewed.", **more)
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert vendor.feed()[2] == "Not Canceled: Not canceled: It is being reviewed."
    assert not Credential.objects.filter(state="refused").exists()
    assert len(vendor.running()) == 1
