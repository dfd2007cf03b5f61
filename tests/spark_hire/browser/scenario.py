"""A scenario in which people have accounts at Spark Hire."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings

from devtools.sandbox.spark_hire import SparkHireSandbox
from integrations import credentials, installations, registry
from integrations.models import Credential
from integrations.spark_hire import SLUG, services
from integrations.spark_hire.deadlines.expiry import expire_due
from integrations.spark_hire.job_links import services as job_links
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from tests.browser import scenario
from tests.browser.scenario import until

QUESTION_SETS = ({"name": "Buyer basics", "questions": ["Tell us about yourself.", "Which deal are you proud of?"]},)


@dataclass
class Scenario(scenario.Scenario):
    """The Administrator and the recruiter have keys, the vendor has the job."""

    keys: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the account."""
        self.keys = SparkHireSandbox.at(settings.SANDBOX_DATABASE).seed(
            company=self.company.name,
            users=[
                {
                    "first_name": one.user.first_name,
                    "last_name": one.user.last_name,
                    "email": one.user.email,
                    "role": role,
                }
                for one, role in ((self.administrator, "admin"), (self.recruiter, "standard"))
            ],
            jobs=[{"title": "Senior Buyer", "city": "Austin", "state": "TX", "country": "US"}],
            question_sets=QUESTION_SETS,
        )

    def connect(self) -> None:
        """Set Video Interviewing up, with keys and a linked job, without pages."""
        credential = self.connect_account()
        vendor_job = job_links.jobs(credential, fresh=True)[0]
        job_links.link_existing(job=self.job, vendor_job=vendor_job, by=self.recruiter)
        question_set = job_links.question_sets(credential, fresh=True)[0]
        job_links.choose_question_set(job=self.job, question_set=question_set, by=self.recruiter)

    def connect_account(self) -> Credential:
        """Switch Video Interviewing on, with keys; return the recruiter's."""
        companies.enable_feature(company=self.company, feature=SLUG, by=None, reason="test")
        integration = registry.get(SLUG)
        assert integration is not None
        installation = installations.ensure(self.company, integration)
        installations.switch(installation=installation, on=True, by=self.administrator)
        for member in (self.administrator, self.recruiter):
            credential = credentials.store_issued(
                installation=installation, member=member, secret=self.keys[member.user.email]
            )
        return credential

    def ask(self, application: Application, *, days: int = 7) -> None:
        """Let the recruiter ask for an interview, without pages; it expires at midnight, that many days from now."""
        day = self.company.today() + timedelta(days=days)
        services.request_interview(application=application, expires_on=day, by=self.recruiter)

    def invitation_of(self, application: Application) -> str:
        """Return the address in the last mail that Spark Hire sent to a candidate, once it did."""
        records = self.sandbox.vendor("spark-hire").records  # type: ignore[attr-defined]
        mails = until(lambda: records.mails(recipient=application.candidate.email), "Spark Hire mails the candidate")
        found = re.search(r"http://\S+/spark-hire/invitation/[^\s.,)]+", mails[0]["body"])
        assert found, mails[0]["body"]
        return found[0]

    def sweep(self) -> None:
        """Expire what is due, as every minute."""
        self.worker.scheduled(expire_due)
