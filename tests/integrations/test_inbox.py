"""Webhooks in: stored before they are answered, read later, and believed in nothing but their id."""

import codecs
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from integrations import inbox
from integrations.base import EventKind, VendorEvent
from integrations.models import Installation, WebhookDelivery
from integrations.standard.webhook import SignedWebhook
from recruiting.outbox import messages, worker
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.dummy_integration.factories import AssessmentFactory
from tests.dummy_integration.faults import signature as signature_of
from tests.dummy_integration.integration import FLOW, Dummy

pytestmark = pytest.mark.both_engines

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
REFRESH = "dummy_integration.refresh"


@pytest.fixture(autouse=True)
def noon(dummy: Dummy) -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def installation(db: None) -> Installation:
    """A connection of a company."""
    return factories.InstallationFactory(company=factories.CompanyFactory())


def address(installation: Installation, event: str = "changed") -> str:
    return f"/webhooks/{installation.integration}/{installation.webhook_token}/{event}/"


def deliver(
    installation: Installation,
    body: bytes = b'{"id": "a-1"}',
    *,
    method: str = "POST",
    delivery: str | None = None,
    signature: str | None = None,
    path: str = "",
    **extra: Any,
) -> Any:
    signed = signature_of(installation, body)
    headers = {"X-Acme-Signature": signed if signature is None else signature}
    if delivery:
        headers["X-Acme-Delivery"] = delivery
    return Client().generic(
        method, path or address(installation), body, content_type="application/json", headers=headers, **extra
    )


def counts() -> tuple[int, int]:
    return WebhookDelivery.objects.count(), OutboxMessage.objects.count()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_delivery_is_stored_with_the_promise_to_read_it(installation: Installation, method: str) -> None:
    response = deliver(installation, method=method)

    assert (response.status_code, response.content) == (200, b"Stored.\n")
    row = WebhookDelivery.objects.get()
    assert (row.event, bytes(row.body), row.state, row.received_at) == ("changed", b'{"id": "a-1"}', "waiting", NOON)
    assert row.company == installation.company
    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload, message.channel) == (
        "integrations.read_delivery",
        {"delivery": str(row.pk)},
        installation.channel,
    )
    installation.refresh_from_db()
    assert installation.last_heard_at == NOON


def test_an_event_in_the_path_is_optional(installation: Installation) -> None:
    path = f"/webhooks/dummy/{installation.webhook_token}/"

    assert deliver(installation, path=path).status_code == 200
    assert WebhookDelivery.objects.get().event == ""
    assert reverse("integrations:webhook", args=["dummy", "x"]) == "/webhooks/dummy/x/"


def test_it_is_committed_before_the_answer(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = factories.InstallationFactory(company=factories.CompanyFactory())
    seen: list[tuple[bool, int]] = []
    original = inbox.HttpResponse

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.append((connection.in_atomic_block, WebhookDelivery.objects.count()))
        return original(*args, **kwargs)

    monkeypatch.setattr(inbox, "HttpResponse", watched)
    monkeypatch.setattr("recruiting.outbox.queue.notify_worker", lambda: None)

    assert deliver(installation).status_code == 200
    assert seen == [(False, 1)]


def test_a_delivery_that_cannot_be_stored_is_not_acknowledged(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(inbox.WebhookDelivery.objects, "create", full)
    client = Client(raise_request_exception=False)
    body = b"{}"
    signature = signature_of(installation, body)

    response = client.post(
        address(installation), body, content_type="application/json", headers={"X-Acme-Signature": signature}
    )

    assert response.status_code == 500
    assert counts() == (0, 0)


@pytest.mark.parametrize("path", ["/webhooks/dummy/{}/changed/", "/webhooks/nobody/{token}/changed/"])
def test_an_unknown_address_is_404_and_stores_nothing(installation: Installation, path: str) -> None:
    response = deliver(installation, path=path.format("wrong", token=installation.webhook_token))

    assert response.status_code == 404
    assert counts() == (0, 0)


def test_the_token_of_one_integration_does_not_open_another(installation: Installation) -> None:
    Installation.objects.filter(pk=installation.pk).update(integration="other")

    assert deliver(installation).status_code == 404
    assert counts() == (0, 0)


@pytest.mark.parametrize("signature", ["", "0" * 64, "not hexadecimal"])
def test_a_forged_delivery_is_401_and_stores_nothing(installation: Installation, signature: str) -> None:
    assert deliver(installation, signature=signature).status_code == 401
    assert counts() == (0, 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(installation: Installation, caplog: pytest.LogCaptureFixture, method: str) -> None:
    response = deliver(installation, method=method)

    assert response.status_code == 405
    assert response["Allow"] == "POST, PUT"
    assert caplog.messages[0] == f"dummy takes webhooks by POST or PUT, not by {method}."
    assert counts() == (0, 0)


class AnnouncedByPatch(SignedWebhook):
    """Says nothing in its body: an empty PATCH to an address that names the request."""

    methods = ("PATCH",)

    def parse(self, body: bytes, *, event: str) -> list[VendorEvent]:
        """Return that the request behind the address has changed."""
        assert body == b""
        return [VendorEvent(kind=EventKind.REQUEST_CHANGED, vendor_id=event)]


def test_a_vendor_may_have_its_own_method_and_nothing_to_say(
    installation: Installation, dummy: Dummy, caplog: pytest.LogCaptureFixture
) -> None:
    dummy.webhook = AnnouncedByPatch(FLOW, header="X-Acme-Signature")
    AssessmentFactory(installation=installation, company=installation.company, vendor_id="a-1", state="sent")
    path = address(installation, event="a-1")

    assert [deliver(installation, b"", path=path, method=method).status_code for method in ("POST", "PUT")] == [405] * 2
    assert caplog.messages[0] == "dummy takes webhooks by PATCH, not by POST."
    assert deliver(installation, b"", path=path, method="PATCH").status_code == 200
    worker.perform(messages.claim(now=NOON, lease_seconds=60))
    assert (the_delivery().event, the_delivery().state) == ("a-1", "processed")
    assert OutboxMessage.objects.filter(topic=REFRESH).count() == 1


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 413)])
def test_a_body_over_the_cap_is_413(installation: Installation, settings: Any, size: int, status: int) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000

    assert deliver(installation, b"x" * size).status_code == status
    assert counts() == ((1, 1) if status == 200 else (0, 0))


