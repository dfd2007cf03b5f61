"""The demo company: people, a job, candidates and a connection to each vendor's sandbox, made once.

Everything goes through the services, as if people had done it. Passwords are random and stand in one file beside the
database, readable by its owner alone.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from devtools import doubles
from integrations import registry
from recruiting.applications import services as applications
from recruiting.candidates.models import Source
from recruiting.candidates.services import CandidateDetails
from recruiting.careers import publishing, questions, sites
from recruiting.careers.models import Posting
from recruiting.careers.publishing import PostingDetails
from recruiting.careers.questions import QuestionDetails
from recruiting.careers.sites import SiteDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership, User
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.services import JobDetails

COMPANY = "Acme Manufacturing"
STAFF_EMAIL = "staff@throughline.example"


@dataclass(frozen=True)
class Person:
    """Somebody of the demo company."""

    first_name: str
    last_name: str
    email: str
    role: CompanyRole
    note: str


PEOPLE = (
    Person("Dana", "Cole", "dana@acme.example", CompanyRole.ADMINISTRATOR, "Administrator, linked to each vendor"),
    Person("Kim", "Ito", "kim@acme.example", CompanyRole.STAFFING, "Staffing and Recruiter, linked to each vendor"),
    Person(
        "Sam", "Ortiz", "sam@acme.example", CompanyRole.STANDARD, "Standard, Interviewer, without keys of their own"
    ),
)
CANDIDATES = (
    CandidateDetails("Ada", "Lovelace", "ada@example.com", "+1 512 555 0101"),
    CandidateDetails("Grace", "Hopper", "grace@example.com", "+1 512 555 0102"),
    CandidateDetails("Alan", "Turing", "alan@example.com", "+1 512 555 0103"),
    CandidateDetails("Katherine", "Johnson", "katherine@example.com", "+1 512 555 0104"),
    CandidateDetails("Edsger", "Dijkstra", "", "+1 512 555 0105"),
)
LEAD = CandidateDetails("Barbara", "Liskov", "barbara@example.com", "")


def is_there() -> bool:
    """Return whether this database has the demo company already."""
    return Company.objects.filter(name=COMPANY).exists()


def create() -> Company:
    """Create the demo company with its people, and keep their passwords in `DEMO_USERS_FILE`."""
    passwords = {person.email: _password() for person in PEOPLE}
    staff_password = _password()
    with transaction.atomic():
        company = companies.create_company(name=COMPANY, time_zone="America/New_York")
        members = [_member(company, person, passwords[person.email]) for person in PEOPLE]
        User.objects.create_superuser(STAFF_EMAIL, staff_password, first_name="Platform", last_name="Staff")
        _fill(company, members)
        for integration in registry.all_integrations():
            companies.enable_feature(company=company, feature=integration.slug, by=None, reason="demo")
            doubles.prepare_demo(integration, company=company, members=members)
    lines = [f"{person.email}  {passwords[person.email]}  {person.note}" for person in PEOPLE]
    lines.append(f"{STAFF_EMAIL}  {staff_password}  Platform staff, for /admin/")
    _store(settings.DEMO_USERS_FILE, "\n".join(lines) + "\n")
    return company


def _member(company: Company, person: Person, password: str) -> Membership:
    user = User.objects.create_user(person.email, password, first_name=person.first_name, last_name=person.last_name)
    return companies.add_member(company=company, user=user, role=person.role)


def _fill(company: Company, members: list[Membership]) -> None:
    dana, kim, sam = members
    buyer = jobs.create_job(
        details=JobDetails(
            title="Senior Buyer",
            department="Purchasing",
            city="Austin",
            region="TX",
            country="US",
            employment_type="Full time",
            description="You find what we build with, and agree on what it costs.",
        ),
        by=dana,
    )
    engineer = jobs.create_job(
        details=JobDetails(title="Process Engineer", department="Operations", city="Toledo", region="OH", country="US"),
        by=dana,
    )
    for job in (buyer, engineer):
        jobs.add_to_team(job=job, member=kim, role=JobRole.RECRUITER, by=dana)
        jobs.add_to_team(job=job, member=dana, role=JobRole.HIRING_MANAGER, by=dana)
    jobs.add_to_team(job=buyer, member=sam, role=JobRole.INTERVIEWER, by=dana)
    source = Source.objects.for_company(company).get(name="LinkedIn")
    stages = sorted(Stage.objects.filter(process=buyer.process), key=lambda stage: stage.order)
    for place, details in enumerate(CANDIDATES):
        application = applications.add_candidate(job=buyer, details=details, by=kim, source=source)
        if place >= 2:
            applications.move(application=application, to=stages[1], seen=application.stage_id, by=kim)
    applications.add_candidate(job=buyer, details=LEAD, by=kim, source=source, as_lead=True)
    _publish([buyer, engineer], by=dana)


def _publish(published: list[Job], *, by: Membership) -> None:
    """Publish jobs on a careers page, one of them with questions."""
    introduction = "We make machines that make things. **Come and see us.**"
    details = SiteDetails(name=COMPANY, introduction=introduction, contact="jobs@acme.example, +1 512 555 0100")
    sites.save(details=details, by=by)
    sites.save_notice(words=sites.DEFAULT_NOTICE, by=by)
    sites.change_handle(handle="acme", by=by)
    says = PostingDetails(
        employment_type="full_time",
        workplace="hybrid",
        pay_min="58000",
        pay_max="72000",
        pay_currency="USD",
        pay_period="year",
    )
    for job in published:
        posting = publishing.save(job=job, details=says, by=by)
        publishing.publish(job=job, publication=Posting.Publication.PUBLIC, by=by)
        asked = (
            QuestionDetails("yes_no", "May you work in the United States?", rule="is", rule_value="yes"),
            QuestionDetails("long", "What did you buy or build last?", is_required=False),
        )
        for question in asked if job is published[0] else ():
            questions.save_question(place=posting, details=question, by=by)


def _password() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(3))


def _store(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
