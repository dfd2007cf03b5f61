"""A factory per model of the core and the framework. The company is always explicit: given itself, or by a parent row.

Factories write plain rows: no newsfeed, no outbox. Only `CompanyFactory` goes through its service, because a company
without its default process and sources is none. What a test is about it does through the services.
"""

import functools
import importlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.db import models

from integrations.models import Credential, Installation, WebhookDelivery
from newsfeed.models import NewsfeedEntry
from recruiting.api.models import ApiToken, IdempotencyKey
from recruiting.applications.models import Application, Attachment, Note, SharedFile, StageTask, StageTransition
from recruiting.applications.services import first_stage
from recruiting.candidates.models import (
    Candidate,
    CandidateField,
    CandidateFieldOption,
    CandidateFieldValue,
    CandidateTag,
    Source,
    SourceType,
    Tag,
)
from recruiting.companies import services as companies
from recruiting.companies.models import Company, CompanyFeature, EmailChange, Invitation, Membership, User
from recruiting.foundation import clock, ids
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.foundation.tokens import digest
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
    PublicNumber,
    Stage,
    StageAutomation,
    StageGroup,
)
from recruiting.outbox.models import Heartbeat, OutboxMessage, OutboxSecret
from recruiting.resumes.models import DocumentText, HeldResume, ResumeBatch, ResumeBatchItem
from recruiting.resumes.reader.document import VERSION
from recruiting.runs.models import Run, RunRow
from recruiting.search import services as search
from recruiting.search.models import SearchDocument
from recruiting.webhooks import signing
from recruiting.webhooks.models import PING, Delivery, Subscription


class Row(factory.django.DjangoModelFactory):
    """The base of all factories."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True


def explicit_company() -> Any:
    """Return a declaration that refuses to guess the company."""

    def refuse(resolver: Any) -> Any:
        raise TypeError("Give the company: rows of two companies must never meet by accident.")

    return factory.LazyAttribute(refuse)


def company_of(parent: str) -> Any:
    """Return a declaration that takes the company of the parent row of that name."""
    return factory.LazyAttribute(lambda resolver: getattr(resolver, parent).company)


def child(of: str | type[Row], **more: Any) -> Any:
    """Return a sub-factory of the same company."""
    return factory.SubFactory(of, company=factory.SelfAttribute("..company"), **more)


# ── Companies and people ─────────────────────────────────────────────────────────────────────────────────────────────
class CompanyFactory(Row):
    """A company as `create_company` makes it: with its default process and sources."""

    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Company {n}")
    time_zone = "America/New_York"

    @classmethod
    def _create(cls, model_class: type[Company], *args: Any, **kwargs: Any) -> Company:
        return companies.create_company(**kwargs)


class UserFactory(Row):
    """A person with an account; `password=` when the test signs in by form."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", None), **kwargs)


class EmailChangeFactory(Row):
    """An address that waits for its link to be opened; the link's secret part is the address itself."""

    class Meta:
        model = EmailChange

    user = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda n: f"new{n}@example.com")
    token_digest = factory.LazyAttribute(lambda change: digest(change.email))
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(hours=24))


class MembershipFactory(Row):
    """A Standard member; `role=CompanyRole.ADMINISTRATOR` and the like for others."""

    class Meta:
        model = Membership

    company = explicit_company()
    user = factory.SubFactory(UserFactory)
    role = CompanyRole.STANDARD


class ServiceAccountFactory(Row):
    """A membership that nobody signs in with."""

    class Meta:
        model = Membership

    company = explicit_company()
    service_name = factory.Sequence(lambda n: f"Service {n}")
    role = CompanyRole.STANDARD


class CompanyFeatureFactory(Row):
    """Something switched on for a company."""

    class Meta:
        model = CompanyFeature

    company = explicit_company()
    feature = factory.Sequence(lambda n: f"feature-{n}")


class InvitationFactory(Row):
    """An open invitation whose link nobody knows; `services.invite` gives one with its link."""

    class Meta:
        model = Invitation

    company = explicit_company()
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    token_digest = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
class HiringProcessFactory(Row):
    """Another process beside the company's default, without stages."""

    class Meta:
        model = HiringProcess

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Process {n}")


