"""Acme, registered for as long as a test lasts, with what the framework offers and Acme does not need."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest

from integrations.models import Credential, Installation
from integrations.standard.webhook import SignedWebhook
from tests.dummy_integration.integration import FLOW, Dummy
from tests.dummy_integration.registered import registered


class Numbered(SignedWebhook):
    """Deliveries with an id of their own."""

    def delivery_id(self, request: HttpRequest) -> str | None:
        """Return it."""
        return request.headers.get("X-Acme-Delivery")


class Configurable(Dummy):
    """With an option, several connections, and something that hangs on the primary key."""

    options = ("level",)
    allows_several = True
    webhook = Numbered(FLOW, header=Dummy.webhook.header)

    def primary_changed(self, installation: Installation, *, before: Credential | None) -> None:
        """Remember who was primary before."""
        installation.settings["before"] = str(before.pk) if before else ""
        installation.save(update_fields=["settings"])


@pytest.fixture
def dummy() -> Iterator[Dummy]:
    """Register it, with its addresses."""
    with registered(Configurable) as integration:
        yield integration
