"""Spark Hire under the kill test: one key per sender, jobs that are linked, a list by job."""

import json
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from devtools.sandbox.spark_hire import SparkHireSandbox
from integrations import credentials
from integrations.requests.models import VendorRequest
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.models import JobLink
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.faults.scenario import Sandbox, application
from tests.faults.victim import Victim
from tests.sandbox.door import basic


class SparkHire(Victim):
    """Three senders, three jobs."""

    name = "Spark Hire"
    slug = SLUG
    create_operation, look_operation = "create_interview", "list_interviews"
    listed_at = "interviews"

    def begin(self, sandbox: Sandbox) -> Mapping[str, str]:
        lift_the_rate_limit(sandbox)
        return {"SPARK_HIRE_BASE_URL": f"{sandbox.url}/spark-hire/v1.0"}

    def send(self, sandbox: Sandbox, *, requests: int) -> list[VendorRequest]:
        members, rows = settle_in(sandbox, jobs=3, senders=3)
        expires_on = members[0].company.today() + timedelta(days=7)
        return [
            services.request_interview(
                application=application(rows[number % 3]), expires_on=expires_on, by=members[number % 3]
            )
            for number in range(requests)
        ]

    def person(self, row: Mapping[str, Any]) -> tuple[str, str]:
        return row["uuid"], row["assigned_to"]["email"]


def lift_the_rate_limit(sandbox: Sandbox) -> None:
    sandbox.call("POST", "/spark-hire/settings", {"rate_limit_per_minute": 1_000_000})


def settle_in(sandbox: Sandbox, *, jobs: int, senders: int) -> tuple[list[Membership], list[Job]]:
    """Return a company's members with keys of the sandbox's, and its jobs, linked and with a question set."""
    company = factories.CompanyFactory()
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG)
    members = [factories.administrator(company) for _ in range(senders)]
    titles = [f"Job {number}" for number in range(jobs)]
    keys = SparkHireSandbox.at(sandbox.database).seed(
        company=company.name,
        users=[_user(member) for member in members],
        jobs=[{"title": title} for title in titles],
        question_sets=[{"name": "First look", "questions": ["Why this job?"]}],
    )
    for member in members:
        credentials.store_issued(installation=installation, member=member, secret=keys[member.user.email])
    at_vendor = {row["title"]: row["uuid"] for row in sandbox.call("GET", "/spark-hire/jobs")}
    question_set = _question_set(sandbox, keys[members[0].user.email])
    rows = [factories.JobFactory(company=company, title=title) for title in titles]
    for job in rows:
        JobLink.objects.create(
            company=company,
            installation=installation,
            job=job,
            state=JobLink.State.LINKED,
            vendor_job_id=at_vendor[job.title],
            question_set_id=question_set,
        )
    return members, rows


def _user(member: Membership) -> dict[str, str]:
    user = member.user
    return {"first_name": user.first_name, "last_name": user.last_name, "email": user.email, "role": "admin"}


def _question_set(sandbox: Sandbox, key: str) -> str:
    request = urllib.request.Request(f"{sandbox.url}/spark-hire/v1.0/question_sets", headers=basic(key))
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(json.loads(response.read())[0]["uuid"])
