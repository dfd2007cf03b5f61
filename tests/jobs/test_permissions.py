"""Who may do what: the table as the product states it, and everything that reads the table agrees with it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note
from recruiting.candidates.services import CandidateDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.foundation.errors import NotAllowed, NotFound
from recruiting.foundation.permissions import PERMISSIONS, Action, CompanyRole, JobRole, allows
from recruiting.jobs import access, services
from recruiting.jobs.models import Job, StageGroup
from recruiting.jobs.services import JobDetails
from tests import factories
from tests.cases import undone

A, S = CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING
HM, R, C, I, E = JobRole  # noqa: E741
# product.md, W9.
PRODUCT = {
    Action.MANAGE_COMPANY: ({A}, set()),
    Action.CREATE_JOB: ({A, S}, set()),
    Action.VIEW_JOB: ({A, S}, {HM, R, C, I, E}),
    Action.EDIT_JOB: ({A, S}, {HM, R, C}),
    Action.SEE_INTERNAL_FIELDS: ({A, S}, {HM, R, C}),
    Action.ADD_CANDIDATE: ({A, S}, {HM, R, C}),
    Action.EDIT_CANDIDATE: ({A, S}, {HM, R, C}),
    Action.MOVE_APPLICATION: ({A, S}, {HM, R, C}),
    Action.WRITE_NOTE: ({A, S}, {HM, R, C, I}),
    Action.READ_FULL_ACCESS_NOTES: ({A, S}, {HM, R, C}),
    Action.SEND_REQUEST: ({A, S}, {HM, R, C}),
    Action.WATCH_RESULT: ({A, S}, {HM, R, C, I, E}),
}
ROLES = [(company_role, job_role) for company_role in CompanyRole for job_role in (None, *JobRole)]


def test_the_table_is_the_products() -> None:
    assert {action: (set(rule.company_roles), set(rule.job_roles)) for action, rule in PERMISSIONS.items()} == PRODUCT
    assert set(PERMISSIONS) == set(Action)


def member_with(job: Job, company_role: CompanyRole, job_role: JobRole | None) -> Membership:
    member = factories.MembershipFactory(company=job.company, role=company_role)
    if job_role:
        factories.HiringTeamMemberFactory(job=job, membership=member, role=job_role)
    return member


def test_all_who_read_the_table_agree(db: None) -> None:
    for company_role, job_role in ROLES:
        with undone(company_role, job_role):
            company = factories.CompanyFactory()
            application = factories.ApplicationFactory(company=company)
            job = application.job
            other_job = factories.JobFactory(company=company)
            foreign = factories.ApplicationFactory(company=factories.CompanyFactory())
            member = member_with(job, company_role, job_role)
            roles = {job_role} - {None}

            for action, rule in PERMISSIONS.items():
                anywhere = company_role in rule.company_roles
                here = anywhere or job_role in rule.job_roles
                assert allows(action, company_role=company_role, job_roles=roles) is here
                assert access.may(member, action, job) is here, action
                assert access.may(member, action, other_job) is anywhere, action
                assert not access.may(member, action, foreign.job), action
                expected = ({job, other_job} if anywhere else {job}) if here else set()
                assert set(Job.objects.allowing(action, member)) == expected, action
                expected_here = {application} if here else set()
                assert set(Application.objects.allowing(action, member)) == expected_here, action
            sees = set(Job.objects.visible_to(member))
            assert sees == set(Job.objects.allowing(Action.VIEW_JOB, member))
            assert set(Application.objects.visible_to(member)) == ({application} if job in sees else set())
            assert set(type(application.candidate).objects.visible_to(member)) == (
                {application.candidate} if job in sees else set()
            )


def test_a_deactivated_member_may_nothing(db: None) -> None:
    for company_role, job_role in ROLES:
        with undone(company_role, job_role):
            job = factories.JobFactory(company=factories.CompanyFactory())
            member = member_with(job, company_role, job_role)
            member.is_active = False
            member.save()

            assert access.allowed_actions(job, member) == frozenset()


def test_the_services_do_what_the_table_says(db: None) -> None:
    for company_role, job_role in ROLES:
        with undone(company_role, job_role):
            services_do_what_the_table_says(company_role, job_role)


def services_do_what_the_table_says(company_role: CompanyRole, job_role: JobRole | None) -> None:
    """Let somebody in a role try everything, in a company of its own."""
    company = factories.CompanyFactory()
    application = factories.ApplicationFactory(company=company)
    job = application.job
    lead = factories.lead(job=job)
    member = member_with(job, company_role, job_role)
    newcomer = factories.MembershipFactory(company=company)
    interview = factories.stage_of(job, StageGroup.INTERVIEW)
    full_access: Any = {"visibility": Note.Visibility.FULL_ACCESS}
    acts: dict[str, tuple[Action, Callable[[], Any]]] = {
        "change company": (
            Action.MANAGE_COMPANY,
            lambda: companies.change_details(company=company, name="New", time_zone="UTC", by=member),
        ),
        "create job": (Action.CREATE_JOB, lambda: services.create_job(details=JobDetails(title="Buyer"), by=member)),
        "edit job": (
            Action.EDIT_JOB,
            lambda: services.edit_job(job=job, details=JobDetails(title="New title"), by=member),
        ),
        "close job": (Action.EDIT_JOB, lambda: services.close_job(job=job, by=member)),
        "add to team": (
            Action.EDIT_JOB,
            lambda: services.add_to_team(job=job, member=newcomer, role=JobRole.RECRUITER, by=member),
        ),
        "add candidate": (
            Action.ADD_CANDIDATE,
            lambda: applications.add_candidate(job=job, details=CandidateDetails(first_name="New"), by=member),
        ),
        "move": (
            Action.MOVE_APPLICATION,
            lambda: applications.move(application=application, to=interview, seen=application.stage_id, by=member),
        ),
        "convert": (Action.MOVE_APPLICATION, lambda: applications.convert_lead(application=lead, by=member)),
        "reject": (
            Action.MOVE_APPLICATION,
            lambda: applications.reject(application=application, reason="No.", by=member),
        ),
        "withdraw": (
            Action.MOVE_APPLICATION,
            lambda: applications.withdraw(application=application, reason="No.", by=member),
        ),
        "reopen": (Action.MOVE_APPLICATION, lambda: applications.reopen(application=application, by=member)),
        "write note": (
            Action.WRITE_NOTE,
            lambda: applications.write_note(application=application, body="Hi.", by=member),
        ),
        "write restricted note": (
            Action.READ_FULL_ACCESS_NOTES,
            lambda: applications.write_note(application=application, body="Hi.", by=member, **full_access),
        ),
    }

    for name, (action, act) in acts.items():
        outcome: type[Exception] | None = None
        with transaction.atomic():
            try:
                act()
            except (NotAllowed, NotFound) as refusal:
                outcome = type(refusal)
            transaction.set_rollback(True)
        sees = allows(Action.VIEW_JOB, company_role=company_role, job_roles={job_role} - {None})
        about_application = name in ("move", "convert", "reject", "withdraw", "reopen", "write note")
        if allows(action, company_role=company_role, job_roles={job_role} - {None}):
            assert outcome is None, name
        elif about_application and not sees:
            assert outcome is NotFound, name
        else:
            assert outcome in (NotAllowed, NotFound), name
