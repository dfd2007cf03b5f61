"""Crosschq in a browser test: its double, played by a tester, and what a story needs made without pages."""

from collections.abc import Mapping
from typing import Any

from devtools.sandbox.crosschq import CrosschqSandbox
from integrations import credentials, installations, registry
from integrations.crosschq import SLUG, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates.tags import FIELD_NAME
from integrations.crosschq.models import ProspectRun, ReferenceCheck, Template
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.settings import connection
from integrations.models import Installation
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.candidates import sources
from recruiting.companies import services as companies
from recruiting.company_fields import values as field_values
from recruiting.jobs import field_suggestions
from recruiting.jobs.models import Job, JobField, Stage, StageAutomation, StageGroup
from tests import factories
from tests.browser.scenario import Scenario, until
from tests.crosschq.door import Door
from tests.crosschq.scenario import ENGINEERING

STEP = "Crosschq"


class Crosschq:
    """An organization at the vendor with the scenario's people, and the company's hands towards it."""

    def __init__(self, scenario: Scenario, *, settings: Any) -> None:
        self.scenario = scenario
        people = [(scenario.administrator, "super_admin"), (scenario.recruiter, "standard")]
        seeded = CrosschqSandbox.at(settings.SANDBOX_DATABASE).seed(
            company=scenario.company.name,
            users=[
                {
                    "first_name": one.user.first_name,
                    "last_name": one.user.last_name,
                    "email": one.user.email,
                    "role": role,
                }
                for one, role in people
            ],
        )
        self.key, self.organization = seeded["key"], seeded["organisation"]
        self.driver = Door(scenario.sandbox, {scenario.company.name: self.key})

    # ── The company, without pages ───────────────────────────────────────────────────────────────────────────────────
    def enable(self) -> None:
        """Let the company have Reference Checks, as platform staff do."""
        companies.enable_feature(company=self.scenario.company, feature=SLUG, by=None, reason="test")

    def connect(self) -> Installation:
        """Paste key and webhook, and turn *Make Candidate Requests* on."""
        self.enable()
        integration = registry.get(SLUG)
        assert integration is not None
        installation = installations.ensure(self.scenario.company, integration)
        installations.switch(installation=installation, on=True, by=self.scenario.administrator)
        credentials.save_company_key(installation=installation, secret=self.key, by=self.scenario.administrator)
        told = connection.of(installation)
        webhook = {
            "url": installations.webhook_url(installation),
            "auth": told.webhook_auth,
            "token": told.webhook_secret,
        }
        self.control(f"organisations/{self.organization}/webhook", method="POST", **webhook)
        return installation

    def prepare_step(self) -> Stage:
        """Add the step that starts requests, and the job field that carries the tag."""
        field_suggestions.create(name=FIELD_NAME, by=self.scenario.administrator)
        step: Stage = factories.StageFactory(process=self.scenario.job.process, group=StageGroup.INTERVIEW, name=STEP)
        factories.StageAutomationFactory(stage=step, action="crosschq.send_check", mode=StageAutomation.Mode.SEND)
        return step

    def prepare_all(self, *, tag: str = ENGINEERING.tag) -> tuple[Stage, Template]:
        """Do everything up to a job with a tag; return its step and the template."""
        self.connect()
        step = self.prepare_step()
        template = templates.create(company=self.scenario.company, details=ENGINEERING, by=self.scenario.administrator)
        self.tag(self.scenario.job, tag)
        return step, template

    def tag(self, job: Job, text: str) -> None:
        """Put a tag on a job."""
        field = JobField.objects.get(company=self.scenario.company, name=FIELD_NAME)
        field_values.write(JobField, job, {field.pk: text}, self.scenario.administrator)

    def move(self, application: Application, to: Stage) -> None:
        """Let the recruiter move somebody."""
        about = Application.objects.get(pk=application.pk)
        applications.move(application=about, to=to, seen=about.stage_id, by=self.scenario.recruiter)

    def sent(self, application: Application, template: Template) -> ReferenceCheck:
        """Let the recruiter send a check; return it once Crosschq has it."""
        check = services.send(application=application, template=template, by=self.scenario.recruiter)
        return self.arrived(application, check.pk)

    def arrived(self, application: Application, check_id: Any = None) -> ReferenceCheck:
        """Return the application's check once Crosschq has it."""
        mine = ReferenceCheck.objects.filter(application=application).exclude(vendor_id="")
        found: ReferenceCheck = until(
            lambda: (mine.filter(pk=check_id) if check_id else mine).first(), "Crosschq has the request"
        )
        return found

    def export(self, installation: Installation) -> None:
        """Let prospects arrive on the scenario's job, under a source of their own; return once they are there."""
        by = self.scenario.administrator
        source = sources.create(type_name="Crosschq", name="Crosschq prospects", by=by)
        choices = prospects.Choices(is_on=True, source=source, jobs=[self.scenario.job])
        prospects.save(installation=installation, choices=choices, by=by)
        until(lambda: ProspectRun.objects.filter(state=ProspectRun.State.DONE).exists(), "the prospects arrive")

    # ── The vendor ───────────────────────────────────────────────────────────────────────────────────────────────────
    def control(self, path: str, **data: Any) -> Any:
        """Use a control of the vendor."""
        answer = self.driver.control("POST", f"/crosschq/{path}", data)
        assert answer.status < 300, answer.text
        return answer.json

    def add_prospects(self) -> None:
        """Let sixty people be open to jobs: six stand there twice, two have no address."""
        self.control(f"organisations/{self.organization}/prospects", count=60, duplicates=6, without_email=2)

    def mails(self, **query: str) -> list[Mapping[str, str]]:
        """Return the messages that Crosschq would have sent, oldest first."""
        said = "&".join(f"{name}={value}" for name, value in query.items())
        rows: list[Mapping[str, str]] = self.driver.control("GET", f"/crosschq/mails?{said}").json
        return list(reversed(rows))

    def page_of(self, recipient: str, kind: str) -> str:
        """Return the address in the message of a kind to somebody, once it was sent."""
        found = until(lambda: self.mails(to=recipient, kind=kind), f"Crosschq mails {recipient}")
        words = found[-1]["body"].split()
        return next(word.rstrip(".,)") for word in words if word.startswith("http"))
