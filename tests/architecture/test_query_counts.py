"""No page asks more of the database when there is more in it: 10 of everything and 30 take the same queries.

The pages come from the URL resolver (tests/pages.py), so a new one cannot be forgotten: it needs an entry there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, models, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations import live, registry
from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.api.models import ApiToken
from recruiting.applications.models import Application, Attachment, Note, StageTask, StageTransition
from recruiting.candidates.models import Candidate, CandidateField, CandidateFieldValue, CandidateTag, Source, Tag
from recruiting.careers.models import (
    BoardKey,
    Posting,
    PostingQuestionSet,
    PrivacyNotice,
    Question,
    QuestionSet,
    SourceLink,
)
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Invitation, Membership, User
from recruiting.connected_apps.models import Client as OAuthClient
from recruiting.connected_apps.models import Connection
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import (
    Department,
    HiringProcess,
    HiringTeamMember,
    Job,
    JobField,
    JobFieldOption,
    JobFieldValue,
    JobLocation,
    Location,
    Stage,
)
from recruiting.resumes.models import ResumeBatchItem
from recruiting.runs.models import Run, RunRow
from recruiting.webhooks.models import Delivery, Subscription
from tests import factories, pages, vendor_site
from tests.careers.factories import (
    BoardKeyFactory,
    DataRequestFactory,
    HandleFactory,
    PostingFactory,
    PrivacyNoticeFactory,
    QuestionFactory,
    QuestionSetFactory,
    SourceLinkFactory,
    SubmissionFactory,
)
from tests.connected_apps.factories import ClientFactory, ConnectionFactory
from tests.queries import NOT_COUNTED
from tests.signing_in import signed_in

FEW, MANY = 10, 30  # ten: of each state of each thing there is one at least
PASSWORD = "correct-horse-battery"
PARENTS_FIRST = (
    User, Company, Membership, HiringProcess, Department, Location, Job, JobLocation, HiringTeamMember, JobField,
    JobFieldOption, JobFieldValue,
    Candidate, CandidateField, CandidateFieldValue, Tag, CandidateTag, Application, StageTransition, StageTask, Note,
    Attachment, ResumeBatchItem, Source, Invitation, ApiToken, OAuthClient, Connection, Subscription, Delivery,
    QuestionSet, Run, RunRow, Posting, PostingQuestionSet, Question, SourceLink, BoardKey, PrivacyNotice,
    *(table for site in vendor_site.sites() for table in site.tables),
    NewsfeedEntry,
)  # fmt: skip


def test_each_address_is_a_page_with_a_maximum_or_says_why_not() -> None:
    addresses = set(pages.routes())
    named = {**pages.PAGES, **pages.NOT_PAGES}

    assert addresses - set(named) == set(), (
        "give these a maximum in tests/pages.py or the vendor's site.py, or a reason why they are no pages"
    )
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
    # Never from the cache, which expires.
    monkeypatch.setattr(live, "cached_read", lambda key, question, **_: question())
    for site in vendor_site.sites():
        site.answer(world, monkeypatch)
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


def test_a_candidates_application_takes_at_most_16_queries_with_two_vendors_and_one_more_for_each(db: None) -> None:
    world = World.make()
    world.grow(1)
    recruiter = factories.HiringTeamMemberFactory(job=world.application.job).membership
    world.values = {**world.values, "tab": ["application"]}
    taken = {}
    for reader in (world.member, recruiter):
        world.client = signed_in(reader)
        (((_, address), queries),) = world.count(["applications:candidate-tab"]).items()
        page = world.client.get(address).content.decode()
        assert [tab.slug for tab in extensions.candidate_tabs() if f"/{tab.slug}/" not in page] == []
        taken[reader.role] = queries

    most = 14 + len(registry.all_integrations())  # each counts its own table
    assert {role: queries for role, queries in taken.items() if queries > most} == {}, taken


@dataclass
class World:
    """A company in which there is `size` of everything, mostly on one job and one application."""

    client: Client
    company: Company
    member: Membership
    application: Application
    stages: Sequence[Stage]
    values: Mapping[str, Sequence[object]]
    select: JobField
    source: Source
    size: int = 0

    @classmethod
    def make(cls) -> "World":
        """Make the company, connected, with an application about which everything can be asked."""
        company = factories.CompanyFactory()
        user = factories.UserFactory(password=PASSWORD)
        member = factories.administrator(company, user=user)
        job = factories.JobFactory(company=company)
        application = factories.ApplicationFactory(job=job)
        _, invitation = companies.invite(company=company, email="new@example.com", role=CompanyRole.STANDARD, by=member)
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})  # some pages want it to be recent
        world = cls(
            client=client,
            company=company,
            member=member,
            application=application,
            stages=list(Stage.objects.filter(process_id=job.process_id)),
            values={},
            select=factories.JobFieldValueFactory(job=job).field,
            source=factories.SourceFactory(company=company),
        )
        of_vendors = {
            f"{site.namespace}:{parameter}": values
            for site in vendor_site.sites()
            for parameter, values in site.connect(world).items()
        }
        colleague = factories.MembershipFactory(company=company)
        notice = factories.CandidateFieldValueFactory(candidate=application.candidate).field
        webhook = factories.SubscriptionFactory(membership=member)
        question_set, posting = QuestionSetFactory(company=company), PostingFactory(job=job)
        HandleFactory(company=company, is_current=True)
        factories.DocumentTextFactory(company=company, attachment__application=application, attachment__kind="resume")
        item = factories.ResumeBatchItemFactory(batch=factories.ResumeBatchFactory(job=job))
        world.values = {
            "job_id": [job.pk],
            "candidate_id": [application.candidate_id],
            "application_id": [application.pk],
            "note_id": [factories.NoteFactory(application=application, author=member).pk],
            "file_id": [factories.AttachmentFactory(candidate=application.candidate, is_unplaced=True).pk],
            "batch_id": [item.batch_id],
            "item_id": [item.pk],
            "run_id": [factories.RunFactory(member=member).pk],
            "name": ["email"],
            "tag_id": [factories.TagFactory(company=company).pk],
            "transition_id": [application.transitions.get().pk],
            "process_id": [job.process_id],
            "stage_id": [application.stage_id],
            "task_id": [factories.StageTaskFactory(application=application).pk],
            "membership_id": [colleague.pk],
            "invitation_id": [factories.InvitationFactory(company=company).pk],
            "token_id": [factories.ApiTokenFactory(membership=member).pk],
            "connection_id": [ConnectionFactory(membership=member).pk],
            "client_id": [ClientFactory(company=company).pk],
            "account_id": [factories.ServiceAccountFactory(company=company).pk],
            "field_id": [world.select.pk],
            "option_id": [factories.JobFieldOptionFactory(field=world.select).pk],
            "candidates:field_id": [notice.pk],
            "candidates:option_id": [factories.CandidateFieldOptionFactory(field=notice).pk],
            "source_id": [world.source.pk],
            "submission_id": [(sent := SubmissionFactory(posting=posting)).pk],
            "request_id": [DataRequestFactory(submission=sent).pk],
            "notice_id": [PrivacyNoticeFactory(company=company).pk],
            "link_id": [SourceLinkFactory(source=world.source).pk],
            "key_id": [BoardKeyFactory(company=company).pk],
            "set_id": [question_set.pk],
            "question_id": [QuestionFactory(company=company, posting=posting).pk],
            "set_question_id": [QuestionFactory(company=company, posting=None, question_set=question_set).pk],
            "department_id": [factories.DepartmentFactory(company=company).pk],
            "location_id": [factories.LocationFactory(company=company).pk],
            "webhook_id": [webhook.pk],
            "delivery_id": [factories.DeliveryFactory(subscription=webhook).pk],
            "tab": ["details", "application", "notes", "files", *(tab.slug for tab in extensions.candidate_tabs())],
            "token": [invitation.rstrip("/").rpartition("/")[2]],
            "link": [factories.EmailChangeFactory(user=member.user).email],
            "integration": [registry.all_integrations()[0].slug],
            "event": ["changed"],
            "uidb36": ["0"],
            "key": ["gone"],
            **of_vendors,
        }
        return world

    def count(self, names: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return the queries of a GET of each of these pages, by its name and address."""
        counted = {}
        for name in names:
            client = Client() if name in pages.SIGNED_OUT else self.client
            for address in pages.addresses(name, self.values):
                reset_queries()  # or the log is full some pages later
                with CaptureQueriesContext(connection) as taken:
                    response = client.get(address)
                    while response.status_code in (302, 303):
                        response = client.get(response["Location"])
                assert response.status_code == 200, address
                counted[name, address] = sum(
                    not query["sql"].startswith(NOT_COUNTED) for query in taken.captured_queries
                )
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
        service = Membership(**common, service_name=f"Robot {number}")
        part = Department(**common, name=f"Part {number}", number=3 * 10**9 + number)
        town = Location(**common, name=f"Town {number}", city=f"Town {number}", number=4 * 10**9 + number)
        job = Job(**common, process=here.job.process, title=f"Other job {number}", listed_department=part)
        person = Candidate(
            **common, first_name=f"N{number}", last_name="M", email=f"c{number}@example.com", owner=self.member,
            source=self.source,
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
        return [
            user,
            member,
            part,
            town,
            service,
            job,
            JobLocation(**common, job=job, location=town, position=0),
            JobLocation(**common, job=here.job, location=town, position=number),
            HiringTeamMember(**common, job=here.job, membership=member, role=JobRole.INTERVIEWER),
            HiringTeamMember(**common, job=here.job, membership=service, role=JobRole.COORDINATOR),
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
            StageTransition(**common, application=here, to_stage=stage, moved_by=service),
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
            ResumeBatchItem(
                **common, batch_id=self.values["batch_id"][0], position=20_000 + number, name="cv.txt", state="added",
                application=there, candidate=person,
            ),
            Invitation(**common, email=f"i{number}@example.com", token_digest=f"i{number:063}", expires_at=_later()),
            ApiToken(
                **common, membership=self.member, name="T", scopes=["jobs:read"], digest=f"t{number:063}", last4="0000",
                expires_at=_later(),
            ),
            (app := OAuthClient(
                **common, name=f"App {number}", client_id=f"app-{number}", client_type="public", redirect_uris="https://x/",
            )),
            (let_in := Connection(**common, membership=self.member, client=app, scope="jobs:read")),
            *(
                NewsfeedEntry(
                    **common, actor=service, job=there.job, candidate=person, application=there, through=let_in.pk,
                    verb="applications.note_written", subject_id=note.pk, payload={"candidate": "Somebody"},
                )
                for _ in "1234567"
            ),
            Run(**common, member=self.member, kind="tests.unknown", title=f"Rename {number}"),
            RunRow(
                run_id=self.values["run_id"][0], position=number, subject_id=there.pk, outcome="skipped", sentence="No."
            ),
            Source(**common, type=self.source.type, name=f"Source {number:04}"),
            *self._careers(number, job),
            (webhook := Subscription(
                **common, membership=member, url=f"https://{number}.example", facts=["job.closed"], secret="whsec_",
            )),
            Delivery(**common, subscription=webhook, event_id=webhook.pk, fact="ping"),
            Delivery(**common, subscription_id=self.values["webhook_id"][0], event_id=webhook.pk, fact="ping"),
            NewsfeedEntry(
                **common, actor=member, job=here.job, candidate=here.candidate, application=here,
                verb="applications.note_written", subject_id=note.pk, payload={"candidate": "Somebody"},
            ),
            NewsfeedEntry(
                **common, actor=service, job=here.job, candidate=here.candidate, application=here,
                verb="applications.note_written", subject_id=note.pk, payload={"candidate": "Somebody"},
            ),
            *(row for site in vendor_site.sites() for row in site.rows(self, number, there)),
        ]  # fmt: skip

    def _careers(self, number: int, job: Job) -> list[models.Model]:
        common, now = {"company": self.company}, clock.now()
        posting = Posting(
            **common, job=job, number=5 * 10**9 + 10**6 + number, publication="public", first_published_at=now
        )
        asked = QuestionSet(**common, name=f"Questions {number}")
        here = Posting.objects.get(job=self.application.job)
        kept = {**common, "kind": "short", "label": "Why?"}
        return [
            posting,
            asked,
            PostingQuestionSet(**common, posting=here, question_set=asked),
            Question(**kept, posting=here, number=6 * 10**9 + 10**6 + number),
            Question(**kept, question_set=asked, number=7 * 10**9 + number),
            Question(**kept, question_set_id=self.values["set_id"][0], number=8 * 10**9 + number),
            SourceLink(**common, source=self.source, code=f"code-{number}"),
            BoardKey(**common, name="Key", digest=f"k{number:063}", ending="0000", made_by=self.member),
            PrivacyNotice(**common, number=10**6 + number, text="Only we read it."),
        ]

    def _more_rows(self, number: int) -> list[models.Model]:
        """Return what a page shows all of: companies of one's own, fields."""
        field = JobField(company=self.company, name=f"Fact {number}", position=number)
        elsewhere = Company(name=f"Elsewhere {number}", time_zone="Europe/Berlin")
        return [
            HiringProcess(company=self.company, name=f"Process {number}"),
            field,
            JobFieldValue(company=self.company, job=self.application.job, field=field, text="A fact."),
            (notice := CandidateField(company=self.company, name=f"Fact {number}", position=number)),
            CandidateFieldValue(
                company=self.company, candidate=self.application.candidate, field=notice, text="A fact."
            ),
            elsewhere,
            Membership(company=elsewhere, user=self.member.user),
        ]


def _later() -> datetime:
    return clock.now() + timedelta(days=7)
