"""The rules of jobs and hiring teams, and that what is refused leaves no trace."""

from typing import Any

import pytest

from newsfeed.models import NewsfeedEntry
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import services
from recruiting.jobs.models import HiringProcess, HiringTeamMember, Job
from recruiting.jobs.services import JobDetails
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def staffing(company: Company) -> Membership:
    """A member who may do everything on every job."""
    return factories.staffing(company)


def verbs() -> list[str]:
    return list(NewsfeedEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_job_is_made_on_the_default_process_and_told(company: Company, staffing: Membership) -> None:
    job = services.create_job(details=JobDetails(title="Buyer", city="Austin", country="US"), by=staffing)

    assert (job.company, job.title, job.state, job.location) == (company, "Buyer", "open", "Austin, US")
    assert job.process == HiringProcess.objects.get(company=company, is_default=True)
    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.job, entry.actor, entry.payload) == ("jobs.opened", job, staffing, {"job": "Buyer"})


def test_a_draft_is_not_told(staffing: Membership) -> None:
    services.create_job(details=JobDetails(title="Buyer"), by=staffing, state=Job.State.DRAFT)

    assert verbs() == []


def test_standard_members_create_no_jobs(company: Company) -> None:
    member = factories.MembershipFactory(company=company)

    with refuses(NotAllowed, "Administrators and Staffing create jobs"):
        services.create_job(details=JobDetails(title="Buyer"), by=member)


def test_a_process_of_another_company_is_not_there(staffing: Membership) -> None:
    foreign = factories.HiringProcessFactory(company=factories.CompanyFactory())

    with refuses(NotFound):
        services.create_job(details=JobDetails(title="Buyer"), by=staffing, process=foreign)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (JobDetails(title=""), "title"),
        (JobDetails(title="  "), "title"),
        (JobDetails(title="Buyer", country="Atlantis"), "country"),
        (JobDetails(title="Buyer", country="us"), "country"),
        (JobDetails(title="Buyer", country="XX"), "country"),
    ],
)
def test_details_that_make_no_sense_are_refused(staffing: Membership, details: JobDetails, field: str) -> None:
    job = factories.JobFactory(company=staffing.company)

    for act in (
        lambda: services.create_job(details=details, by=staffing),
        lambda: services.edit_job(job=job, details=details, by=staffing),
    ):
        with refuses(InvalidInput) as caught:
            act()
        assert list(caught.value.fields) == [field]


def test_saving_a_job_unchanged_writes_nothing(staffing: Membership) -> None:
    details = JobDetails(title="Buyer", city="Austin")
    job = services.create_job(details=details, by=staffing)

    with changes_nothing():
        services.edit_job(job=job, details=details, by=staffing)
    services.edit_job(job=job, details=JobDetails(title="Buyer", city="Boston"), by=staffing)

    assert Job.objects.get().city == "Boston"
    assert verbs() == ["jobs.opened", "jobs.edited"]


def test_closing_and_opening_are_told_once(staffing: Membership) -> None:
    job = factories.JobFactory(company=staffing.company)

    services.close_job(job=job, by=staffing)
    with changes_nothing():
        services.close_job(job=job, by=staffing)
    services.open_job(job=job, by=staffing)

    assert Job.objects.get().state == "open"
    assert verbs() == ["jobs.closed", "jobs.opened"]


def test_a_role_is_given_and_taken_once(staffing: Membership) -> None:
    job = factories.JobFactory(company=staffing.company)
    member = factories.MembershipFactory(company=staffing.company)
    give: Any = {"job": job, "member": member, "by": staffing}

    services.add_to_team(role=JobRole.INTERVIEWER, **give)
    services.add_to_team(role=JobRole.RECRUITER, **give)
    with refuses(Conflict, "is Recruiter on this job already"):
        services.add_to_team(role=JobRole.RECRUITER, **give)
    services.remove_from_team(role=JobRole.INTERVIEWER, **give)
    with changes_nothing():
        services.remove_from_team(role=JobRole.INTERVIEWER, **give)

    assert [(m.membership, m.role) for m in HiringTeamMember.objects.all()] == [(member, "recruiter")]
    assert verbs() == ["jobs.team_joined", "jobs.team_joined", "jobs.team_left"]


@pytest.mark.parametrize("whose", ["another company's", "deactivated"])
def test_who_cannot_work_here_joins_no_team(staffing: Membership, whose: str) -> None:
    job = factories.JobFactory(company=staffing.company)
    company = factories.CompanyFactory() if whose == "another company's" else staffing.company
    member = factories.MembershipFactory(company=company, is_active=whose == "another company's")

    with refuses(NotFound):
        services.add_to_team(job=job, member=member, role=JobRole.RECRUITER, by=staffing)


def test_a_job_of_another_company_is_not_there(staffing: Membership) -> None:
    foreign = factories.JobFactory(company=factories.CompanyFactory())
    details = JobDetails(title="Taken over")
    acts = (
        lambda: services.edit_job(job=foreign, details=details, by=staffing),
        lambda: services.close_job(job=foreign, by=staffing),
        lambda: services.open_job(job=foreign, by=staffing),
        lambda: services.add_to_team(job=foreign, member=staffing, role=JobRole.RECRUITER, by=staffing),
        lambda: services.remove_from_team(job=foreign, member=staffing, role=JobRole.RECRUITER, by=staffing),
    )

    for act in acts:
        with refuses(NotFound):
            act()


def test_a_refusal_names_the_role_and_who_can_help(company: Company) -> None:
    job = factories.JobFactory(company=company)
    interviewer = factories.on_team(job, JobRole.INTERVIEWER)
    recruiter = factories.on_team(job, JobRole.RECRUITER)

    with refuses(NotAllowed) as caught:
        services.close_job(job=job, by=interviewer)

    assert str(caught.value) == (
        f"Your role on this job is Interviewer, which does not allow this. {recruiter.name} can help."
    )
