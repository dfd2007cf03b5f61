"""Crosschq, as the contract suite drives it."""

import json
from collections.abc import Mapping
from typing import Any

from integrations.crosschq import SLUG, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys, tags
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job, JobFieldValue
from tests import factories
from tests.contract.driver import Driver


class CrosschqDriver(Driver):
    """Reference checks: one key per company, no deadline, and a webhook that is pasted by hand."""

    slug = SLUG
    create_operation, check_operation = "create_request", "config"
    completed_verb = "crosschq.completed"
    has_deadline = False
    webhook_page = "crosschq:settings"

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Point the client and the links at the sandbox."""
        return {"CROSSCHQ_BASE_URL": f"{sandbox_url}/crosschq", "CROSSCHQ_WEB_URL": f"{sandbox_url}/crosschq"}

    def prepare_job(self, job: Job, installation: Installation, by: Membership) -> None:
        """Make a template for a survey of the sandbox's, and give the job its tag."""
        survey = surveys.refresh(installation)[0]
        details = TemplateDetails(name="Usual", tag="usual", survey=survey.codename, asked=(Asked("managers", 2),))
        templates.create(company=job.company, details=details, by=by)
        field = factories.JobFieldFactory(company=job.company, name=tags.FIELD_NAME)
        JobFieldValue.objects.create(company=job.company, job=job, field=field, text="usual")

    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Start a reference check."""
        company = application.company
        template = Template.objects.for_company(company).first() or Template(company=company)
        return services.send(application=application, template=template, by=by)

    def complete(self, sandbox: Any, request: VendorRequest) -> None:
        """Play the candidate and the references to the end."""
        sandbox.records.complete(request.vendor_id)

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Send the request itself, with that connection's secret and without an event."""
        body = {"id": request.vendor_id, "status": "Completed", "progress": 100}
        secret = connection.of(installation).webhook_secret
        return "", json.dumps(body).encode(), {"Authorization": f"Token {secret}"}

    def webhook_secrets(self, installation: Installation) -> set[str]:
        """Add the secret that is pasted beside the address."""
        return {*super().webhook_secrets(installation), connection.of(installation).webhook_secret}

    def is_completed(self, request: VendorRequest) -> bool:
        """Look at the stored state."""
        return ReferenceCheck.objects.get(pk=request.pk).state == "completed"
