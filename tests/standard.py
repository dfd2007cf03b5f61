"""What tests of every vendor of the usual kind share: its rows, its part of the site, the contract suite's driver, and
how a story of it begins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import factory
from django.db import models
from django.test import Client
from django.urls import reverse

from devtools.sandbox.host.server import SandboxServer
from integrations import installations, registry
from integrations.models import Installation
from integrations.requests.lifecycle import State
from integrations.requests.models import VendorRequest
from integrations.standard import services
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Product
from integrations.standard.models import StandardRequest
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.outbox import worker
from tests import factories
from tests.contract.driver import Driver
from tests.factories import ApplicationFactory, InstallationFactory, MembershipFactory, Row, child, company_of
from tests.signing_in import signed_in
from tests.vendor_site import VendorSite

PRODUCT = "coding"
THERE = "a"
"""The id of what a vendor has, of which an uncertain request may be one."""


class StandardRequestFactory(Row):
    """A queued request; a vendor's own says the model and the integration."""

    class Meta:
        abstract = True

    company = company_of("application")
    application = child(ApplicationFactory)
    requested_by = child(MembershipFactory)
    product_id = PRODUCT
    product_name = "Coding basics"
    invited_name = factory.LazyAttribute(lambda row: row.application.candidate.name)
    invited_email = factory.LazyAttribute(lambda row: row.application.candidate.email)


def integrations() -> list[StandardIntegration]:
    """Return every registered vendor on the kit."""
    return [one for one in registry.all_integrations() if isinstance(one, StandardIntegration)]


def installed(slug: str) -> Any:
    """Return the declaration of a vendor's connection."""
    return child(InstallationFactory, integration=slug)


def nothing_there() -> Mapping[str, Sequence[object]]:
    """Return the values of the addresses' parameters in a world where no vendor on the kit was ever connected."""
    own: dict[str, Sequence[object]] = {"installation_id": []}
    for one in integrations():
        own |= {f"{one.flow.namespace}:request_id": [], f"{one.flow.namespace}:listed": ["failed", "uncertain"]}
    return own


def connected(one: StandardIntegration, company: Company, *, label: str = "") -> Installation:
    """Connect a company with a vendor at an address where nobody listens, with a key."""
    companies.enable_feature(company=company, feature=one.slug, by=None)
    known = {"base_url": "http://127.0.0.1:9", "products": [[PRODUCT, "Coding basics"]]}
    installation: Installation = factories.InstallationFactory(
        company=company, integration=one.slug, label=label, settings=known
    )
    installation.primary_credential = factories.CredentialFactory(installation=installation, membership=None)
    installation.save()
    return installation


def requested(
    one: StandardIntegration, application: Application, installation_id: UUID, state: State, by: Membership
) -> StandardRequest:
    """Return a request in a state, as the services leave it, unsaved."""
    now, is_there = clock.now(), state in (State.SENT, State.COMPLETED)
    return one.flow.standard_model(
        company=application.company,
        application=application,
        installation_id=installation_id,
        requested_by=by,
        state=state,
        product_id=PRODUCT,
        product_name="Coding basics",
        invited_name=application.candidate.name,
        invited_email=application.candidate.email,
        vendor_id=f"{state}-{application.pk}" if is_there else "",
        send_attempted_at=now if is_there or state == State.UNCERTAIN else None,
        sent_at=now if is_there else None,
        matches=[{"id": THERE, "status": "sent"}] if one.flow.lists and state == State.UNCERTAIN else [],
        completed_at=now if state == State.COMPLETED else None,
        result_url="https://partner.example/result" if state == State.COMPLETED else "",
    )


class StandardSite(VendorSite):
    """A vendor's addresses: the kit's. Its own says the namespace."""

    pages = {"settings": 20, "remove": 20, "choose": 20, "cancel": 20, "stop": 20, "not-there": 20, "worklist": 20}
    only_post = ("add", "save", "switch", "test", "try-again", "check-again")
    not_pages = {"follow": "it leads to the tab", "result": "it leads to the vendor's result"}
    asks_vendor = ("choose",)

    def connect(self, world: Any) -> Mapping[str, Sequence[object]]:
        """Connect it, and ask the world's candidate."""
        self.one = next(one for one in integrations() if one.flow.namespace == self.namespace)
        self.installation = connected(self.one, world.company)
        asked = requested(self.one, world.application, self.installation.pk, State.SENT, world.member)
        asked.save()
        lists = ["failed", "uncertain"]
        return {"installation_id": [self.installation.pk], "request_id": [asked.pk], "listed": lists}

    def rows(self, world: Any, number: int, there: Application) -> Iterator[models.Model]:
        """Give another candidate's request, in one state after the other."""
        state = (State.UNCERTAIN, State.COMPLETED, State.FAILED)[number % 3]
        yield requested(self.one, there, self.installation.pk, state, world.member)

    def answer(self, world: Any, monkeypatch: Any) -> None:
        """List so many products."""

        def offered(flow: Any, credential: Any, **_: Any) -> list[Product]:
            return [Product(str(n), f"Test {n}") for n in range(world.size)]

        monkeypatch.setattr(type(self.one.flow), "offered", offered)