class StageFactory(Row):
    """A step in review of a process."""

    class Meta:
        model = Stage

    company = company_of("process")
    process = child(HiringProcessFactory)
    group = StageGroup.IN_REVIEW
    name = factory.Sequence(lambda n: f"Step {n}")
    position = factory.Sequence(lambda n: 100 + n)


class StageAutomationFactory(Row):
    """What a step starts by itself."""

    class Meta:
        model = StageAutomation

    company = company_of("stage")
    stage = child(StageFactory)
    action = "nothing.registered"


class JobFactory(Row):
    """An open job with a location, on the company's default process."""

    class Meta:
        model = Job

    company = company_of("process")
    title = factory.Sequence(lambda n: f"Job {n}")
    city = "Boston"
    region = "MA"
    country = "US"
    process = factory.LazyAttribute(
        lambda resolver: HiringProcess.objects.for_company(resolver.company).get(is_default=True)
    )


class DepartmentFactory(Row):
    """A part of a company."""

    class Meta:
        model = Department

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Department {n}")
    number = factory.Sequence(lambda n: 1_000_000_000 + n)


class LocationFactory(Row):
    """Somewhere people of a company work."""

    class Meta:
        model = Location

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Office {n}")
    city = "Boston"
    region = "MA"
    country = "US"
    number = factory.Sequence(lambda n: 2_000_000_000 + n)


class JobLocationFactory(Row):
    """The first location of a job, whatever address that says."""

    class Meta:
        model = JobLocation

    company = company_of("job")
    job = child(JobFactory)
    location = child(LocationFactory)
    position = 0


class PublicNumberFactory(Row):
    """A number that something has, or had."""

    class Meta:
        model = PublicNumber

    number = factory.Sequence(lambda n: 7_000_000_000 + n)


class HiringTeamMemberFactory(Row):
    """A member's role on a job."""

    class Meta:
        model = HiringTeamMember

    company = company_of("job")
    job = child(JobFactory)
    membership = child(MembershipFactory)
    role = JobRole.RECRUITER


class JobFieldFactory(Row):
    """A text that a company keeps about its jobs."""

    class Meta:
        model = JobField

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Field {n}")


class JobFieldOptionFactory(Row):
    """A choice of a single-select field."""

    class Meta:
        model = JobFieldOption

    company = company_of("field")
    field = child(JobFieldFactory, kind=JobField.Kind.SELECT)
    label = factory.Sequence(lambda n: f"Option {n}")


class JobFieldValueFactory(Row):
    """A job's choice in a single-select field."""

    class Meta:
        model = JobFieldValue

    company = company_of("job")
    job = child(JobFactory)
    field = child(JobFieldFactory, kind=JobField.Kind.SELECT)
    option = child(JobFieldOptionFactory, field=factory.SelfAttribute("..field"))


# ── Candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────
class SourceTypeFactory(Row):
    """A kind of source beside the default ones."""

    class Meta:
        model = SourceType

    company = explicit_company()
    name = factory.Sequence(lambda n: f"Source type {n}")


class SourceFactory(Row):
    """A source beside the default ones."""

    class Meta:
        model = Source

    company = company_of("type")
    type = child(SourceTypeFactory)
    name = factory.Sequence(lambda n: f"Source {n}")


class TagFactory(Row):
    """A tag."""

    class Meta:
        model = Tag

    company = explicit_company()
    name = factory.Sequence(lambda n: f"tag {n}")


class CandidateFactory(Row):
    """A person with a name and an email address, who can be searched for."""

    class Meta:
        model = Candidate

    company = explicit_company()
    first_name = factory.Sequence(lambda n: f"Given{n}")
    last_name = factory.Sequence(lambda n: f"Family{n}")
    email = factory.Sequence(lambda n: f"candidate{n}@example.com")

    @classmethod
    def _create(cls, model_class: type[Candidate], *args: Any, **kwargs: Any) -> Candidate:
        candidate: Candidate = super()._create(model_class, *args, **kwargs)
        search.write([candidate])
        return candidate


class CandidateFieldFactory(JobFieldFactory):
    """A text that a company keeps about people."""

    class Meta:
        model = CandidateField


class CandidateFieldOptionFactory(JobFieldOptionFactory):
    """A choice of a single-select field."""

    class Meta:
        model = CandidateFieldOption

    field = child(CandidateFieldFactory, kind=CandidateField.Kind.SELECT)


