"""Any vendor's webhooks as they really come: twice, out of order, too early, wrong, huge, unreadable."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from integrations import inbox
from integrations.background import reconcile
from integrations.models import WebhookDelivery
from integrations.requests import changes
from integrations.requests.lifecycle import Call, Entry
from recruiting.foundation import clock
from recruiting.outbox.models import OutboxMessage
from tests.faults.driver import FaultDriver, where


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("state", flat=True))


@where(has_webhooks=True)
def test_a_delivery_that_comes_three_times_is_told_once(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.complete(request)
    vendor.hear(times=3)
    vendor.drain()
    vendor.hear(times=3)
    vendor.drain()

    assert vendor.now(request).state == "completed"
    assert set(states()) == {"processed"}
    assert vendor.entries().count(Entry.COMPLETED) == 1


@where(has_webhooks=True)
def test_deliveries_in_the_wrong_order_end_at_the_truth(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.move_on(request)
    if vendor.moved_to[0] != "completed":  # at a vendor that tells of nothing between
        vendor.complete(request)
    assert vendor.hear(backwards=True) >= 2
    vendor.drain()

    assert vendor.now(request).state == "completed"
    assert set(states()) == {"processed"}
    assert vendor.entries().count(Entry.COMPLETED) == 1


def heard_too_early(vendor: FaultDriver) -> tuple[Any, str]:
    """Return a request of which a webhook came before we noted its id, and that id."""
    request = vendor.ask()
    with patch.object(changes, "created", side_effect=RuntimeError("killed before our commit")):
        vendor.drain()
    (made,) = vendor.running()
    vendor.move_on(made)
    assert vendor.hear() >= 1
    vendor.drain()
    return request, made


@where(has_webhooks=True, can_list=True)
def test_a_delivery_ahead_of_our_own_commit_is_matched_afterwards(vendor: FaultDriver) -> None:
    request, made = heard_too_early(vendor)

    assert vendor.now(request).vendor_id == ""
    assert set(states()) == {vendor.early_delivery}
    message = vendor.message(inbox.read.topic)
    if vendor.early_delivery == "waiting":
        assert (message.state, message.error, message.attempts) == ("waiting", "No request fits this delivery yet.", 0)

    vendor.later()
    vendor.later()
    assert vendor.now(request).vendor_id == made
    assert vendor.now(request).state == vendor.moved_to[0]
    assert set(states()) == {"processed"}
    assert vendor.running() == [made]


@where(has_webhooks=True, can_list=False)
def test_a_delivery_ahead_of_our_own_commit_never_leads_to_a_second_post(vendor: FaultDriver) -> None:
    request, made = heard_too_early(vendor)
    vendor.later()
    vendor.later()

    adopted = (vendor.moved_to[0], made, "processed")
    expected = adopted if vendor.adopts_by_delivery else ("uncertain", "", vendor.early_delivery)
    request = vendor.now(request)
    assert ((request.state, request.vendor_id), set(states())) == (expected[:2], {expected[2]})
    assert vendor.running() == [made]
    assert vendor.calls(vendor.create) == 1


@where(has_webhooks=True)
def test_a_delivery_between_the_answer_and_our_commit_is_followed_by_a_look(vendor: FaultDriver) -> None:
    note = changes.created

    def hears_first(*args: Any, **kwargs: Any) -> Any:
        vendor.move_on(vendor.running()[0])
        vendor.hear()
        vendor.drain()
        return note(*args, **kwargs)

    request = vendor.ask()
    with patch.object(changes, "created", side_effect=hears_first):
        vendor.drain()
    vendor.later()

    assert vendor.now(request).state == vendor.moved_to[0]
    assert set(states()) == {"processed"}
    assert vendor.entries() == [Entry.REQUESTED, vendor.moved_to[1]]


@where(has_webhooks=True)
def test_what_nobody_here_asked_for_is_put_aside_after_an_hour(vendor: FaultDriver) -> None:
    assert vendor.deliver(vendor.about("00000000-0000-0000-0000-000000000000")).status_code == 200
    vendor.drain()
    assert states() == ["waiting"]

    OutboxMessage.objects.filter(topic=inbox.read.topic).update(created_at=clock.machine_now() - timedelta(minutes=61))
    vendor.later()
    assert states() == ["unmatched"]
    assert vendor.message(inbox.read.topic).state == "done"
    assert vendor.entries() == []


def test_a_wrong_address_is_nothing(vendor: FaultDriver) -> None:
    for token in ("wrong", "x" * 500, "%2e%2e"):
        assert vendor.deliver(vendor.about("x"), token=token).status_code == 404
    assert WebhookDelivery.objects.count() == 0


@where(has_webhooks=True)
def test_a_delivery_for_another_company_reaches_none_of_ours(vendor: FaultDriver) -> None:
    request = vendor.sent()
    other = vendor.another_connection()
    looks = vendor.calls()
    assert vendor.deliver(vendor.about(request.vendor_id), installation=other).status_code == 200
    vendor.drain()

    assert vendor.calls() == looks
    assert states() == ["waiting"]


@where(has_webhooks=True)
def test_an_oversized_delivery_is_refused_and_not_stored(vendor: FaultDriver, settings: Any) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000
    assert vendor.deliver(vendor.saying(b"x" * 1001)).status_code == 413
    assert WebhookDelivery.objects.count() == 0


@where(has_webhooks=True, has_body=True)
def test_what_is_not_json_is_kept_as_unreadable(vendor: FaultDriver) -> None:
    bodies = [b"", b"not JSON", b'{"uuid": ', b"\xff\xfe", b"[" * 5000]
    assert [vendor.deliver(vendor.saying(body)).status_code for body in bodies] == [200] * len(bodies)
    vendor.drain()

    assert states() == ["unreadable"] * len(bodies)
    assert vendor.messages(inbox.read.topic) == ["done"] * len(bodies)


@where(has_webhooks=True, has_body=True)
def test_json_that_is_about_nothing_changes_nothing(vendor: FaultDriver) -> None:
    vendor.sent()
    looks = vendor.calls()
    bodies = [b"{}", b"[]", b"7", b"null", *vendor.odd_bodies]
    assert [vendor.deliver(vendor.saying(body)).status_code for body in bodies] == [200] * len(bodies)
    vendor.drain()

    assert states() == ["processed"] * len(bodies)
    assert vendor.calls() == looks


@where(has_webhooks=True, can_read=True)
def test_nothing_of_the_body_is_believed(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.deliver(
        vendor.about(request.vendor_id, status="completed", progress=100, report_url="https://evil.example/")
    )
    vendor.drain()

    assert vendor.now(request).state == "sent"
    assert states() == ["processed"]
    assert vendor.entries() == [Entry.REQUESTED]


@where(has_webhooks=True, can_read=True)
def test_a_webhook_wakes_a_look_that_is_backing_off(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.fault(vendor.read, "status", status=503)
    vendor.refreshed(request)
    assert vendor.message(vendor.topic(Call.REFRESH)).state == "waiting"

    vendor.move_on(request)
    vendor.hear()
    vendor.drain()
    assert vendor.now(request).state == vendor.moved_to[0]


@where(can_read=True)
def test_a_lost_webhook_heals_by_itself(vendor: FaultDriver) -> None:
    request = vendor.sent()
    vendor.move_on(request)
    reconcile()
    vendor.drain()
    assert vendor.now(request).state == "sent"

    clock.travel(by=timedelta(hours=2, minutes=1))
    reconcile()
    vendor.drain()
    assert vendor.now(request).state == vendor.moved_to[0]


@where(has_webhooks=True, signs=True)
def test_a_forged_delivery_is_refused_and_not_stored(vendor: FaultDriver) -> None:
    request = vendor.sent()
    told = vendor.about(request.vendor_id)
    forged = dict.fromkeys(vendor.headers(vendor.installation, told.body), "Basic Zm9yZ2VkOg==")
    assert forged

    for headers in (forged, dict.fromkeys(forged, "")):
        assert vendor.deliver(told, **headers).status_code == 401
    vendor.drain()

    assert states() == []
    assert vendor.now(request).state == "sent"
    assert vendor.entries() == [Entry.REQUESTED]


@where(can_read=False)
def test_where_the_vendor_cannot_be_asked_its_verified_deliveries_are_the_truth(vendor: FaultDriver) -> None:
    request = vendor.sent()
    asked = vendor.calls()
    vendor.complete(request)
    assert vendor.hear() >= 1
    vendor.drain()

    request = vendor.now(request)
    assert (request.state, vendor.entries()[-1]) == ("completed", Entry.COMPLETED)
    assert set(states()) == {"processed"}
    assert vendor.calls() == asked


@where(can_read=False)
def test_where_the_vendor_cannot_be_asked_nobody_asks(vendor: FaultDriver) -> None:
    request = vendor.sent()
    asked, told = vendor.calls(), vendor.entries()
    vendor.complete(request)  # and its delivery is lost
    clock.travel(by=timedelta(hours=2, minutes=1))
    reconcile()
    vendor.drain()

    assert vendor.refreshed(request).state == "sent"
    assert (vendor.calls(), vendor.entries()) == (asked, told)
