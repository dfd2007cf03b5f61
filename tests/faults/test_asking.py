"""Every bad answer of any vendor to a look or a cancel: what stays, what people read, how it heals."""

from typing import Any

import pytest

from integrations.models import Credential
from integrations.requests import phrases, services
from integrations.requests.lifecycle import Call, Entry, Event
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict
from tests.faults.bad_answers import DEAD_KEY, RATE_LIMITED, UNCERTAIN, Bad, assert_message, each, order, recover
from tests.faults.driver import FaultDriver, where
from tests.refusals import everything


# ── Refreshing ───────────────────────────────────────────────────────────────────────────────────────────────────────
@where(can_read=True)
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_failed_look_changes_nothing_and_the_next_one_tells(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    state, entry = vendor.moved_to
    request = vendor.sent()
    vendor.move_on(request)
    order(vendor, vendor.read, bad, settings)
    vendor.refreshed(request)

    assert vendor.now(request).state == "sent"
    assert_message(vendor, vendor.topic(Call.REFRESH), bad)
    assert vendor.entries() == [Entry.REQUESTED]
    assert bad.said_by(vendor) in vendor.see()

    recover(vendor, settings)
    assert vendor.now(request).state == state
    assert vendor.entries() == [Entry.REQUESTED, entry]
    assert bad.said_by(vendor) not in vendor.see()


@where(can_read=True, can_remove=True)
def test_what_the_vendor_no_longer_has_is_canceled(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.remove(request)

    request = vendor.refreshed(request)
    assert request.state == "canceled"
    why = vendor.flow.detail_of(request, Entry.CANCELED, Event.SEEN_GONE, clock.now())
    assert vendor.feed()[-1] == (Entry.CANCELED, why)


@where(can_read=True, unknown_status=True)
def test_an_unknown_status_is_kept_raw_and_flagged(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.move_on(request)
    vendor.fault(vendor.read, "unknown_status")
    request = vendor.refreshed(request)

    assert (request.vendor_status, request.status_is_unknown) == (vendor.unknown_status, True)
    assert request.state in ("sent", vendor.moved_to[0])
    assert phrases.unknown_status(vendor.vendor, vendor.unknown_status) in vendor.see()

    request = vendor.refreshed(request)
    assert (request.state, request.status_is_unknown) == (vendor.moved_to[0], False)
    assert vendor.entries() == [Entry.REQUESTED, vendor.moved_to[1]]


@where(can_read=True, odd_reads=True)
def test_an_odd_answer_to_a_look_still_counts(vendor: FaultDriver) -> None:
    for kind in vendor.odd_reads:
        request = vendor.sent(application=vendor.another())
        vendor.move_on(request)
        vendor.fault(vendor.read, kind)

        assert vendor.refreshed(request).state == vendor.moved_to[0], kind


# ── Canceling ────────────────────────────────────────────────────────────────────────────────────────────────────────
@where(can_cancel=True, can_read=True)
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_cancel_whose_first_question_failed_is_told_again(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    assert not was_heard(vendor, settings, bad, step=0)


@where(can_cancel=True)
@each(*UNCERTAIN, RATE_LIMITED)
def test_a_cancel_that_did_not_arrive_is_told_again(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    was_heard(vendor, settings, bad, step=-1)


def was_heard(vendor: FaultDriver, settings: Any, bad: Bad, *, step: int) -> bool:
    """Cancel with a bad answer to one of the calls; return whether the answer was good enough all the same."""
    vendor.prepare_canceling()
    request = vendor.sent()
    order(vendor, vendor.cancel_calls[step], bad, settings)
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    heard = not request.cancel_pending  # an answer without a body has nothing that can be cut or dripped
    assert request.state == "canceled"
    if not heard:
        assert_message(vendor, vendor.topic(Call.CANCEL), bad)
        assert phrases.cancel_on_its_way(vendor.vendor, request.invited_name) in vendor.see()

    recover(vendor, settings)
    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert vendor.running() == []
    assert vendor.entries() == [Entry.REQUESTED, Entry.CANCELED]
    return heard


@where(can_cancel=True)
@each(*DEAD_KEY)
def test_a_cancel_waits_for_a_key_that_may(vendor: FaultDriver, settings: Any, bad: Bad) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    order(vendor, vendor.cancel_calls[-1], bad, settings)
    vendor.cancel(request)
    vendor.drain()

    assert vendor.messages(vendor.topic(Call.CANCEL)) == ["parked"]
    assert vendor.message(vendor.topic(Call.CANCEL)).error == vendor.cancel_needs_key
    assert vendor.now(request).cancel_pending is True
    assert len(vendor.running()) == 1


@where(can_cancel=True)
@pytest.mark.parametrize(("kind", "more"), [("status", {"status": 400}), ("forbidden", {})])
def test_a_cancel_that_the_vendor_refuses_is_taken_back(vendor: FaultDriver, kind: str, more: Any) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    vendor.fault(vendor.cancel_calls[-1], kind, reason="It is being reviewed.", **more)
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert vendor.feed()[2] == (Entry.NOT_CANCELED, phrases.not_canceled("It is being reviewed."))
    assert not Credential.objects.filter(state="refused").exists()
    assert len(vendor.running()) == 1


@where(can_cancel=False)
def test_what_only_the_vendor_can_cancel_is_not_canceled_here(vendor: FaultDriver) -> None:
    request = vendor.sent()
    before = everything()

    with pytest.raises(Conflict) as refusal:
        vendor.cancel(request)

    assert (refusal.value.code, refusal.value.message) == ("only_there", vendor.flow.only_there(request))
    assert vendor.flow.only_there(request) in vendor.see()
    assert everything() == before
    assert vendor.running() == [request.vendor_id]


@where(can_cancel=False)
def test_what_only_the_vendor_can_cancel_need_not_be_tracked(vendor: FaultDriver) -> None:
    request = vendor.sent()
    services.stop_tracking(request=request, by=vendor.kim)
    vendor.complete(request)
    vendor.hear()
    vendor.drain()

    assert vendor.now(request).state == "stopped"
    assert vendor.entries() == [Entry.REQUESTED, Entry.STOPPED]
    assert vendor.running() == [request.vendor_id]


@where(can_cancel=False)
def test_what_never_left_is_canceled_although_the_vendor_cannot(vendor: FaultDriver) -> None:
    request = vendor.ask()
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("canceled", False)
    assert vendor.calls(vendor.create) == 0
    assert vendor.entries() == [Entry.REQUESTED, Entry.CANCELED]


@where(can_cancel=True)
def test_what_is_canceled_while_it_is_created_is_canceled_there(
    vendor: FaultDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.prepare_canceling()
    kind = type(vendor.flow)
    create = kind.create

    def canceled_meanwhile(flow: Any, client: Any, request: Any) -> Any:
        made = create(flow, client, request)
        vendor.cancel(request)
        return made

    with monkeypatch.context() as during:
        during.setattr(kind, "create", canceled_meanwhile)
        request = vendor.ask()
        vendor.drain()
    vendor.later()

    request = vendor.now(request)
    assert (request.state, request.cancel_pending, bool(request.vendor_id)) == ("canceled", False, True)
    assert vendor.running() == []


@where(can_cancel=True, can_read=False)
def test_a_vendor_that_cannot_be_asked_and_knows_no_cancel_has_canceled_nothing(vendor: FaultDriver) -> None:
    vendor.prepare_canceling()
    request = vendor.sent()
    vendor.fault(vendor.cancel_calls[-1], "status", status=404)
    vendor.cancel(request)
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, request.cancel_pending) == ("sent", False)
    assert vendor.entries()[-1] == Entry.NOT_CANCELED
    assert vendor.running() == [request.vendor_id]