class CandidateFieldValueFactory(Row):
    """A person's choice in a single-select field."""

    class Meta:
        model = CandidateFieldValue

    company = company_of("candidate")
    candidate = child(CandidateFactory)
    field = child(CandidateFieldFactory, kind=CandidateField.Kind.SELECT)
    option = child(CandidateFieldOptionFactory, field=factory.SelfAttribute("..field"))


class SearchDocumentFactory(Row):
    """The document that a person has."""

    class Meta:
        model = SearchDocument

    company = company_of("candidate")
    candidate = child(CandidateFactory)

    @classmethod
    def _create(cls, model_class: type[SearchDocument], *args: Any, **kwargs: Any) -> SearchDocument:
        document: SearchDocument = kwargs["candidate"].search_document
        return document


class CandidateTagFactory(Row):
    """A tag on a person."""

    class Meta:
        model = CandidateTag

    company = company_of("candidate")
    candidate = child(CandidateFactory)
    tag = child(TagFactory)


# ── Applications ─────────────────────────────────────────────────────────────────────────────────────────────────────
class ApplicationFactory(Row):
    """An active application in the first stage with the transition that put it there.

    `stage=` puts it elsewhere; `state=Application.State.LEAD` makes a lead, without stage and transition.
    """

    class Meta:
        model = Application

    company = company_of("job")
    job = child(JobFactory)
    candidate = child(CandidateFactory)
    state = Application.State.ACTIVE
    stage = factory.LazyAttribute(
        lambda resolver: None if resolver.state == Application.State.LEAD else first_stage(resolver.job)
    )
    stage_entered_at = factory.LazyAttribute(lambda resolver: clock.now() if resolver.stage else None)

    @factory.post_generation
    def transition(self: Application, create: bool, extracted: Any, **_: Any) -> None:  # type: ignore[misc]
        """Write the transition into the stage."""
        if create and self.stage is not None and extracted is not False:
            StageTransitionFactory(application=self, to_stage=self.stage, moved_at=self.stage_entered_at)


class StageTransitionFactory(Row):
    """A move of an application into its first stage; it does not move the application itself."""

    class Meta:
        model = StageTransition

    company = company_of("application")
    application = child(ApplicationFactory)
    to_stage = factory.LazyAttribute(lambda resolver: first_stage(resolver.application.job))


class StageTaskFactory(Row):
    """An open task about an application in the step where it stands, of an action that nobody offers."""

    class Meta:
        model = StageTask

    company = company_of("application")
    application = child(ApplicationFactory)
    transition = factory.LazyAttribute(
        lambda resolver: StageTransitionFactory(
            application=resolver.application, company=resolver.company, to_stage=resolver.application.stage
        )
    )
    stage = factory.LazyAttribute(lambda resolver: resolver.application.stage)
    action = "nothing.registered"


class NoteFactory(Row):
    """A note that everyone on the job reads."""

    class Meta:
        model = Note

    company = company_of("application")
    application = child(ApplicationFactory)
    author = child(MembershipFactory)
    body = "A note."


class AttachmentFactory(Row):
    """A small text file: of an application where one is given, else kept with the person."""

    class Meta:
        model = Attachment

    class Params:
        content = b"A curriculum vitae.\n"

    application = None
    candidate = factory.Maybe("application", factory.SelfAttribute("application.candidate"), child(CandidateFactory))
    company = company_of("candidate")
    is_unplaced = False
    is_personal = factory.LazyAttribute(lambda resolver: not resolver.application and not resolver.is_unplaced)
    file = factory.LazyAttribute(lambda resolver: ContentFile(resolver.content, name="cv.txt"))
    name = "cv.txt"
    content_type = "text/plain"
    size = factory.LazyAttribute(lambda resolver: len(resolver.content))


class SharedFileFactory(Row):
    """A link of the dummy's to a file, for a request that is not there."""

    class Meta:
        model = SharedFile

    company = company_of("attachment")
    attachment = child(AttachmentFactory)
    extension = "dummy"
    label = "Acme"
    subject_id = factory.LazyFunction(ids.uuid7)
    token_digest = factory.Sequence(lambda number: f"{number:064x}")
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


