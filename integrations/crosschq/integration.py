"""READ THIS FIRST: everything that Crosschq's integration plugs into the product, in one class.

Reference checks on the partner API as `crosschq.md` describes it. From here: `services` (sending a check), `flow` (what
is said to the vendor, and what its answers mean), `schemas` (every name on the wire), `preconditions` (why nothing is
sent, and what to do about it), `status` (the tab); `check_templates`, `payload`, `prospects`, `reports` and `settings`
are features of their own.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from integrations.crosschq import BASE_URL, SLUG, VENDOR, WEB_URL, selectors, status
from integrations.crosschq.check_templates import tags
from integrations.crosschq.check_templates.panel import ReferenceChecksPanel
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.crosschq.settings.page import PAGES, TEMPLATES
from integrations.crosschq.webhooks import CrosschqWebhook
from integrations.models import Credential
from integrations.requests.base import RequestIntegration
from recruiting.companies.models import Company, Membership
from recruiting.extensions import (
    FieldHint,
    JobWarning,
    ProposedChange,
    StageSuggestion,
    Suggestions,
)
from recruiting.jobs.models import Job, JobField
from recruiting.outbox.schedules import ScheduledTask


class Crosschq(RequestIntegration):
    """Reference checks by Crosschq."""

    slug = SLUG
    name = "Reference Checks"
    vendor = VENDOR
    tabs = (status.TAB,)
    panels = (ReferenceChecksPanel(),)
    settings_pages = (PAGES.page, TEMPLATES)
    stage_actions = (SendCheck(),)
    suggestions = Suggestions(
        job_fields=[tags.FIELD],
        stages=[
            StageSuggestion("Crosschq", SendCheck.key, "Start a Crosschq request when a candidate enters this step?")
        ],
    )
    env_settings = (BASE_URL, WEB_URL)
    webhook = CrosschqWebhook()
    request_models = (ReferenceCheck,)
    flow = FLOW
    chip = "References"
    worklists = selectors.WORKLISTS
    worklist_prefix = "checks"
    worklist_url = "crosschq:worklist"
    scheduled_tasks = (
        ScheduledTask(
            name="crosschq.follow_prospects", function="integrations.crosschq.prospects.runs.follow", minutes=10
        ),
    )
    urls = "integrations.crosschq.urls"
    api_urls = "integrations.crosschq.api"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        return connection.client_for(credential, deadline_seconds=deadline_seconds or 20.0)

    def check_connection(self, credential: Credential) -> None:
        """Ask Crosschq whether it accepts the key."""
        connection.check(credential)

    def field_values(self, company: Company, fields: Sequence[JobField]) -> Mapping[UUID, Sequence[str]]:
        """Return the templates' tags for the field that carries them."""
        field = tags.field_of(company)
        return {field.pk: tags.values(company)} if field is not None and field in fields else {}

    def field_hint(self, field: JobField, text: str) -> FieldHint | None:
        """Say which template a tag sends, or that no template has it."""
        return selectors.tag_hint(field, text)

    def job_warnings(self, jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
        """Return that a job's tag is missing or unknown, where its process has our step."""
        return selectors.job_warnings(jobs, membership)

    def source_uses(self, company: Company) -> Mapping[UUID, Sequence[str]]:
        """Return the source under which prospects arrive."""
        return prospects.source_uses(company)

    def impact(self, change: ProposedChange) -> Sequence[str]:
        """Return what a deactivation means for checks that the member owns."""
        return selectors.impact(change)
