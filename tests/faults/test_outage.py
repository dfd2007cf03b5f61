"""After an outage of any vendor what waits goes out with the first good answer, in order, and nobody is asked twice."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from integrations.requests import phrases
from integrations.requests.lifecycle import Call
from recruiting.foundation import clock
from recruiting.outbox.models import OutboxMessage
from tests.faults.driver import FaultDriver, where

ASKED = 5


@contextmanager
def unreachable(vendor: FaultDriver, settings: Any) -> Iterator[None]:
    """Let nobody listen where the vendor is."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        vendor.lead_to(f"http://127.0.0.1:{nobody.getsockname()[1]}", settings)
        yield
        vendor.lead_to(vendor.server.url, settings)


def ask_many(vendor: FaultDriver) -> list[Any]:
    """Ask for some, each for somebody else; try several times in vain."""
    settings_of = [vendor.ask(application=vendor.another()) for _ in range(ASKED)]
    vendor.drain()
    for _ in range(3):
        vendor.later()
    return settings_of


def hear_again(vendor: FaultDriver) -> None:
    """Get one good answer, and let the worker go on with what is due then."""
    vendor.ask(application=vendor.another())
    vendor.drain()


def in_order(vendor: FaultDriver, requests: list[Any]) -> bool:
    """Return whether each of them is at the vendor once, and in the order in which they were asked for."""
    there = [vendor.now(request).vendor_id for request in requests]
    assert all(there)
    made = list(reversed(vendor.running()))  # the newest first
    return [number for number in made if number in there] == there


def test_what_never_left_goes_out_in_order_and_without_a_look(vendor: FaultDriver, settings: Any) -> None:
    settings.OUTBOX_BACKOFF_SECONDS, settings.OUTBOX_SETTLE_SECONDS = [3600.0] * 9, 120.0
    with unreachable(vendor, settings):
        requests = ask_many(vendor)
        assert [vendor.now(request).send_attempted_at for request in requests] == [None] * ASKED
        later = OutboxMessage.objects.filter(topic=vendor.topic(Call.CREATE), available_at__gt=clock.machine_now())
        assert later.count() == ASKED
    hear_again(vendor)

    assert in_order(vendor, requests)
    assert not vendor.look_up or vendor.calls(vendor.look_up) == 0
    assert len(vendor.running()) == ASKED + 1


@where(can_list=True)
def test_what_may_be_there_is_looked_for_and_goes_out_in_order(vendor: FaultDriver, settings: Any) -> None:
    settings.OUTBOX_BACKOFF_SECONDS = [3600.0] * 9
    vendor.fault(vendor.create, "status", status=503, times=-1)
    vendor.fault(vendor.look_up, "status", status=503, times=-1)
    requests = ask_many(vendor)
    vendor.forget_faults()
    hear_again(vendor)

    assert in_order(vendor, requests)
    assert vendor.calls(vendor.look_up) >= ASKED


@where(can_list=True)
def test_what_may_be_there_settles_first(vendor: FaultDriver, settings: Any) -> None:
    settings.OUTBOX_BACKOFF_SECONDS, settings.OUTBOX_SETTLE_SECONDS = [3600.0] * 9, 120.0
    vendor.fault(vendor.create, "reset_after")
    lost = vendor.ask()
    vendor.drain()
    hear_again(vendor)

    assert vendor.now(lost).state == "queued"
    message = OutboxMessage.objects.filter(topic=vendor.topic(Call.CREATE)).earliest("id")
    assert 110 < (message.available_at - clock.machine_now()).total_seconds() <= 120
    assert vendor.calls(vendor.create) == 2


def test_a_pause_that_the_vendor_asks_for_holds_although_the_outage_is_over(vendor: FaultDriver, settings: Any) -> None:
    settings.OUTBOX_BACKOFF_SECONDS = [3600.0] * 9
    with unreachable(vendor, settings):
        requests = ask_many(vendor)
    first = vendor.ask(application=vendor.another())
    vendor.fault(vendor.create, "rate_limit", seconds=90, key="")
    about_first = {vendor.flow.about: str(first.pk)}
    OutboxMessage.objects.filter(payload=about_first).update(available_at=clock.machine_now())
    vendor.drain()
    assert vendor.calls(vendor.create) == 1

    vendor.later()
    assert in_order(vendor, requests)


def test_banner_and_card_agree_in_an_outage(vendor: FaultDriver, settings: Any) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 120.0
    with unreachable(vendor, settings):
        vendor.ask()
        vendor.drain()
    page = vendor.see()
    assert phrases.GOES_OUT in page
    assert phrases.NOT_LEFT in page
    assert "We look" not in page

    if vendor.can_list:
        vendor.fault(vendor.create, "reset_after")
        vendor.later()
        page = vendor.see()
        assert phrases.LOOKED_FOR in page
        assert phrases.unconfirmed(vendor.vendor, "Ada Lovelace") in page
        assert phrases.NOT_LEFT not in page
        assert phrases.GOES_OUT not in page