class NewsfeedEntryFactory(Row):
    """An entry about an application, of a kind that needs no other row."""

    class Meta:
        model = NewsfeedEntry

    company = company_of("application")
    application = child(ApplicationFactory)
    job = factory.LazyAttribute(lambda resolver: resolver.application.job if resolver.application else None)
    candidate = factory.LazyAttribute(lambda resolver: resolver.application.candidate if resolver.application else None)
    verb = "applications.reopened"
    payload = factory.LazyAttribute(
        lambda resolver: {"candidate": resolver.candidate.name if resolver.candidate else "", "reason": ""}
    )


# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
class ApiTokenFactory(Row):
    """A token that reads jobs and that nobody holds; `api.services.create_token` gives one with its token."""

    class Meta:
        model = ApiToken

    company = company_of("membership")
    membership = child(MembershipFactory)
    name = factory.Sequence(lambda n: f"Token {n}")
    scopes = factory.LazyFunction(lambda: ["jobs:read"])
    digest = factory.Sequence(lambda n: f"{n:064x}")
    last4 = factory.Sequence(lambda n: f"{n:04d}"[-4:])
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=30))


class IdempotencyKeyFactory(Row):
    """What came of a POST that still runs."""

    class Meta:
        model = IdempotencyKey

    company = explicit_company()
    caller = "token:nobody"
    path_digest = factory.Sequence(lambda n: f"{n:064x}")
    key_digest = factory.Sequence(lambda n: f"{n:064x}")
    body_digest = factory.Sequence(lambda n: f"{n:064x}")


# ── Background work ──────────────────────────────────────────────────────────────────────────────────────────────────
class OutboxMessageFactory(Row):
    """A waiting message of no company, due now, alone under its ordering key."""

    class Meta:
        model = OutboxMessage

    topic = "tests.nothing"
    ordering_key = factory.Sequence(lambda n: f"tests:{n}")
    payload = factory.LazyFunction(dict)
    available_at = factory.LazyFunction(clock.machine_now)


class OutboxSecretFactory(Row):
    """What a message carries encrypted, for an hour."""

    class Meta:
        model = OutboxSecret

    message = factory.SubFactory(OutboxMessageFactory)
    value = "{}"
    expires_at = factory.LazyFunction(lambda: clock.machine_now() + timedelta(hours=1))


class HeartbeatFactory(Row):
    """A worker that worked a moment ago."""

    class Meta:
        model = Heartbeat
        django_get_or_create = ("name",)

    name = "worker"
    beat_at = factory.LazyFunction(clock.machine_now)


# ── Integrations ─────────────────────────────────────────────────────────────────────────────────────────────────────
class InstallationFactory(Row):
    """A company's connection that is switched on, without any key; of each integration it has one without a label."""

    class Meta:
        model = Installation
        django_get_or_create = ("company", "integration", "label")

    company = explicit_company()
    integration = "dummy"
    label = ""
    is_on = True


class CredentialFactory(Row):
    """An accepted key of a member."""

    class Meta:
        model = Credential

    company = company_of("installation")
    installation = child(InstallationFactory)
    membership = child(MembershipFactory)
    secret = factory.Sequence(lambda n: f"key-of-a-member-{n:04d}")
    secret_digest = factory.Sequence(lambda n: f"{n:064x}")
    last4 = factory.LazyAttribute(lambda resolver: resolver.secret[-4:])
    state = Credential.State.ACCEPTED
    checked_at = factory.LazyFunction(clock.now)


class WebhookDeliveryFactory(Row):
    """A delivery that waits to be read."""

    class Meta:
        model = WebhookDelivery

    company = company_of("installation")
    installation = child(InstallationFactory)
    event = "changed"
    body = b"{}"


# ── Webhooks out ─────────────────────────────────────────────────────────────────────────────────────────────────────
class SubscriptionFactory(Row):
    """An Administrator's webhook that is told of moves."""

    class Meta:
        model = Subscription

    company = company_of("membership")
    membership = child(MembershipFactory, role=CompanyRole.ADMINISTRATOR)
    url = "https://receiver.example/hook"
    facts = factory.LazyFunction(lambda: ["application.moved"])
    secret = factory.LazyFunction(signing.new_secret)


