"""Vendors of the usual kind in the fault and kill tests: a vendor's own says which double, and its webhooks."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from devtools.sandbox.host.partner import PartnerSandbox
from integrations import credentials, installations, registry
from integrations.models import Installation
from integrations.requests.lifecycle import Entry
from integrations.requests.models import VendorRequest
from integrations.standard import services
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Product
from recruiting.applications.models import Application
from recruiting.companies.models import Company
from recruiting.foundation.permissions import CompanyRole, JobRole
from tests import factories
from tests.faults.driver import FaultDriver
from tests.faults.scenario import Sandbox, application
from tests.faults.victim import Victim
from tests.sandbox.door import Caller

PRODUCT = Product("coding", "Coding basics")


def connect(slug: str, company: Company, *, base_url: str, key: str) -> Installation:
    """Connect a company with a vendor, on, with the company's key."""
    factories.CompanyFeatureFactory(company=company, feature=slug)
    made: Installation = factories.InstallationFactory(
        company=company, integration=slug, settings={"base_url": base_url}
    )
    credentials.store_issued(installation=made, member=None, secret=key)
    return made


class StandardFaults(FaultDriver):
    """One key for the company, at an address of its own."""

    double: ClassVar[type[PartnerSandbox]]
    can_remove, signs = False, True
    moved_to = ("progress", Entry.STARTED)
    beginning = ("started",)

    @staticmethod
    def settings(url: str) -> Mapping[str, Any]:
        return {}

    def lead_to(self, url: str, settings: Any) -> None:
        self.installation.settings = {**self.installation.settings, "base_url": f"{url}/{self.double.slug}"}
        self.installation.save(update_fields=["settings"])

    def build(self) -> None:
        self.door = type("Door", (Caller,), {"slug": self.double.slug})(self.server, {})
        company = factories.CompanyFactory(name="Acme")
        job = factories.JobFactory(company=company)
        person = factories.CandidateFactory(
            company=company, first_name="Ada", last_name="Lovelace", email="ada@example.com"
        )
        self.application = factories.ApplicationFactory(job=job, candidate=person)
        self.kim = factories.MembershipFactory(
            company=company, role=CompanyRole.STANDARD, user__first_name="Kim", user__last_name="Ito"
        )
        factories.HiringTeamMemberFactory(job=job, membership=self.kim, role=JobRole.RECRUITER)
        partner = self.server.vendors[0]
        assert isinstance(partner, self.double)
        key = partner.seed(company=company.name)["key"]
        url = f"{self.server.url}/{self.double.slug}"
        self.installation = connect(self.slug, company, base_url=url, key=key)
        webhook = installations.webhook_url(self.installation)
        partner.seed(company=company.name, report_url=webhook, report_key=installations.webhook_key(self.installation))

    def another_connection(self) -> Installation:
        company = factories.CompanyFactory()
        return connect(self.slug, company, base_url=str(self.installation.settings["base_url"]), key="another-key")

    def ask(self, *, application: Application | None = None) -> Any:
        return services.send(
            self.integration.flow,  # type: ignore[attr-defined]
            application=application or self.application,
            installation=self.installation,
            product=PRODUCT,
            by=self.kim,
        )

    def running(self) -> list[str]:
        rows = self.door.control("GET", f"/{self.double.slug}/orders").json
        return [row["id"] for row in rows if row["state"] != "canceled"]

    def perform(self, vendor_id: str, action: str) -> None:
        state = {"complete": "completed"}.get(action, action)
        answer = self.door.control("POST", f"/{self.double.slug}/orders/{vendor_id}/{state}")
        assert answer.status == 200, answer.text


class StandardVictim(Victim):
    """One key for the company."""

    listed_at = "orders"

    def begin(self, sandbox: Sandbox) -> Mapping[str, str]:
        return {}

    def send(self, sandbox: Sandbox, *, requests: int) -> Sequence[VendorRequest]:
        integration = registry.get(self.slug)
        assert isinstance(integration, StandardIntegration)
        double = self.double
        assert issubclass(double, PartnerSandbox)
        company = factories.CompanyFactory()
        owner = factories.administrator(company)
        key = double.at(sandbox.database).seed(company=company.name)["key"]
        installation = connect(self.slug, company, base_url=f"{sandbox.url}/{double.slug}", key=key)
        jobs = [factories.JobFactory(company=company) for _ in range(3)]
        return [
            services.send(
                integration.flow,
                application=application(jobs[number % 3]),
                installation=installation,
                product=PRODUCT,
                by=owner,
            )
            for number in range(requests)
        ]

    def person(self, row: Mapping[str, Any]) -> tuple[str, str]:
        return row["id"], row["email"]
