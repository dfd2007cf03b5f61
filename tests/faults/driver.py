"""Each vendor as the fault tests need it: what it can, a company, the calls of its double, and how people are played.

A driver asserts nothing; it is the `faults.py` of the vendor's tests. What the tests of all vendors say is beside this
file; what is true of one vendor alone is in that vendor's own tests.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from html import unescape
from typing import Any, ClassVar, NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from devtools.sandbox.host.server import SandboxServer
from integrations import registry
from integrations.base import Integration
from integrations.models import Installation
from integrations.requests import changes, services
from integrations.requests.flow import RequestFlow
from integrations.requests.lifecycle import Call, Entry
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.sandbox.door import Caller
from tests.signing_in import signed_in
from tests.tab_bodies import tab_body

Test = TypeVar("Test", bound=Callable[..., None])
# Fri 21 Nov 2025, 10:00 in New York.
NOW = datetime(2025, 11, 21, 15, 0, tzinfo=UTC)


def where(**capabilities: bool) -> Callable[[Test], Test]:
    """Run a test with those vendors alone whose drivers say so: `where(can_list=False)`."""

    def limited(test: Test) -> Test:
        test.where = capabilities  # type: ignore[attr-defined]
        return test

    return limited


class Told(NamedTuple):
    """A webhook: what the vendor puts behind the address, and its body."""

    event: str
    body: bytes


class FaultDriver(ABC):
    """One company that uses a vendor; its candidate is Ada, its sender Kim.

    `build` sets the attributes without a value; they are copied for each test.
    """

    slug: ClassVar[str]
    """The integration's slug."""
    name: ClassVar[str] = ""
    """Of a variant, whose vendor is set up in another way: only the tests of what it cannot do are run with it."""

    # ── What the vendor can ──────────────────────────────────────────────────────────────────────────────────────────
    can_list: ClassVar[bool] = True
    """Whether a lost answer can be looked for."""
    can_cancel: ClassVar[bool] = True
    can_read: ClassVar[bool] = True
    """Whether it can be asked how a request stands; otherwise its verified deliveries are the truth."""
    can_remove: ClassVar[bool] = True
    """Whether somebody at the vendor can take a request away, so that asking for it is answered with 404."""
    has_webhooks: ClassVar[bool] = True
    """Whether it tells by itself; otherwise it is asked every two hours, and its address takes nothing."""
    has_body: ClassVar[bool] = True
    """Whether its webhooks say something in JSON."""
    signs: ClassVar[bool] = False
    """Whether a webhook is believed by its headers, not by its address alone."""
    adopts_by_delivery: ClassVar[bool] = False
    """Whether a webhook about a request whose answer was lost says enough to know it by."""

    # ── The double's operations ──────────────────────────────────────────────────────────────────────────────────────
    create: ClassVar[str]
    read: ClassVar[str] = ""
    look_up: ClassVar[str] = ""
    check_key: ClassVar[str]
    """The one that tells whether a key is good."""
    cancel_calls: ClassVar[tuple[str, ...]] = ()
    """Those that a cancel asks for: reading, where that is possible, and canceling."""

    # ── What becomes of it ───────────────────────────────────────────────────────────────────────────────────────────
    beginning: ClassVar[tuple[str, ...]]
    """The double's actions with which a candidate begins."""
    moved_to: ClassVar[tuple[str, Entry]]
    """State and entry after `move_on`."""
    waits_for_key: ClassVar[tuple[str, tuple[str, ...]]] = ("", ())
    """What a send says while its key does not work: on the request, and in further entries (verbs)."""
    cancel_needs_key: ClassVar[str] = ""
    """What a cancel says while its key does not work."""
    odd_creates: ClassVar[tuple[str, ...]] = ()
    odd_reads: ClassVar[tuple[str, ...]] = ()
    """Content faults of the double after which an answer still counts."""
    unknown_status: ClassVar[str] = ""
    """The double's word that no contract knows; "" where the vendor has no words of its own."""
    early_delivery: ClassVar[str] = "waiting"
    """What becomes of a webhook that comes ahead of our own commit."""
    odd_bodies: ClassVar[tuple[bytes, ...]] = ()
    """Bodies of webhooks whose id is none."""

    door: Caller
    """The tester's door of the double."""
    application: Application
    kim: Membership
    installation: Installation

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.heard: set[int] = set()

    @classmethod
    def title(cls) -> str:
        """Return what a test with it is called by."""
        return cls.name or cls.slug

    @classmethod
    def fits(cls, capabilities: Mapping[str, bool]) -> bool:
        """Tell whether a test that wants these is one for it."""
        alike = all(bool(getattr(cls, name)) is wanted for name, wanted in capabilities.items())
        return alike and (not cls.name or False in capabilities.values())

    @classmethod
    def registered(cls) -> AbstractContextManager[object]:
        """Register the integration for the block, where start-up does not."""
        return nullcontext()

    @staticmethod
    @abstractmethod
    def settings(url: str) -> Mapping[str, Any]:
        """Return the settings that lead to the vendor's double."""

    @abstractmethod
    def build(self) -> None:
        """Seed the double and make the company."""

    def lead_to(self, url: str, settings: Any) -> None:
        """Lead us to the vendor at another address."""
        for name, value in self.settings(url).items():
            setattr(settings, name, value)

    # ── The integration ──────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def integration(self) -> Integration:
        found = registry.get(self.slug)
        assert found is not None
        return found

    @property
    def flow(self) -> RequestFlow[Any]:
        return self.integration.request_models[0].flow

    @property
    def vendor(self) -> str:
        """As sentences name it."""
        return self.integration.vendor

    def topic(self, call: Call) -> str:
        return self.flow.tasks[call].topic

    # ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def ask(self, *, application: Application | None = None) -> Any:
        """Ask for one; nothing has left yet."""

    def cancel(self, request: Any) -> None:
        """Cancel it, as Kim."""
        services.cancel(request=self.now(request), by=self.kim)

    def try_again(self, request: Any) -> int:
        """Press *Try again*; return the status of the answer."""
        ids = [request.application.candidate_id, request.application_id, request.pk]
        return signed_in(self.kim).post(reverse(f"{self.flow.model._meta.app_label}:try-again", args=ids)).status_code

    def body(self) -> str:
        """Return the markup of the candidate's tab as Kim gets it."""
        return tab_body(self.application, self.kim, self.integration.tabs[0].slug)

    def see(self) -> str:
        """Return the words of that tab: entities as characters, blanks as one."""
        return " ".join(unescape(self.body()).split())

    def prepare_canceling(self) -> None:  # noqa: B027
        """Let the vendor take cancels, where that is a choice."""

    def sent(self, **asked: Any) -> Any:
        """Ask for one that the vendor has."""
        request = self.ask(**asked)
        self.drain()
        request = self.now(request)
        assert (request.state, request.failure) == ("sent", "")
        return request

    def now(self, request: Any) -> Any:
        return changes.load(self.flow, request.pk)

    def refreshed(self, request: Any) -> Any:
        """Ask the vendor about it, as a webhook would let us."""
        changes.enqueue(Call.REFRESH, self.now(request))
        self.drain()
        return self.now(request)

    def another(self) -> Application:
        """Return another candidate's application on the job."""
        person = factories.CandidateFactory(company=self.application.company)
        found: Application = factories.ApplicationFactory(job=self.application.job, candidate=person)
        return found

    def another_connection(self) -> Installation:
        """Return another company's connection."""
        made: Installation = factories.InstallationFactory(company=factories.CompanyFactory(), integration=self.slug)
        return made

    # ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────
    def drain(self) -> int:
        return worker.drain()

    def later(self) -> int:
        """Let the pauses pass, and work."""
        moment = clock.machine_now()
        Installation.objects.filter(paused_until__isnull=False).update(paused_until=moment)
        OutboxMessage.objects.filter(state="waiting").update(available_at=moment)
        return self.drain()

    def message(self, topic: str) -> OutboxMessage:
        """Return the newest message of a topic."""
        return OutboxMessage.objects.filter(topic=topic).latest("id")

    def messages(self, topic: str) -> list[str]:
        """Return the states of a topic's messages, oldest first."""
        return list(OutboxMessage.objects.filter(topic=topic).order_by("id").values_list("state", flat=True))

    # ── The newsfeed ─────────────────────────────────────────────────────────────────────────────────────────────────
    def feed(self) -> list[tuple[str, str]]:
        """Return what is said about Ada's requests, oldest first: entry (or verb, where it is none) and sentence."""
        entry_of = {kind.verb: entry for entry, kind in self.flow.entry_types.items()}
        verbs = f"{self.flow.model._meta.app_label}."
        rows = NewsfeedEntry.objects.filter(application=self.application, verb__startswith=verbs).order_by("id")
        shown = feed.render(list(rows), membership=self.kim)
        return [(entry_of.get(one.entry.verb, one.entry.verb), one.sentence) for one in shown]

    def entries(self) -> list[str]:
        return [entry for entry, _ in self.feed()]

    # ── The vendor ───────────────────────────────────────────────────────────────────────────────────────────────────
    @abstractmethod
    def running(self) -> list[str]:
        """Return the ids of what runs at the vendor, the newest first."""

    @abstractmethod
    def perform(self, vendor_id: str, action: str) -> None:
        """Play the candidate, or whoever else has to do something at the vendor."""

    def move_on(self, request: Any) -> None:
        """Let the candidate begin; the request may be given by its id at the vendor."""
        self._perform(request, *self.beginning)

    def complete(self, request: Any) -> None:
        """Let the candidate, and whoever else has to, come to the end."""
        self._perform(request, "complete")

    def remove(self, request: Any) -> None:
        """Take it away at the vendor, as one of the vendor's users."""
        self._perform(request, "delete")

    def _perform(self, request: Any, *actions: str) -> None:
        for action in actions:
            self.perform(request if isinstance(request, str) else request.vendor_id, action)

    def fault(self, operation: str, kind: str, **more: Any) -> int:
        return self.door.fault(operation, kind, **more)

    def calls(self, operation: str = "") -> int:
        """Return how often the vendor was asked for this, or at all."""
        return len(self.door.control("GET", f"/{self.door.slug}/requests?operation={operation}&limit=500").json)

    def forget_faults(self) -> None:
        self.door.control("DELETE", f"/{self.door.slug}/faults")

    # ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def about(self, vendor_id: str, **claims: Any) -> Told:
        """Return a webhook about a request; `claims` are further members of its body."""
        return Told("", b"")

    def saying(self, body: bytes) -> Told:
        """Return a webhook with another body."""
        return self.about("00000000-0000-0000-0000-000000000000")._replace(body=body)

    def headers(self, installation: Installation, body: bytes) -> Mapping[str, str]:
        """Return what a webhook with this body carries to be believed."""
        return {}

    def deliver(
        self, told: Told, *, installation: Installation | None = None, token: str = "", **headers: str
    ) -> HttpResponse:
        """Deliver a webhook as the vendor would, to a connection's address or to one with another token."""
        to = installation or self.installation
        event = f"{told.event}/" if told.event else ""
        path = f"/webhooks/{self.slug}/{token or to.webhook_token}/{event}"
        method, own = self.server.vendors[0].webhook_method(""), self.headers(to, told.body)
        return self._send(method, path, told.body, {**own, **headers})

    def hear(self, *, backwards: bool = False, times: int = 1) -> int:
        """Deliver what the vendor wanted to tell since the last time; return how many that were."""
        listed = self.door.control("GET", f"/{self.door.slug}/webhooks/deliveries?limit=500").json
        fresh = sorted((row for row in listed if row["id"] not in self.heard), key=lambda row: int(row["id"]))
        self.heard |= {row["id"] for row in fresh}
        for row in reversed(fresh) if backwards else fresh:
            method = self.server.vendors[0].webhook_method(row["subscription"])
            body = row["body"].encode()
            for _ in range(times):
                answer = self._send(method, urlsplit(row["url"]).path, body, self.headers(self.installation, body))
                assert answer.status_code == 200
        return len(fresh)

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> HttpResponse:
        response: HttpResponse = Client().generic(
            method, path, body, content_type="application/json", headers=dict(headers)
        )
        return response
