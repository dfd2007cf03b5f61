"""A company with somebody on a job, and receivers outside on loopback."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from standardwebhooks import Webhook

from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from recruiting.webhooks.models import Subscription
from tests import factories
from tests.api.conftest import Caller, MakeCaller, calls_as
from tests.integrations.raw_server import Answer, RawServer, raw_server, respond

__all__ = ["Caller", "MakeCaller", "calls_as"]

GOOD = respond("204 No Content")


@dataclass(frozen=True)
class Heard:
    """One delivery as a receiver has it."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """Return what the Standard Webhooks library makes of it; raises when the signature is wrong."""
        return Webhook(secret).verify(self.body, dict(self.headers))


def heard_by(server: RawServer) -> list[Heard]:
    """Return what came, in order."""
    return [_read(raw) for raw in server.heard if raw]


def _read(raw: bytes) -> Heard:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = (line.partition(":") for line in head.decode().split("\r\n")[1:])
    return Heard({name.lower(): value.strip() for name, _, value in lines}, body)


def work() -> None:
    """Do what waits, pauses or not; what fails is tried once."""
    OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING).update(available_at=clock.machine_now())
    worker.drain()


@pytest.fixture
def receives() -> Iterator[Callable[[Answer], RawServer]]:
    """Return a function that starts a receiver with this answer."""
    with ExitStack() as stack:
        yield lambda answer=GOOD: stack.enter_context(raw_server(answer))


@pytest.fixture
def application(db: None) -> Application:
    """Somebody on a job."""
    return factories.ApplicationFactory(company=factories.CompanyFactory())


@pytest.fixture
def dana(application: Application) -> Membership:
    """The company's Administrator."""
    return factories.administrator(application.company)


def subscribed(by: Membership, server: RawServer, *facts: str) -> Subscription:
    """Return a subscription of the member's to a receiver, not pinged."""
    return factories.SubscriptionFactory(membership=by, url=f"{server.url}/hook/?a=1", facts=list(facts))