class StandardDriver(Driver):
    """Asks for the first product of the double."""

    product = Product(PRODUCT, "Coding basics")
    sandbox_path: str
    """Where the double's API is, under its server."""
    has_deadline = False

    def connected(self, installation: Installation, sandbox_url: str) -> None:
        """Point the connection at the sandbox."""
        installation.settings = {**installation.settings, "base_url": f"{sandbox_url}/{self.sandbox_path}"}
        installation.save(update_fields=["settings"])

    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Ask for it."""
        with self.integration() as integration:
            assert isinstance(integration, StandardIntegration)
            connections = installations.all_of(application.company, self.slug)
            return services.send(
                integration.flow,
                application=application,
                installation=connections[0] if connections else None,
                product=self.product,
                by=by,
            )

    def complete(self, sandbox: Any, request: VendorRequest) -> None:
        """Complete it at the vendor."""
        sandbox.complete(request.vendor_id)

    def is_completed(self, request: VendorRequest) -> bool:
        """Look at the stored state."""
        return type(request).objects.get(pk=request.pk).state == "completed"  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True)
class Story:
    """A company that its Administrator connected with a double in the browser, and a candidate of theirs."""

    server: SandboxServer
    flow: services.Flow
    boss: Membership
    browser: Client
    application: Application
    connection: Installation

    @classmethod
    def begin(cls, server: SandboxServer, flow: services.Flow) -> "Story":
        """Connect a company that may use it, and switch the connection on."""
        boss = factories.administrator(factories.CompanyFactory())
        browser, partner = signed_in(boss), server.vendors[0]
        companies.enable_feature(company=boss.company, feature=flow.slug, by=None)
        key = partner.seed(company=boss.company.name, users=[])["key"]
        given = {"new-label": "Acme tests", "new-base_url": f"{server.url}/{partner.slug}", "new-secret": key}
        answer = browser.post(reverse(f"{flow.namespace}:add"), given)
        assert answer.status_code == 303, answer.content.decode()
        connection = Installation.objects.get(integration=flow.slug)
        browser.post(reverse(f"{flow.namespace}:switch", args=[connection.pk]), {"on": "1"})
        connection.refresh_from_db()
        assert connection.is_on
        job = factories.JobFactory(company=boss.company)
        return cls(server, flow, boss, browser, factories.ApplicationFactory(job=job), connection)

    @property
    def partner(self) -> Any:
        """The double."""
        return self.server.vendors[0]

    def url(self, name: str, *more: Any) -> str:
        """Return an address under the candidate's tab."""
        where = (self.application.candidate_id, self.application.pk)
        return reverse(f"{self.flow.namespace}:{name}", args=[*where, *more])

    def tab(self) -> str:
        """Return what the candidate's tab shows."""
        where = (self.application.candidate_id, self.application.pk, self.flow.tab_slug)
        return self.browser.get(reverse("applications:candidate-tab", args=where)).content.decode()

    def send(self, **given: str) -> Any:
        """Choose the product on the tab, and let the worker send it; return the request."""
        assert "Hiring teams can send" in self.browser.get(reverse(f"{self.flow.namespace}:settings")).content.decode()
        assert "Choose and send" in self.tab()
        window = self.url("choose", self.connection.pk)
        assert "Coding basics" in self.browser.get(window).content.decode()
        assert self.browser.post(window, {"product": PRODUCT, **given}).status_code == 303
        request = self.flow.standard_model._default_manager.get()
        assert request.state == State.QUEUED
        worker.drain()
        request.refresh_from_db()
        assert (request.state, bool(request.vendor_id)) == (State.SENT, True)
        return request
