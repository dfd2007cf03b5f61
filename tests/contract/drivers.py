"""What the contract suite must be told about a vendor: a small driver each. Everything else it takes from the registry.

A driver knows how its vendor's sandbox is played and how a request is made; it never asserts anything.
"""

import contextlib
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from integrations import registry
from integrations.base import Integration
from integrations.crosschq import services as checks
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys, tags
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests.models import VendorRequest
from integrations.spark_hire import services
from integrations.spark_hire.models import InterviewRequest, JobLink
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job, JobFieldValue
from tests import factories
from tests.dummy_integration import assessments
from tests.dummy_integration.integration import Dummy
from tests.dummy_integration.registered import registered

DAY = timedelta(days=7)


class Driver(ABC):
    """One vendor, as the contract suite drives it."""

    slug: str
    """The integration's slug."""
    create_operation: str
    check_operation: str
    """The sandbox's names of the calls that create a request, and that tell whether a key is good."""
    completed_verb: str
    """The newsfeed's verb for "the candidate has completed it"."""
    has_deadline = True
    """Whether a request expires on a date of ours (`deadline`)."""
    webhook_page = ""
    """The name of the page where Administrators copy the webhook's address, for vendors that take it by hand."""

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Give the registered integration for the block."""
        found = registry.get(self.slug)
        assert found is not None, self.slug
        yield found

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Return the settings that lead to the vendor's sandbox."""
        return {}

    def connected(self, installation: Installation, sandbox_url: str) -> None:  # noqa: B027
        """Do what a new connection needs beside its keys."""

    def prepare_job(self, job: Job, installation: Installation, by: Membership) -> None:  # noqa: B027
        """Make requests on the job possible."""

    @abstractmethod
    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Ask for one, as a service does."""

    @abstractmethod
    def complete(self, sandbox: VendorSandbox, request: VendorRequest) -> None:
        """Let the candidate complete it at the vendor."""

    @abstractmethod
    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Return event ("" for none), body and headers with which the vendor tells `installation` of a change."""

    def webhook_secrets(self, installation: Installation) -> set[str]:
        """Return what lets somebody tell us something over this connection."""
        return {installation.webhook_token}

    @abstractmethod
    def is_completed(self, request: VendorRequest) -> bool:
        """Tell whether our row says completed."""

    def deadline(self, request: VendorRequest) -> tuple[date, datetime]:
        """Return the promised date and the instant that it means."""
        return request.expires_on, request.expires_at  # type: ignore[attr-defined,no-any-return]


def expiration(company: Company) -> date:
    """Return a date that every vendor accepts."""
    return company.today() + DAY


class SparkHireDriver(Driver):
    """Video interviews."""

    slug = "video-interviewing"
    create_operation, check_operation = "create_interview", "me"
    completed_verb = "spark_hire.completed"

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Point the client at the sandbox."""
        return {"SPARK_HIRE_BASE_URL": f"{sandbox_url}/spark-hire/v1.0"}

    def prepare_job(self, job: Job, installation: Installation, by: Membership) -> None:
        """Link the job to the sandbox's first job and question set, as the vendor's own lists name them."""
        credential = installation.credentials.get(membership=by)
        with self.integration() as integration:
            client = integration.get_client(credential)
            vendor_job, questions = client.jobs()[0], client.question_sets()[0]
        JobLink.objects.create(
            company=job.company,
            installation=installation,
            job=job,
            state=JobLink.State.LINKED,
            linked_by=by,
            vendor_job_id=vendor_job.id,
            vendor_title=vendor_job.title,
            question_set_id=questions.id,
            question_set_name=questions.name,
            question_count=questions.question_count,
        )

    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Request a video interview."""
        return services.request_interview(application=application, expires_on=expiration(application.company), by=by)

    def complete(self, sandbox: Any, request: VendorRequest) -> None:
        """Play the candidate to the end."""
        sandbox.records.complete(request.vendor_id)

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Tell of the interview itself, unsigned."""
        return "InterviewCompleted", json.dumps({"uuid": request.vendor_id}).encode(), {}

    def is_completed(self, request: VendorRequest) -> bool:
        """Look at the stored state."""
        return InterviewRequest.objects.get(pk=request.pk).state == "completed"


class CrosschqDriver(Driver):
    """Reference checks: one key per company, no deadline, and a webhook that is pasted by hand."""

    slug = "reference-checks"
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
        return checks.send(application=application, template=template, by=by)

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


class DummyDriver(Driver):
    """The dummy, registered for as long as a test lasts; `kind` may be a faulty one. It has all that a driver knows."""

    slug = "dummy"
    create_operation, check_operation = "create", "me"
    completed_verb = "dummy.completed"
    webhook_page = "dummy:settings"

    def __init__(self, kind: type[Dummy] = Dummy, *, listens: bool = True) -> None:
        self.kind = kind
        self.listens = listens

    @contextlib.contextmanager
    def integration(self) -> Iterator[Integration]:
        """Register it."""
        with registered(self.kind(), listens=self.listens) as dummy:
            yield dummy

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Mount its addresses."""
        return {"ROOT_URLCONF": "tests.dummy_integration.root_urls"}

    def connected(self, installation: Installation, sandbox_url: str) -> None:
        """Point the connection at the sandbox."""
        installation.base_url_override = f"{sandbox_url}/acme/v1"
        installation.save(update_fields=["base_url_override"])

    def request(self, application: Application, *, by: Membership) -> VendorRequest:
        """Request an assessment."""
        return assessments.request_assessment(
            application=application, expires_on=expiration(application.company), by=by
        )

    def complete(self, sandbox: Any, request: VendorRequest) -> None:
        """Complete the assessment at Acme."""
        sandbox.complete(request.vendor_id)

    def webhook(self, request: VendorRequest, installation: Installation) -> tuple[str, bytes, Mapping[str, str]]:
        """Tell of the assessment, signed for that connection."""
        body = json.dumps({"id": request.vendor_id}).encode()
        signature = hmac.new(installation.webhook_token.encode(), body, hashlib.sha256).hexdigest()
        return "changed", body, {"X-Acme-Signature": signature}

    def is_completed(self, request: VendorRequest) -> bool:
        """Look at the stored state."""
        return type(request).objects.get(pk=request.pk).state == "completed"  # type: ignore[attr-defined,no-any-return]


DRIVERS: dict[str, Driver] = {driver.slug: driver for driver in (SparkHireDriver(), CrosschqDriver(), DummyDriver())}
