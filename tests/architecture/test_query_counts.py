"""No page asks more of the database when there is more in it: 10 of everything and 30 take the same queries.

The pages come from the URL resolver (tests/pages.py), so a new one cannot be forgotten: it needs an entry there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations import live
from integrations.crosschq import SLUG as REFERENCE_CHECKS
from integrations.crosschq.models import Prospect, ProspectExport, ProspectRun
from integrations.models import Credential, Installation
from integrations.requests.lifecycle import State as CheckState
from integrations.spark_hire import SLUG, schemas
from integrations.spark_hire.client import SparkHireClient
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest, JobLink
from newsfeed.models import NewsfeedEntry
from recruiting.api.models import ApiToken
from recruiting.applications.models import Application, Attachment, Note, StageTask, StageTransition
from recruiting.candidates.models import Candidate, CandidateTag, Source, Tag
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Invitation, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import HiringProcess, HiringTeamMember, Job, JobField, JobFieldOption, JobFieldValue, Stage
from tests import factories, pages
from tests.crosschq.factories import ProspectExportFactory, ProspectRunFactory, ReferenceCheckFactory

FEW, MANY = 10, 30  # ten: of each state of each thing there is one at least
PASSWORD = "correct-horse-battery"
PARENTS_FIRST = (
    User, Company, Membership, HiringProcess, Job, HiringTeamMember, JobField, JobFieldOption, JobFieldValue,
    Candidate, Tag, CandidateTag, Application, StageTransition, StageTask, Note,
    Attachment, Source, Prospect, Invitation, ApiToken, Credential, InterviewRequest, NewsfeedEntry,
)  # fmt: skip


def test_each_address_is_a_page_with_a_maximum_or_says_why_not() -> None:
    addresses = set(pages.routes())
    named = {**pages.PAGES, **pages.NOT_PAGES}

    assert addresses - set(named) == set(), "give these a maximum in tests/pages.py, or a reason why they are no pages"
    assert set(named) - addresses == set(), "these addresses are gone"
    assert set(pages.PAGES) & set(pages.NOT_PAGES) == set()


def test_what_is_said_to_answer_post_alone_does(db: None) -> None:
    world = World.make()
    alone = [name for name, why in pages.NOT_PAGES.items() if why == pages.POST]

    answers = {name: world.client.get(pages.addresses(name, world.values)[0]).status_code for name in alone}

    assert answers == dict.fromkeys(alone, 405)


@pytest.mark.long
def test_no_page_takes_more_queries_when_there_is_more(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = World.make()
    monkeypatch.setattr(live, "read", lambda key, question, **_: question())  # never from the cache, which expires
    monkeypatch.setattr(SparkHireClient, "jobs", lambda self: [world.vendor_job(n) for n in range(world.size)])
    monkeypatch.setattr(SparkHireClient, "question_sets", lambda self: [world.questions(n) for n in range(world.size)])
    world.count(pages.PAGES)  # what a process keeps for good is read once
    world.grow(FEW)
    few = world.count(pages.PAGES)

    world.grow(MANY)
    many = world.count(pages.PAGES)

    print(*(f"{queries:>4}  {address}" for address, queries in many.items()), sep="\n")
    grown = {address: (few[address], many[address]) for address in few if many[address] > few[address]}
    assert grown == {}
    over = {name: queries for (name, _), queries in many.items() if queries > pages.PAGES[name]}
    assert over == {}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@dataclass
class World:
    """A company in which there is `size` of everything, mostly on one job and one application."""

    client: Client
    company: Company
    member: Membership
    application: Application
    installation: Installation
    stages: Sequence[Stage]
    values: Mapping[str, Sequence[object]]
    select: JobField
    export: ProspectExport
    size: int = 0

    @classmethod
    def make(cls) -> "World":
        """Make the company, connected, with an application about which everything can be asked."""
        company = factories.CompanyFactory()
        user = factories.UserFactory(password=PASSWORD)
        member = factories.administrator(company, user=user)
        job = factories.JobFactory(company=company)
        application = factories.ApplicationFactory(job=job)
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        installation = factories.InstallationFactory(company=company, integration=SLUG)
        key = factories.CredentialFactory(installation=installation, membership=member)
        installation.primary_credential = key
        installation.save()
        JobLink.objects.create(
            company=company,
            installation=installation,
            job=job,
            state=JobLink.State.LINKED,
            vendor_job_id="job",
            vendor_title=job.title,
            question_set_id="questions",
        )
        _, invitation = companies.invite(company=company, email="new@example.com", role=CompanyRole.STANDARD, by=member)
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})  # some pages want it to be recent
        world = cls(
            client=client,
            company=company,
            member=member,
            application=application,
            installation=installation,
            stages=list(Stage.objects.filter(process_id=job.process_id)),
            values={},
            select=factories.JobFieldValueFactory(job=job).field,
            export=prospects_of(company, job),
        )
        canceled = world.request(application, State.CANCELED, "first")
        canceled.save()
        check = ReferenceCheckFactory(
            application=application,
            installation=world.export.installation,
            template__installation=world.export.installation,
            state=CheckState.UNCERTAIN,
        )
        colleague = factories.MembershipFactory(company=company)
        world.values = {
            "job_id": [job.pk],
            "candidate_id": [application.candidate_id],
            "application_id": [application.pk],
            "note_id": [factories.NoteFactory(application=application, author=member).pk],
            "file_id": [factories.AttachmentFactory(candidate=application.candidate, is_unplaced=True).pk],
            "tag_id": [factories.TagFactory(company=company).pk],
            "transition_id": [application.transitions.get().pk],
            "process_id": [job.process_id],
            "stage_id": [application.stage_id],
            "task_id": [factories.StageTaskFactory(application=application).pk],
            "membership_id": [colleague.pk],
            "invitation_id": [factories.InvitationFactory(company=company).pk],
            "token_id": [factories.ApiTokenFactory(membership=member).pk],
            "credential_id": [factories.CredentialFactory(installation=installation, membership=colleague).pk],
            "request_id": [canceled.pk],
            "field_id": [world.select.pk],
            "option_id": [factories.JobFieldOptionFactory(field=world.select).pk],
            "source_id": [world.export.source_id],
            "check_id": [check.pk],
            "template_id": [check.template_id],
            "listed": ["failed", "uncertain", "not-sent"],
            "tab": ["details", "application", "notes", "files", "video-interview", "reference-check"],
            "which": ["failed", "expiring", "to-watch"],
            "token": [invitation.rstrip("/").rpartition("/")[2]],
            "link": [factories.EmailChangeFactory(user=member.user).email],
            "integration": [SLUG],
            "event": ["changed"],
            "uidb36": ["0"],
            "key": ["gone"],
        }
        return world

    def count(self, names: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return the queries of a GET of each of these pages, by its name and address."""
        counted = {}
        for name in names:
            client = Client() if name in pages.SIGNED_OUT else self.client
            for address in pages.addresses(name, self.values):
                with CaptureQueriesContext(connection) as taken:
                    response = client.get(address)
                    while response.status_code in (302, 303):
                        response = client.get(response["Location"])
                assert response.status_code == 200, address
                counted[name, address] = len(taken)
        return counted

    def grow(self, size: int) -> None:
        """Add rows until there is `size` of everything."""
        rows: dict[type[models.Model], list[models.Model]] = {model: [] for model in PARENTS_FIRST}
        for number in range(self.size, size):
            for row in [*self._rows(number), *self._more_rows(number)]:
                rows[type(row)].append(row)
        for model in PARENTS_FIRST:
            model._default_manager.bulk_create(rows[model])
        self.size = size

    def _rows(self, number: int) -> list[models.Model]:
        company, here, now = self.company, self.application, clock.now()
        common = {"company": company}
        user = User(email=f"p{number}@example.com", first_name=f"P{number}", last_name="Q")
        member = Membership(**common, user=user)
        job = Job(**common, process=here.job.process, title=f"Other job {number}")
        person = Candidate(
            **common, first_name=f"N{number}", last_name="M", email=f"c{number}@example.com", owner=self.member,
            source=self.export.source,
        )  # fmt: skip
        tag = Tag(**common, name=f"t{number}")
        stage = self.stages[number % len(self.stages)]
        states = [Application.State.ACTIVE] * 4 + [Application.State.LEAD, Application.State.REJECTED]
        state = states[number % len(states)]
        there = Application(
            **common,
            job=here.job,
            candidate=person,
            state=state,
            stage=None if state == Application.State.LEAD else stage,
            stage_entered_at=None if state == Application.State.LEAD else now,
        )
        note = Note(**common, application=here, author=member, body="A note.")
        outcome = (State.FAILED, State.SENT, State.COMPLETED, State.EXPIRED)[number % 4]
        request = self.request(there, outcome, f"v{number}")
        fact = {"candidate": "Somebody"}
        about = {"actor": member, "job": here.job, "company": company}
        return [
            user,
            member,
            job,
            HiringTeamMember(**common, job=here.job, membership=member, role=JobRole.INTERVIEWER),
            HiringTeamMember(**common, job=job, membership=self.member, role=JobRole.RECRUITER),
            (option := JobFieldOption(**common, field=self.select, label=f"Choice number {number}")),
            JobFieldValue(**common, job=job, field=self.select, option=option),
            person,
            tag,
            CandidateTag(**common, candidate=person, tag=tag),
            CandidateTag(**common, candidate=here.candidate, tag=tag),
            there,
            Application(**common, job=job, candidate=here.candidate, stage=stage, stage_entered_at=now),
            StageTransition(**common, application=here, to_stage=stage, moved_by=member),
            (came := StageTransition(**common, application=there, to_stage=stage, moved_by=member)),
            *(
                [StageTask(**common, application=there, transition=came, stage=stage, action="gone.away")]
                if there.stage
                else []
            ),
            note,
            Attachment(
                **common, candidate=here.candidate, file="x", name=f"{number}.txt", content_type="text/plain", size=1,
                **({"is_unplaced": True} if number % 3 == 0 else {"application": here}),
            ),
            Invitation(**common, email=f"i{number}@example.com", token_digest=f"i{number:063}", expires_at=_later()),
            ApiToken(
                **common, membership=self.member, name="T", scopes=["jobs:read"], digest=f"t{number:063}", last4="0000",
                expires_at=_later(),
            ),
            request,
            self.request(here, State.CANCELED, f"c{number}"),
            Source(**common, type=self.export.source.type, name=f"Source {number:04}"),
            Prospect(
                **common, installation=self.export.installation, vendor_id=f"p{number}",
                outcome=Prospect.Outcome.SKIPPED, name=f"P {number}", reason="No email address.",
            ),
            *(
                NewsfeedEntry(**about, candidate=where.candidate, application=where, **rest)
                for where, rest in (
                    (here, {"verb": "applications.note_written", "subject_id": note.pk, "payload": fact}),
                    (here, {"verb": "spark_hire.completed", "subject_id": request.pk, "payload": fact}),
                    (there, {"verb": "spark_hire.requested", "subject_id": request.pk, "payload": fact}),
                )
            ),
        ]  # fmt: skip

    def _more_rows(self, number: int) -> list[models.Model]:
        """Return what a page shows all of: companies of one's own, keys, fields."""
        field = JobField(company=self.company, name=f"Fact {number}", position=number)
        elsewhere = Company(name=f"Elsewhere {number}", time_zone="Europe/Berlin")
        holder = User(email=f"k{number}@example.com", first_name=f"K{number}")
        member = Membership(company=self.company, user=holder)
        return [
            HiringProcess(company=self.company, name=f"Process {number}"),
            field,
            JobFieldValue(company=self.company, job=self.application.job, field=field, text="A fact."),
            elsewhere,
            Membership(company=elsewhere, user=self.member.user),
            holder,
            member,
            Credential(
                company=self.company,
                installation=self.installation,
                membership=member,
                secret=f"secret {number}",
                secret_digest=f"c{number:063}",
                last4="0000",
                state=Credential.State.ACCEPTED,
                checked_at=clock.now(),
            ),
        ]

    def request(self, application: Application, state: State, vendor_id: str) -> InterviewRequest:
        """Return an interview request, unsaved."""
        now = clock.now()
        return InterviewRequest(
            company=self.company,
            installation=self.installation,
            application=application,
            requested_by=self.member,
            state=state,
            vendor_id=vendor_id,
            send_attempted_at=now,
            sent_at=now,
            expires_at=now + timedelta(hours=20),
            completed_at=now if state == State.COMPLETED else None,
            share_url="https://vendor.example/share" if state == State.COMPLETED else "",
            time_zone="America/New_York",
            vendor_job_id="job",
            question_set_id="questions",
            invited_name="Somebody",
            invited_email="somebody@example.com",
        )

    def vendor_job(self, number: int) -> schemas.VendorJob:
        """Return a job of the vendor's."""
        return schemas.VendorJob(id=str(number), title=f"Job {number}", place="", is_active=True)

    def questions(self, number: int) -> schemas.QuestionSet:
        """Return a question set of the vendor's."""
        return schemas.QuestionSet(id=str(number), name=f"Set {number}", question_count=3)


def prospects_of(company: Company, job: Job) -> ProspectExport:
    """Connect the company with the vendor of reference checks, whose prospects arrived once."""
    factories.CompanyFeatureFactory(company=company, feature=REFERENCE_CHECKS)
    installation = factories.InstallationFactory(company=company, integration=REFERENCE_CHECKS)
    export = ProspectExportFactory(company=company, installation=installation, follows=True)
    export.jobs.add(job)
    ProspectRunFactory(export=export, state=ProspectRun.State.DONE, finished_at=clock.now())
    return export


def _later() -> datetime:
    return clock.now() + timedelta(days=7)
