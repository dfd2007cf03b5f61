"""Spark Hire, as the contract suite drives it."""

import json
from collections.abc import Mapping
from typing import Any

from integrations.models import Installation
from integrations.requests.models import VendorRequest
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.models import InterviewRequest, JobLink
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests.contract.driver import Driver, expiration


class SparkHireDriver(Driver):
    """Video interviews."""

    slug = SLUG
    create_operation, check_operation = "create_interview", "me"
    completed_verb = "spark_hire.completed"

    def settings(self, sandbox_url: str) -> Mapping[str, Any]:
        """Point the client at the sandbox."""
        web = f"{sandbox_url}/spark-hire"
        return {"SPARK_HIRE_BASE_URL": f"{web}/v1.0", "SPARK_HIRE_WEB_URL": web}

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
