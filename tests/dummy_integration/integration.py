"""READ THIS FIRST: the dummy's declaration, with every hook that exists."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from integrations import installations
from integrations.base import EventKind, Integration, NotMatchedYet, VendorEvent, WebhookHandler
from integrations.models import Credential, Installation
from recruiting.companies.models import Company, Membership
from recruiting.extensions import (
    Badge,
    CandidateTab,
    Chip,
    FieldHint,
    JobFieldSuggestion,
    JobPanel,
    JobWarning,
    MemberDeactivation,
    ProfileLink,
    ProposedChange,
    SettingsPage,
    StageAction,
    StageSuggestion,
    Suggestions,
    WorkItem,
)
from recruiting.foundation.vendor_errors import WebhookRejected
from recruiting.jobs import field_values
from recruiting.jobs.models import Job, JobField
from recruiting.outbox.schedules import ScheduledTask
from tests.dummy_integration import assessments
from tests.dummy_integration.assessments import SLUG
from tests.dummy_integration.models import OPEN, Assessment


class AssessmentTab(CandidateTab):
    """The assessments of an application."""

    slug, label, template_name, weight = "assessment", "Assessment", "dummy_integration/tab.html", 60

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        """Return whether the company uses it, or has used it here."""
        return assessments.on(application) is not None or self._rows(application).exists()

    def badge(self, *, application: Any, membership: Any) -> Badge | None:
        """Return the state of the last one."""
        last = self._rows(application).first()
        return Badge(last.state.capitalize(), "send", "info") if last else None

    def get_context(self, *, request: HttpRequest, application: Any, membership: Any) -> Mapping[str, Any]:
        """Return our own rows: the vendor is not asked while a page is drawn."""
        return {"assessments": list(self._rows(application)[:20])}

    def _rows(self, application: Any) -> Any:
        return Assessment.objects.filter(application=application).order_by("-id")


class AssessmentPanel(JobPanel):
    """A sentence in Job Info."""

    slug, label, template_name = "assessments", "Assessments by Acme", "dummy_integration/panel.html"

    def is_visible(self, *, job: Any, membership: Any) -> bool:
        """Return whether the company has a connection that is on."""
        return Installation.objects.for_company(job.company).filter(integration=SLUG, is_on=True).exists()

    def get_context(self, *, request: HttpRequest, job: Any, membership: Any) -> Mapping[str, Any]:
        """Return how many were asked for."""
        return {"count": Assessment.objects.filter(application__job=job).count()}


class AskAction(StageAction):
    """Ask for an assessment when a step is entered."""

    key, label = "dummy.ask", "Ask for an assessment"

    def run(self, *, transition: Any, automation: Any) -> None:
        """Promise to ask, as the mover."""
        day = transition.application.company.today().replace(year=transition.application.company.today().year + 1)
        assessments.request_assessment(application=transition.application, expires_on=day, by=transition.moved_by)


class Webhook(WebhookHandler):
    """Signed deliveries: `{"id": …}`."""

    methods = ("POST", "PUT")

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Compare the signature of the body under the token."""
        expected = hmac.new(installation.webhook_token.encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), request.headers.get("X-Acme-Signature", "").encode()):
            raise WebhookRejected("The signature does not fit.")

    def delivery_id(self, request: HttpRequest) -> str | None:
        """Return Acme's own id."""
        return request.headers.get("X-Acme-Delivery")

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return one event."""
        data = json.loads(body)
        known = isinstance(data, dict) and isinstance(data.get("id"), str)
        kind = EventKind.REQUEST_CHANGED if known else EventKind.UNKNOWN
        return [VendorEvent(kind=kind, vendor_id=data["id"] if known else "")]

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Ask Acme again."""
        if event.kind != EventKind.REQUEST_CHANGED:
            return
        found = Assessment.objects.filter(installation=installation, vendor_id=event.vendor_id).first()
        if found is None:
            raise NotMatchedYet
        assessments.refresh.enqueue(found)


LEVEL = JobFieldSuggestion(
    name="Assessment level",
    kind="text",
    category="job",
    visibility="internal",
    sentence="Says how hard the assessments of a job are.",
)


def settings_state(company: Company) -> tuple[Badge, str]:
    """Return how the company is connected, in words."""
    installation = installations.find(company, SLUG)
    if installation is None or not installation.is_on:
        return Badge("Off", "power", "neutral"), "Assessments are off."
    return Badge("On", "check", "success"), "Assessments are on."


