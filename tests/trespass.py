"""Asks for every address of an integration as people who may not do there what it does: no vendor hears of it."""

from collections.abc import Iterator, Mapping, Sequence
from unittest.mock import patch

from django.test import Client

from recruiting.foundation.http import VendorSession
from recruiting.outbox.models import OutboxMessage
from tests import pages

# What a form of some address could hold.
FORM = {
    "vendor_id": "0198-of-the-vendor",
    "secret": "a-key-of-somebody",
    "webhook_auth": "token",
    "update": "surveys",
    "create": "1",
    "title": "Buyer",
    "city": "Austin",
    "region": "TX",
    "country": "US",
    "is_on": "on",
    "confirmed": "1",
}


class VendorCalled(AssertionError):
    """A vendor was called for somebody who may not let it be called."""


def trespasses(
    namespace: str,
    values: Mapping[str, Sequence[object]],
    clients: Mapping[str, Client],
    *,
    left_out: Sequence[str] = (),
) -> Iterator[tuple[str, str, str, int]]:
    """Send GET and POST to every address of `namespace`, and give who asked, how, the address's name and the status.

    Raises:
        VendorCalled: when a call to a vendor was about to leave, in the request or as a message of the outbox.
    """
    before = OutboxMessage.objects.count()
    with patch.object(VendorSession, "_call", side_effect=VendorCalled):
        for name in sorted(pages.routes()):
            if name.startswith(f"{namespace}:") and name not in left_out:
                for address in pages.addresses(name, values):
                    for who, client in clients.items():
                        for method in ("get", "post"):
                            answer = getattr(client, method)(address, FORM if method == "post" else {})
                            if OutboxMessage.objects.count() != before:
                                raise VendorCalled(f"{who}: {method} {address} enqueued a call")
                            yield who, method, name, answer.status_code
