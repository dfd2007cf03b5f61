"""The company of the model test: built once for all runs of a test, and restored before each."""

from copy import copy
from dataclasses import dataclass

from integrations import credentials
from integrations.models import Credential, Installation, WebhookDelivery
from integrations.spark_hire import SLUG
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job
from recruiting.outbox.models import OutboxMessage
from tests import factories


@dataclass
class Scenario:
    """The company of all runs of a test. Each run finds it as it was built."""

    company: Company
    boss: Membership
    members: list[Membership]
    job: Job
    applications: list[Application]
    installation: Installation
    link: JobLink
    credentials: list[Credential]

    @classmethod
    def build(cls) -> "Scenario":
        """Make a company with three senders, who have keys, and with three applications on a linked job."""
        company = factories.CompanyFactory(time_zone="America/New_York")
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        installation = factories.InstallationFactory(company=company, integration=SLUG)
        job = factories.JobFactory(company=company)
        members = [factories.administrator(company) for _ in range(3)]
        keys = [
            credentials.store_issued(
                installation=installation, member=member, secret=f"first key of {member.user.email}"
            )
            for member in members
        ]
        link = JobLink.objects.create(
            company=company,
            installation=installation,
            job=job,
            state=JobLink.State.LINKED,
            vendor_job_id="job",
            question_set_id="questions",
        )
        installation.refresh_from_db()
        applications = [factories.ApplicationFactory(job=job) for _ in range(3)]
        boss = factories.administrator(company)
        return cls(company, boss, members, job, applications, installation, link, keys)

    def restore(self) -> None:
        """Forget what a run left behind, which would be swept and reconciled with the next one's."""
        for left in (OutboxMessage, InterviewRequest, NewsfeedEntry, WebhookDelivery, WebhookSubscription):
            left.objects.all().delete()
        for row in (self.installation, self.link, *self.credentials, *self.members):
            copy(row).save()