class Dummy(Integration):
    """Assessments by Acme."""

    slug, name, vendor = SLUG, "Assessments", "Acme"
    options = ("level",)
    needs_base_url = True
    allows_several = True
    tabs = (AssessmentTab(),)
    panels = (AssessmentPanel(),)
    settings_pages = (
        SettingsPage(
            slug="assessments",
            label="Assessments",
            url_name="dummy:settings",
            sentence="Assessments by Acme.",
            state=settings_state,
        ),
    )
    stage_actions = (AskAction(),)
    suggestions = Suggestions(
        job_fields=(LEVEL,),
        stages=(
            StageSuggestion("Assessment", AskAction.key, "Ask for an assessment when a candidate enters this step?"),
        ),
    )
    env_settings = (assessments.BASE_URL,)
    webhook = Webhook()
    sends = staticmethod(assessments.send.run)
    request_models = (Assessment,)
    scheduled_tasks = (
        ScheduledTask(name="dummy.sweep", function="tests.dummy_integration.assessments.sweep", minutes=60),
    )
    urls = "tests.dummy_integration.urls"
    api_urls = "tests.dummy_integration.api_urls"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a session that acts with this key."""
        return assessments.session_for(credential, deadline_seconds=deadline_seconds or 20.0)

    def check_connection(self, credential: Credential) -> None:
        """Ask Acme whose key it is."""
        assessments.check(credential)

    def primary_changed(self, installation: Installation, *, before: Credential | None) -> None:
        """Remember who was primary before."""
        installation.settings["before"] = str(before.pk) if before else ""
        installation.save(update_fields=["settings"])

    def reconcile(self, *, now: datetime) -> int:
        """Ask again about everything that is open."""
        due = list(Assessment.objects.filter(state="sent", seen_at__isnull=True).select_related("installation"))
        for assessment in due:
            assessments.refresh.enqueue(assessment)
        return len(due)

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return failed assessments of the member's applications."""
        failed = Assessment.objects.for_company(membership.company).filter(state="failed", requested_by=membership)
        return [
            WorkItem(key=f"dummy:{row.pk}", sentence="An assessment failed.", url="/", action="Look", weight=10)
            for row in failed[:10]
        ]

    def profile_links(self, membership: Membership) -> Sequence[ProfileLink]:
        """Link the member's own key."""
        if not self.is_enabled_for(membership.company):
            return ()
        return (ProfileLink("My Acme key", reverse("dummy:settings"), "Kept by an Administrator."),)

    def field_values(self, company: Company, fields: Sequence[JobField]) -> Mapping[UUID, Sequence[str]]:
        """Return the levels that Acme knows."""
        return {field.pk: ("Basic", "Advanced") for field in fields if field.name == LEVEL.name}

    def field_hint(self, field: JobField, text: str) -> FieldHint | None:
        """Say whether Acme knows a level."""
        if field.name != LEVEL.name:
            return None
        known = text in ("Basic", "Advanced")
        return FieldHint("Acme knows it.", "success") if known else FieldHint("Unknown.", "warning", "Basic")

    def job_warnings(self, jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
        """Warn about jobs without a level, once the company is connected."""
        installation = installations.find(membership.company, SLUG)
        if installation is None or not installation.is_on:
            return {}
        levels = field_values.named(LEVEL.name, jobs)
        return {
            job.pk: [JobWarning("This job has no assessment level.", reverse("jobs:edit", args=[job.pk]), "Edit job")]
            for job in jobs
            if job.pk not in levels
        }

    def source_uses(self, company: Company) -> Mapping[UUID, Sequence[str]]:
        """Name the source that Acme's people come from, where one was chosen."""
        installation = installations.find(company, SLUG)
        chosen = installation.settings.get("source") if installation else None
        return {UUID(chosen): ["Acme's test takers"]} if chosen else {}

    def impact(self, change: ProposedChange) -> Sequence[str]:
        """Say that a deactivated member's assessments run on."""
        if not isinstance(change, MemberDeactivation):
            return ()
        count = Assessment.objects.filter(requested_by=change.membership, state__in=OPEN).count()
        return (f"Open assessments that run on: {count}.",) if count else ()

    def chips(self, application_ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Sequence[Chip]]:
        """Return a chip for each application with an open assessment."""
        rows = Assessment.objects.for_company(membership.company).filter(
            application_id__in=application_ids, state__in=OPEN
        )
        return {row.application_id: [Chip("Assessment", Badge("Open", "send", "info"))] for row in rows}
