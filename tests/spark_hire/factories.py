"""A factory per model of Spark Hire: plain rows, as the services leave them."""

from datetime import date, timedelta

import factory

from integrations.spark_hire import SLUG
from integrations.spark_hire.models import InterviewRequest, InterviewViewing, JobLink, WebhookSubscription
from recruiting.foundation import clock
from tests.factories import (
    ApplicationFactory,
    CredentialFactory,
    InstallationFactory,
    JobFactory,
    MembershipFactory,
    Row,
    child,
    company_of,
)


class InterviewRequestFactory(Row):
    """A queued request that expires in a week."""

    class Meta:
        model = InterviewRequest

    company = company_of("application")
    application = child(ApplicationFactory)
    installation = child(InstallationFactory, integration=SLUG)
    requested_by = child(MembershipFactory)
    expires_on: date = factory.LazyAttribute(lambda row: row.company.today() + timedelta(days=7))
    expires_at = factory.LazyAttribute(lambda row: clock.start_of_day(row.expires_on, row.company.zone))
    time_zone = factory.LazyAttribute(lambda row: row.company.time_zone)
    vendor_job_id = "vendor-job-1"
    question_set_id = "question-set-1"
    invited_name = factory.LazyAttribute(lambda row: row.application.candidate.name)
    invited_email = factory.LazyAttribute(lambda row: row.application.candidate.email)


class JobLinkFactory(Row):
    """A job that is linked, with a question set."""

    class Meta:
        model = JobLink

    company = company_of("job")
    job = child(JobFactory)
    installation = child(InstallationFactory, integration=SLUG)
    state = JobLink.State.LINKED
    vendor_job_id = "vendor-job-1"
    vendor_title = "A job"
    question_set_id = "question-set-1"
    question_set_name = "Basics"


class WebhookSubscriptionFactory(Row):
    """A subscription under a member's key."""

    class Meta:
        model = WebhookSubscription

    company = company_of("installation")
    installation = child(InstallationFactory, integration=SLUG)
    credential = factory.SubFactory(CredentialFactory, installation=factory.SelfAttribute("..installation"))
    event = "InterviewCompleted"
    vendor_id = factory.Sequence(lambda n: f"subscription-{n}")


class InterviewViewingFactory(Row):
    """A member watched a recording."""

    class Meta:
        model = InterviewViewing

    company = company_of("request")
    request = child(InterviewRequestFactory)
    membership = child(MembershipFactory)
