"""A company that uses Crosschq, and the hands that a test needs on both sides of the wire."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from integrations import credentials, installations
from integrations.crosschq import SLUG, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.models import Connection, ReferenceCheck, Template
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.models import Installation, WebhookDelivery
from integrations.requests import changes
from integrations.requests.lifecycle import Call
from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.applications import services as applications
from recruiting.applications.models import Application, StageTransition
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs.models import Job, JobField, JobFieldValue, Stage, StageAutomation, StageGroup
from recruiting.outbox import worker
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq.door import Door

# Fri 21 Nov 2025, 10:00 in New York.
NOW = datetime(2025, 11, 21, 15, 0, tzinfo=UTC)
SURVEY = "brand-marketer-manager"
PEOPLE = (
    {"first_name": "Dana", "last_name": "Cole", "email": "dana@acme.example", "role": "super_admin"},
    {"first_name": "Kim", "last_name": "Ito", "email": "kim@acme.example"},
)
ENGINEERING = TemplateDetails(
    name="Engineering", tag="engineering", survey=SURVEY, asked=(Asked("managers", 1), Asked("peers", 2))
)


@dataclass
class Scenario:
    """Acme: Dana administers, Kim recruits, Sam is a hiring manager, Ivy interviews. The job's tag is "engineering"."""

    driver: Door
    company: Company
    installation: Installation
    job: Job
    step: Stage
    field: JobField
    template: Template
    candidate: Candidate
    application: Application
    dana: Membership
    kim: Membership
    sam: Membership
    ivy: Membership
    heard: set[int] = field(default_factory=set)

    # ── The company ──────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def told(self) -> Connection:
        return connection.connection_of(self.company)

    def configure(self, **choices: Any) -> None:
        connection.configure(connection=self.told, by=self.dana, **choices)

    def switch(self, on: bool) -> None:
        Installation.objects.filter(pk=self.installation.pk).update(is_on=on)

    def tag(self, text: str) -> None:
        if not text:
            JobFieldValue.objects.filter(job=self.job, field=self.field).delete()
            return
        JobFieldValue.objects.update_or_create(
            job=self.job, field=self.field, defaults={"company": self.company, "text": text}
        )

    def another(self, **candidate: Any) -> Application:
        """Return another candidate's application on the job."""
        person = factories.CandidateFactory(company=self.company, **candidate)
        return factories.ApplicationFactory(job=self.job, candidate=person)

    def template_of(self, **details: Any) -> Template:
        return templates.create(
            company=self.company, details=TemplateDetails(**{**vars(ENGINEERING), **details}), by=self.dana
        )

    # ── Checks ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def move(self, application: Application | None = None, *, to: Stage | None = None) -> StageTransition:
        """Move the candidate into the step, as Kim."""
        about = Application.objects.get(pk=(application or self.application).pk)
        transition = applications.move(application=about, to=to or self.step, seen=about.stage_id, by=self.kim)
        assert transition is not None
        return transition

    def application_now(self) -> Application:
        return Application.objects.select_related("candidate", "job__company", "company").get(pk=self.application.pk)

    def out(self) -> None:
        """Move the candidate out of the step again."""
        self.move(to=factories.stage_of(self.job, StageGroup.NEW))

    def send(self, *, application: Application | None = None, **more: Any) -> ReferenceCheck:
        """Send a check by hand; nothing has left yet."""
        return services.send(
            application=application or self.application, **{"template": self.template, "by": self.kim, **more}
        )

    def sent(self, **more: Any) -> ReferenceCheck:
        """Send a check that the vendor has."""
        check = self.send(**more)
        self.drain()
        check = self.now(check)
        assert (check.state, check.failure) == ("sent", "")
        return check

    def completed(self, **more: Any) -> ReferenceCheck:
        """Send a check of which the report is here, PDFs included."""
        check = self.sent(**more)
        self.perform(check, "complete")
        check = self.refreshed(check)
        assert check.state == "completed"
        return check

    def refreshed(self, check: ReferenceCheck) -> ReferenceCheck:
        """Ask the vendor about a check, as a webhook would let us."""
        changes.enqueue(Call.REFRESH, self.now(check))
        self.drain()
        return self.now(check)

    def now(self, check: ReferenceCheck) -> ReferenceCheck:
        return ReferenceCheck.objects.select_related("application", "installation", "company", "template").get(
            pk=check.pk
        )

    def check(self) -> ReferenceCheck:
        """Return the newest check."""
        return ReferenceCheck.objects.select_related("application", "installation", "company").latest("id")

    # ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────
    def drain(self) -> int:
        return worker.drain()

    def later(self) -> int:
        """Let the pauses pass, and work."""
        moment = clock.machine_now()
        Installation.objects.filter(paused_until__isnull=False).update(paused_until=moment)
        OutboxMessage.objects.filter(state="waiting").update(available_at=moment)
        return self.drain()

    def messages(self, topic: str) -> list[str]:
        """Return the states of a topic's messages, oldest first."""
        return list(OutboxMessage.objects.filter(topic=topic).order_by("id").values_list("state", flat=True))

    # ── The vendor ───────────────────────────────────────────────────────────────────────────────────────────────────
    def at_vendor(self) -> list[dict[str, Any]]:
        """Return the requests that exist there, newest first."""
        rows: list[dict[str, Any]] = self.driver.control("GET", "/crosschq/reference-requests").json
        return rows

    def there(self, check: ReferenceCheck) -> dict[str, Any]:
        """Return a check's request as the tester sees it."""
        return self.driver.seen(check.vendor_id)

    def perform(self, check: ReferenceCheck, *actions: str, **data: Any) -> None:
        """Play the candidate, the references or a user of the vendor."""
        for action in actions:
            answer = self.driver.perform(check.vendor_id, action, **data)
            assert answer.status == 200, answer.text

    def fault(self, operation: str, kind: str, **more: Any) -> int:
        return self.driver.fault(operation, kind, **more)

    def calls(self, operation: str) -> int:
        """Return how often the vendor was asked for this."""
        return len(self.driver.control("GET", f"/crosschq/requests?operation={operation}&limit=500").json)

    # ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def deliver(self, body: bytes, *, method: str = "post", authorization: str | None = None) -> HttpResponse:
        """Deliver a webhook as the vendor would."""
        header = f"Token {self.told.webhook_secret}" if authorization is None else authorization
        path = urlsplit(installations.webhook_url(self.installation)).path
        send = getattr(Client(), method)
        response: HttpResponse = send(
            path, body, content_type="application/json", headers={"Authorization": header} if header else {}
        )
        return response

    def delivery(self) -> WebhookDelivery:
        return WebhookDelivery.objects.latest("id")

    # ── What is said ─────────────────────────────────────────────────────────────────────────────────────────────────
    def feed(self, *, application: Application | None = None) -> list[str]:
        """Return what the newsfeed says about the candidate's reference checks, oldest first: "Title: sentence"."""
        rows = NewsfeedEntry.objects.filter(application=application or self.application, verb__startswith="crosschq.")
        shown = feed.render(list(rows.order_by("id")), membership=self.kim)
        return [f"{one.title.removeprefix('Reference Check ')}: {one.sentence}" for one in shown]

    def last(self) -> str:
        return self.feed()[-1]

    def mails(self) -> list[tuple[str, str]]:
        return [(letter.to[0], letter.subject) for letter in mail.outbox]

    def pass_time(self, **by: float) -> None:
        clock.travel(by=timedelta(**by))