class DeliveryFactory(Row):
    """A ping that nobody sends."""

    class Meta:
        model = Delivery

    company = company_of("subscription")
    subscription = child(SubscriptionFactory)
    event_id = factory.LazyFunction(ids.uuid7)
    fact = PING


class DocumentTextFactory(Row):
    """What was read of a file."""

    class Meta:
        model = DocumentText

    company = company_of("attachment")
    attachment = child(AttachmentFactory)
    state = "read"
    is_waiting = False
    reader_version = VERSION
    text = "Ada Lovelace"
    fields = factory.LazyFunction(lambda: {"first_name": "Ada", "last_name": "Lovelace"})


class RunFactory(Row):
    """Long work of a member's that was not begun, of a kind that nothing knows."""

    class Meta:
        model = Run

    company = company_of("member")
    member = child(MembershipFactory)
    kind = "tests.unknown"
    title = "Rename 3 candidates"


class RunRowFactory(Row):
    """One of the things that a run is about, which waits."""

    class Meta:
        model = RunRow

    run = factory.SubFactory(RunFactory, company=factory.SubFactory(CompanyFactory))
    position = factory.Sequence(int)
    subject_id = factory.LazyFunction(ids.uuid7)


class ResumeBatchFactory(Row):
    """Résumés dropped on a job."""

    class Meta:
        model = ResumeBatch

    company = company_of("job")
    job = child(JobFactory)


class ResumeBatchItemFactory(Row):
    """A file of a batch that asks who is in it."""

    class Meta:
        model = ResumeBatchItem

    company = company_of("batch")
    batch = child(ResumeBatchFactory)
    position = factory.Sequence(int)
    name = "cv.txt"
    content_type = "text/plain"
    file = factory.LazyFunction(lambda: ContentFile(b"A curriculum vitae.\n", name="cv.txt"))
    state = "asks"
    reason = "No name was found. Enter one to add this person."


class HeldResumeFactory(Row):
    """A résumé that somebody chose on a form."""

    class Meta:
        model = HeldResume

    company = company_of("added_by")
    added_by = child(MembershipFactory)
    name = "cv.txt"
    content_type = "text/plain"
    file = factory.LazyFunction(lambda: ContentFile(b"A curriculum vitae.\n", name="cv.txt"))


# ── Helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def administrator(company: Company, **fields: Any) -> Membership:
    """Return a new Administrator of the company."""
    return MembershipFactory(company=company, role=CompanyRole.ADMINISTRATOR, **fields)


def staffing(company: Company, **fields: Any) -> Membership:
    """Return a new member with the role Staffing."""
    return MembershipFactory(company=company, role=CompanyRole.STAFFING, **fields)


def on_team(job: Job, role: JobRole = JobRole.RECRUITER, **fields: Any) -> Membership:
    """Return a new Standard member with a role on the job."""
    membership = MembershipFactory(company=job.company, **fields)
    HiringTeamMemberFactory(job=job, membership=membership, role=role)
    return membership


def hiring_team(job: Job) -> Mapping[JobRole, Membership]:
    """Return a new Standard member for every role on the job."""
    return {role: on_team(job, role) for role in JobRole}


def stage_of(job: Job, group: StageGroup) -> Stage:
    """Return the first step of a stage group in the job's process."""
    return min(Stage.objects.filter(process_id=job.process_id, group=group), key=lambda stage: stage.order)


def lead(**fields: Any) -> Application:
    """Return a new lead."""
    return ApplicationFactory(state=Application.State.LEAD, **fields)


def make(model: type[models.Model], **fields: Any) -> Any:
    """Return a new row of any model that has a factory, a vendor's included."""
    _know_the_vendors()
    kinds = {kind._meta.model: kind for kind in _kinds(Row) if not kind._meta.abstract}
    if model not in kinds:
        raise LookupError(f"{model._meta.label} has no factory. Write one beside the tests of its app.")
    return kinds[model](**fields)


def _kinds(base: type[Row]) -> Iterator[type[Row]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


@functools.cache
def _know_the_vendors() -> None:
    """Import the factories that stand beside each vendor's tests."""
    for path in Path(__file__).parent.glob("*/factories.py"):
        importlib.import_module(f"tests.{path.parent.name}.factories")
