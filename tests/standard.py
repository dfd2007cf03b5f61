"""What tests of every vendor of the usual kind share: its rows, its part of the site, the contract suite's driver."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import factory
from django.db import models

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
from tests import factories
from tests.contract.driver import Driver
from tests.factories import ApplicationFactory, InstallationFactory, MembershipFactory, Row, child, company_of
from tests.vendor_site import VendorSite

PRODUCT = "coding"


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
        matches=[{"id": "a", "name": "A", "email": "a@example.com", "status": "", "created_at": ""}]
        if state == State.UNCERTAIN
        else [],
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
