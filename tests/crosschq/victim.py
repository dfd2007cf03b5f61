"""Crosschq under the kill test, twice: with a list in which a lost answer is found, and without."""

from collections.abc import Mapping
from typing import Any

from devtools.sandbox.crosschq import CrosschqSandbox
from integrations import credentials
from integrations.crosschq import SLUG, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.settings import connection
from integrations.requests.models import VendorRequest
from tests import factories
from tests.faults.scenario import Sandbox, application
from tests.faults.victim import Victim


class Crosschq(Victim):
    """One key for the company, one template, three jobs."""

    name = "Crosschq, listing"
    slug = SLUG
    create_operation, look_operation = "create_request", "list_requests"
    listed_at = "reference-requests"

    def begin(self, sandbox: Sandbox) -> Mapping[str, str]:
        sandbox.call("POST", "/crosschq/settings", {"list_requests": int(self.can_list)})
        return {}

    def send(self, sandbox: Sandbox, *, requests: int) -> list[VendorRequest]:
        company = factories.CompanyFactory()
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        installation = factories.InstallationFactory(
            company=company, integration=SLUG, base_url_override=f"{sandbox.url}/crosschq"
        )
        owner = factories.administrator(company)
        user = owner.user
        issued = CrosschqSandbox.at(sandbox.database).seed(
            company=company.name,
            users=[{"first_name": user.first_name, "last_name": user.last_name, "email": user.email}],
        )
        credentials.store_issued(installation=installation, member=None, secret=issued["key"])
        connection.configure(
            connection=connection.of(installation), by=owner, can_list=self.can_list, default_requestor=owner
        )
        survey = surveys.refresh(installation)[0]
        template = templates.create(
            company=company,
            details=TemplateDetails(name="Usual", tag="usual", survey=survey.codename, asked=(Asked("managers", 2),)),
            by=owner,
        )
        jobs = [factories.JobFactory(company=company) for _ in range(3)]
        return [
            services.send(application=application(jobs[number % 3]), template=template, by=owner)
            for number in range(requests)
        ]

    def person(self, row: Mapping[str, Any]) -> tuple[str, str]:
        return row["id"], row["candidate"]["email"]


class CrosschqWithoutList(Crosschq):
    """Where nobody can look: a lost answer is a person's to settle, and nothing is ever posted again."""

    name = "Crosschq, not listing"
    can_list = False
