"""Reference checks in every state, for the pictures of every page: a job of its own in the demo company."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from integrations.crosschq import TAB, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.check_templates.tags import FIELD_NAME
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.requests import changes
from integrations.requests.lifecycle import Call, State
from recruiting.applications.models import Application
from recruiting.foundation.permissions import JobRole
from recruiting.jobs import field_suggestions
from recruiting.jobs.models import JobFieldValue, Stage, StageAutomation, StageGroup
from recruiting.outbox import worker
from recruiting.web.applications import record
from tests import factories
from tests.browser.scene import VendorScene

SURVEY = "brand-marketer-manager"
# Who: what happens at the vendor after the check was sent.
STORIES: Mapping[str, Sequence[str]] = {
    "Emmy Noether": (),
    "Mary Somerville": ("references", "answer"),
    "Sofia Kovalevskaya": ("references", "answer", "past_due"),
    "Maria Mayer": ("complete",),
    "Lise Meitner": ("cancel",),
}


class CheckScene(VendorScene):
    """The job, its template and a candidate for each state."""

    namespace = "crosschq"
    double = "crosschq"

    def build(self) -> None:
        """Make the job, and build the stories."""
        self.company, self.dana, self.kim = company, dana, kim = self.demo.company, self.demo.dana, self.demo.kim
        self.job = factories.JobFactory(company=company, title="Engine Programmer", city="Austin", region="TX")
        factories.HiringTeamMemberFactory(job=self.job, membership=kim, role=JobRole.RECRUITER)
        step = factories.StageFactory(process=self.job.process, group=StageGroup.INTERVIEW, name="Crosschq")
        factories.StageAutomationFactory(stage=step, action=SendCheck.key, mode=StageAutomation.Mode.SEND)
        self.field = field_suggestions.create(name=FIELD_NAME, by=dana)
        JobFieldValue.objects.create(company=company, job=self.job, field=self.field, text="Engineering")
        self.template = templates.create(company=company, details=_engineering(), by=dana)
        templates.duplicate(template=self.template, by=dana)
        self.people: dict[str, Application] = {}
        self._before(step)
        for name, actions in STORIES.items():
            self._build_story(name, actions)
        self._odd_ones()

    def values(self, page: str) -> Mapping[str, Sequence[object]]:
        """Return what the parameters of the addresses may be."""
        waiting = ReferenceCheck.objects.get(application=self.people["Rosalind Franklin"])
        return {
            "candidate_id": [waiting.application.candidate_id],
            "application_id": [waiting.application_id],
            "check_id": [waiting.pk],
            "template_id": [self.template.pk],
            "listed": ["failed", "uncertain", "not-sent"],
        }

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield a name and an address for the tab in every state."""
        for person, application in self.people.items():
            check = ReferenceCheck.objects.filter(application=application).order_by("-id").first()
            if check is None:
                state = f"before-{person.split()[1].lower()}"
            else:
                late = "-past-due" if check.is_past_due else ""
                state = f"{State(check.state).value}{late}"
            yield f"reference-check-{state}", record.record_url(application, TAB)

    def _before(self, step: Stage) -> None:
        self._add("Marie Curie")
        self._add("Chien-Shiung Wu", email="", state=Application.State.ACTIVE)
        lead = self._add("Vera Rubin", email="")
        Application.objects.filter(pk=lead.pk).update(state="lead", stage=None, stage_entered_at=None)
        self.people["Vera Rubin"].refresh_from_db()

    def _build_story(self, name: str, actions: Sequence[str]) -> None:
        check = services.send(application=self._add(name), template=self.template, by=self.kim)
        worker.drain()
        check.refresh_from_db()
        for action in actions:
            data: dict[str, Any] = {}
            if action == "answer":
                data["reference"] = self.control("GET", f"reference-requests/{check.vendor_id}")["references"][0]["id"]
            self.control("POST", f"reference-requests/{check.vendor_id}/{action}", data)
        changes.enqueue(Call.REFRESH, ReferenceCheck.objects.get(pk=check.pk))
        worker.drain()

    def _odd_ones(self) -> None:
        """One that the vendor refuses, one whose answer is lost, and one that is about to leave."""
        fault = {"kind": "status", "parameters": {"status": 400, "reason": "This account sends no more requests."}}
        self.control("POST", "faults", {"operation": "create_request", **fault})
        services.send(application=self._add("Barbara McClintock"), template=self.template, by=self.kim)
        worker.drain()
        lost = services.send(application=self._add("Jocelyn Bell"), template=self.template, by=self.kim)
        ReferenceCheck.objects.filter(pk=lost.pk).update(
            state=State.UNCERTAIN,
            failure="Crosschq's answer was lost, so we do not know whether it has the request. "
            "Please look in Crosschq.",
        )
        services.send(application=self._add("Rosalind Franklin"), template=self.template, by=self.kim)
        told = connection.connection_of(self.company)
        connection.configure(connection=told, by=self.dana, tag_field=self.field)

    def _add(self, name: str, **more: Any) -> Application:
        first, _, last = name.partition(" ")
        email = more.pop("email", f"{last.lower()}@example.com")
        person = factories.CandidateFactory(
            company=self.company, first_name=first, last_name=last, email=email, phone="+1 512 555 0123"
        )
        self.people[name] = factories.ApplicationFactory(job=self.job, candidate=person)
        return self.people[name]


def _engineering() -> TemplateDetails:
    return TemplateDetails(
        name="Engineering",
        tag="engineering",
        survey=SURVEY,
        asked=(Asked("managers", 1, "Somebody you reported to in the last two years."), Asked("peers", 2)),
        email_message="We are glad that you are in the running. References are the last step before an offer.",
    )