def build(driver: Door) -> Scenario:
    """Seed the vendor and make the company."""
    driver.keys = {"Acme": driver.vendor.seed(company="Acme", users=PEOPLE)["key"]}
    company = factories.CompanyFactory(name="Acme", time_zone="America/New_York")
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG)
    job = factories.JobFactory(company=company, title="Senior Engineer", city="Austin", region="TX")

    def member(first: str, last: str, role: CompanyRole = CompanyRole.STANDARD) -> Membership:
        return factories.MembershipFactory(
            company=company,
            role=role,
            user=factories.UserFactory(first_name=first, last_name=last, email=f"{first.lower()}@acme.example"),
        )

    dana, kim = member("Dana", "Cole", CompanyRole.ADMINISTRATOR), member("Kim", "Ito")
    sam, ivy = member("Sam", "Ortiz"), member("Ivy", "Iverson")
    for one, role in ((kim, JobRole.RECRUITER), (sam, JobRole.HIRING_MANAGER), (ivy, JobRole.INTERVIEWER)):
        factories.HiringTeamMemberFactory(job=job, membership=one, role=role)
    step = factories.StageFactory(process=job.process, group=StageGroup.INTERVIEW, name="Crosschq")
    factories.StageAutomationFactory(stage=step, action=SendCheck.key, mode=StageAutomation.Mode.SEND)
    tag_field = factories.JobFieldFactory(company=company, name="Crosschq Tag")
    credentials.save_company_key(installation=installation, secret=driver.keys["Acme"], by=dana)
    surveys.refresh(installation)
    template = templates.create(company=company, details=ENGINEERING, by=dana)
    candidate = factories.CandidateFactory(
        company=company, first_name="Ada", last_name="Lovelace", email="ada@example.com", phone="+1 (512) 555-0123"
    )
    application = factories.ApplicationFactory(job=job, candidate=candidate)
    installation.refresh_from_db()
    scenario = Scenario(
        driver, company, installation, job, step, tag_field, template, candidate, application, dana, kim, sam, ivy
    )
    scenario.tag("Engineering ")
    return scenario