@pytest.mark.parametrize("declared", ["99999999999", "-1", "many", "1e3", "²"])
def test_a_length_that_is_too_large_or_no_number_is_413(
    installation: Installation, settings: Any, declared: str
) -> None:
    assert deliver(installation, CONTENT_LENGTH=declared).status_code == 413
    assert counts() == (0, 0)


class Endless(io.RawIOBase):
    """A body in chunks that never ends; counts what was read of it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        assert 0 < size < 10_000, "read without a limit"
        self.taken += size
        return b"x" * size


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 413)])
def test_a_body_in_chunks_has_the_same_cap(installation: Installation, settings: Any, size: int, status: int) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000
    body = b"x" * size

    response = deliver(
        installation, body, **{"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
    )

    assert response.status_code == status
    assert [bytes(row.body) for row in WebhookDelivery.objects.all()] == ([body] if status == 200 else [])


def test_an_endless_body_is_left_unread(installation: Installation, settings: Any) -> None:
    settings.WEBHOOK_MAX_BYTES = 1000
    endless = Endless()

    response = deliver(installation, **{"CONTENT_LENGTH": "", "wsgi.input": endless, "wsgi.input_terminated": True})

    assert (response.status_code, endless.taken) == (413, 1001)


def test_the_same_delivery_twice_is_stored_once(installation: Installation) -> None:
    assert deliver(installation, delivery="d-1").status_code == 200
    assert deliver(installation, delivery="d-1").status_code == 200
    assert counts() == (1, 1)

    assert deliver(installation, delivery="d-2").status_code == 200
    assert counts() == (2, 2)


def test_without_an_id_each_copy_is_stored(installation: Installation) -> None:
    deliver(installation)
    deliver(installation)

    assert counts() == (2, 2)


def test_two_companies_may_hear_the_same_delivery_id(installation: Installation) -> None:
    other = factories.InstallationFactory(company=factories.CompanyFactory())

    deliver(installation, delivery="d-1")
    deliver(other, delivery="d-1")

    assert {row.company for row in WebhookDelivery.objects.all()} == {installation.company, other.company}


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def the_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_reading_a_delivery_only_asks_the_vendor_again(installation: Installation, mark: bytes) -> None:
    assessment = AssessmentFactory(
        installation=installation, company=installation.company, vendor_id="a-1", state="sent"
    )
    deliver(installation, mark + json.dumps({"id": "a-1", "state": "completed"}).encode())

    message = messages.claim(now=NOON, lease_seconds=60)
    worker.perform(message)

    assert the_delivery().state == "processed"
    assessment.refresh_from_db()
    assert assessment.state == "sent"
    assert [m.payload for m in OutboxMessage.objects.filter(topic=REFRESH)] == [{"request": str(assessment.pk)}]


def test_a_delivery_waits_an_hour_for_its_request(installation: Installation, noon: time_machine.Traveller) -> None:
    deliver(installation)

    assert worker.drain() == 1
    message = OutboxMessage.objects.get()
    assert (message.state, message.available_at, message.attempts) == ("waiting", NOON + timedelta(seconds=30), 0)
    assert the_delivery().state == "waiting"
    noon.move_to(NOON + timedelta(hours=1))
    worker.drain()
    assert the_delivery().state == "waiting"
    noon.move_to(NOON + timedelta(hours=1, seconds=31))
    worker.drain()

    assert the_delivery().state == "unmatched"
    assert OutboxMessage.objects.get().state == "done"


def test_a_request_that_comes_later_is_found(installation: Installation, noon: time_machine.Traveller) -> None:
    deliver(installation)
    worker.drain()
    AssessmentFactory(installation=installation, company=installation.company, vendor_id="a-1", state="sent")
    noon.move_to(NOON + timedelta(seconds=30))

    worker.perform(messages.claim(now=NOON + timedelta(seconds=30), lease_seconds=60))

    assert the_delivery().state == "processed"


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe\x00", b'{"id": ', b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_kept_and_closed(installation: Installation, body: bytes) -> None:
    deliver(installation, body)

    worker.drain()

    assert (the_delivery().state, bytes(the_delivery().body)) == ("unreadable", body)
    assert OutboxMessage.objects.get().state == "done"


UNSTORABLE = [
    b'{"id": "a\\u0000b"}',
    b'{"id": "\\ud800"}',
    b'{"id": "a-1", "who": {"name": ["\\u0000"]}}',
    b'{"\\udfff": 1, "id": "a-1"}',
    '{"id": "a\\u0000b"}'.encode("utf-16"),
    b'{"id": "\xed\xa0\x80"}',
    b'{"id": ' + b"9" * 5000 + b"}",
    b'{"id": "a", "b":' + b"[" * 900 + b"]" * 900 + b"}",
]


@pytest.mark.parametrize("body", UNSTORABLE, ids=range(len(UNSTORABLE)))
def test_a_body_that_the_database_cannot_store_is_closed_at_once(installation: Installation, body: bytes) -> None:
    AssessmentFactory(company=installation.company, installation=installation, vendor_id="a-1")
    deliver(installation, body)

    worker.drain()

    message = OutboxMessage.objects.get()
    assert (the_delivery().state, message.state, message.attempts, message.error) == ("unreadable", "done", 1, "")


def test_an_integration_that_stumbles_over_a_shape_has_read_it_for_the_last_time(
    installation: Installation, dummy: Dummy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dummy.webhook, "parse", lambda body, event: [json.loads(body)["other"]["thing"]])
    for body in (b"{}", b'{"other": 7}', b"[]", b"null"):
        deliver(installation, body)

    worker.drain()

    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"unreadable"}
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize("header", ["\xff", "x" * 8000, "é" * 200])
def test_headers_of_any_kind_are_no_fault_of_ours(installation: Installation, header: str) -> None:
    assert deliver(installation, signature=header).status_code == 401
    assert deliver(installation, delivery=header).status_code == 200
    assert deliver(installation, CONTENT_LENGTH="9" * 5000).status_code == 413


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"id": 7}', b'{"other": 1}', b'"text"'])
def test_an_unknown_event_is_kept_and_harmless(installation: Installation, body: bytes) -> None:
    deliver(installation, body)

    worker.drain()

    assert the_delivery().state == "processed"
    assert not OutboxMessage.objects.filter(topic=REFRESH).exists()


def test_a_request_of_another_company_does_not_fit(installation: Installation) -> None:
    other = factories.InstallationFactory(company=factories.CompanyFactory())
    AssessmentFactory(installation=other, company=other.company, vendor_id="a-1", state="sent")
    deliver(installation)

    worker.drain()

    assert the_delivery().state == "waiting"
    assert not OutboxMessage.objects.filter(topic=REFRESH).exists()


def test_a_delivery_is_read_once(installation: Installation) -> None:
    AssessmentFactory(installation=installation, company=installation.company, vendor_id="a-1", state="sent")
    deliver(installation)
    message = messages.claim(now=NOON, lease_seconds=60)
    worker.perform(message)
    OutboxMessage.objects.filter(topic=REFRESH).delete()
    again = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="waiting", finished_at=None)

    worker.perform(messages.claim(now=NOON, lease_seconds=60))

    assert again.pk == message.pk
    assert not OutboxMessage.objects.filter(topic=REFRESH).exists()


def test_old_deliveries_are_forgotten_in_batches(installation: Installation, settings: Any) -> None:
    settings.WEBHOOK_KEEP_DAYS = 30
    old, young = NOON - timedelta(days=30, seconds=1), NOON - timedelta(days=30)
    factories.WebhookDeliveryFactory.create_batch(3, installation=installation, received_at=old)
    kept = factories.WebhookDeliveryFactory(installation=installation, received_at=young)

    inbox.forget_old()

    assert list(WebhookDelivery.objects.all()) == [kept]
