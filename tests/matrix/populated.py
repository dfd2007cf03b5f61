"""A company whose people see different things: three jobs, people on one or several of them, all that hangs there."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note
from recruiting.candidates import services as candidates
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job, JobField, StageGroup
from tests import factories
from tests.matrix import world
from tests.matrix.vendor import rights
from tests.matrix.world import MEMBERS


def build() -> None:
    """Build it all; the job roles are on "Buyer", and the Interviewer is an Executive of "Pilot", too."""
    company = factories.CompanyFactory(name="Acme")
    people = {role.name: world.member_of(company, role) for role in MEMBERS}
    clerk = world.named(company, "Cleo", "Clerk", CompanyRole.ADMINISTRATOR)
    rae = world.named(company, "Rae", "Rowe", CompanyRole.STANDARD)
    beside = world.company_rows(company, clerk)
    public = factories.JobFieldFactory(company=company, name="Hours", visibility=JobField.Visibility.PUBLIC)
    internal = factories.JobFieldFactory(company=company, name="Budget")
    made = {title: _job(company, beside, title, clerk, (public, internal)) for title in ("Buyer", "Welder", "Pilot")}
    draft = factories.JobFactory(company=company, title="Later", state=Job.State.DRAFT)
    closed = factories.JobFactory(company=company, title="Old")
    for role in MEMBERS:
        for job in (made["Buyer"], draft, closed) if role.job_role else ():
            jobs.add_to_team(job=job, member=people[role.name], role=role.job_role, by=clerk)
    jobs.add_to_team(job=made["Pilot"], member=people["Interviewer"], role=JobRole.EXECUTIVE, by=clerk)
    jobs.add_to_team(job=made["Welder"], member=rae, role=JobRole.RECRUITER, by=clerk)
    on: list[list[str]] = [["Buyer"], ["Welder"], ["Pilot"], ["Buyer", "Welder"], ["Welder", "Pilot"]]
    on += [["Buyer", "Welder", "Pilot"]]
    for number in range(30):
        _person(number, [made[title] for title in on[number % len(on)]], people, clerk, rae, beside)
    alone = factories.CandidateFactory(company=company, first_name="On", last_name="Nojob")
    factories.AttachmentFactory(candidate=alone, name="nojob.txt", added_by=clerk, is_unplaced=True)
    applications.add_candidate(job=closed, details=CandidateDetails(first_name="Past", last_name="Applicant"), by=clerk)
    jobs.close_job(job=closed, by=clerk)


def _job(company: Any, beside: dict[str, Any], title: str, clerk: Membership, fields: tuple[Any, Any]) -> Job:
    job: Job = factories.JobFactory(company=company, title=title, city="Austin", region="TX", country="US")
    for field in fields:
        factories.JobFieldValueFactory(job=job, field=field, option=None, text=f"{field.name} of {title}")
    for vendor in rights():
        vendor.on_job(job, beside)
    return job


def _person(
    number: int,
    on: list[Job],
    people: dict[str, Membership],
    clerk: Membership,
    rae: Membership,
    beside: dict[str, Any],
) -> None:
    details = CandidateDetails(
        first_name=f"N{number}", last_name="-".join(job.title for job in on), email=f"n{number}@example.com"
    )
    first = applications.add_candidate(job=on[0], details=details, by=clerk, as_lead=number % 7 == 6)
    mine = [first]
    for job in on[1:]:
        mine.append(applications.add_to_job(candidate=first.candidate, job=job, by=clerk, as_lead=number % 11 == 10))
    candidates.add_tag(candidate=first.candidate, name=f"tag {number % 4}", by=clerk)
    if number % 3 == 0:
        candidates.set_owner(candidate=first.candidate, owner=rae if number % 2 else people["Recruiter"], by=clerk)
    for application in mine:
        title = application.job.title
        _file(application, f"{title.lower()}-{number}.txt", clerk)
        for visibility in Note.Visibility:
            applications.write_note(
                application=application, body=f"{visibility} about {number} on {title}", visibility=visibility, by=clerk
            )
        if title == "Buyer":
            for name in ("Recruiter", "Interviewer"):
                applications.write_note(
                    application=application,
                    body=f"{name} on {number}",
                    visibility=Note.Visibility.AUTHOR,
                    by=people[name],
                )
        if application.state != Application.State.LEAD:
            _life(number, application, clerk, beside)


def _life(number: int, application: Application, clerk: Membership, beside: dict[str, Any]) -> None:
    """Let something happen to an application."""
    move = {"application": application, "seen": application.stage_id, "by": clerk}
    if number % 5 == 0:
        applications.move(to=beside["step"], **move)
    elif number % 5 == 1:
        applications.move(to=factories.stage_of(application.job, StageGroup.OFFER), **move)
    elif number % 5 == 2:
        applications.reject(application=application, reason="No.", by=clerk)
    elif number % 5 == 3:
        applications.move(to=factories.stage_of(application.job, StageGroup.HIRED), **move)
    if number % 2:
        Application.objects.filter(pk=application.pk).update(stage_entered_at=clock.now() - timedelta(days=20))
    application = Application.objects.select_related("job", "candidate", "company").get(pk=application.pk)
    for vendor in rights():
        vendor.life(number, application, beside, clerk)


def _file(application: Application, name: str, by: Membership) -> None:
    files.add_file(application=application, upload=ContentFile(b"Words.\n", name=name), name=name, by=by)
