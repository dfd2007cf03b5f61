"""READ THIS FIRST: everything that Crosschq's integration plugs into the product, in one class.

Reference checks on the partner API as `crosschq.md` describes it. From here: `states` (the life of a check), `checks`
and `outcomes` (what people and the worker change), `deliveries` (what is said to the vendor), `wire` (every name on the
wire), `blockers` (why nothing is sent).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from integrations.base import Integration
from integrations.crosschq import (
    connection,
    consequences,
    deliveries,
    promises,
    prospect_runs,
    prospects,
    selectors,
    settings_page,
    tabs,
    tags,
)
from integrations.crosschq.actions import SendCheck
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.panels import ReferenceChecksPanel
from integrations.crosschq.states import AT_VENDOR, State
from integrations.crosschq.webhook import CrosschqWebhook
from integrations.models import Credential
from recruiting.companies.models import Company, Membership
from recruiting.extensions import (
    Chip,
    FieldRemark,
    JobFieldSuggestion,
    JobWarning,
    ProposedChange,
    StepSuggestion,
    Suggestions,
    WorkItem,
)
from recruiting.jobs.models import Job, JobField
from recruiting.outbox.outbox import Handler, publish_many
from recruiting.outbox.schedules import ScheduledTask

QUIET = timedelta(hours=2)
RECONCILE_AT_ONCE = 5000


class Crosschq(Integration):
    """Reference checks by Crosschq."""

    slug = connection.SLUG
    name = "Reference Checks"
    vendor = "Crosschq"
    tabs = (tabs.ReferenceCheckTab(),)
    panels = (ReferenceChecksPanel(),)
    settings_pages = (settings_page.PAGE, settings_page.TEMPLATES)
    stage_actions = (SendCheck(),)
    suggestions = Suggestions(
        job_fields=(
            JobFieldSuggestion(
                name=tags.FIELD_NAME,
                kind=JobField.Kind.TEXT,
                category=JobField.Category.JOB,
                visibility=JobField.Visibility.INTERNAL,
                sentence=(
                    "Says which template a candidate on the job gets. Capitals and spaces around it don't matter."
                ),
            ),
        ),
        steps=(
            StepSuggestion(
                name="Crosschq",
                action=SendCheck.key,
                question="Start a Crosschq request when a candidate enters this step?",
            ),
        ),
    )
    webhook = CrosschqWebhook()
    request_models = (ReferenceCheck,)
    outbox_handlers = {
        promises.CREATE: Handler(run=deliveries.send, on_dead=deliveries.send_failed),
        promises.CANCEL: Handler(run=deliveries.cancel, on_dead=deliveries.cancel_failed),
        promises.REFRESH: Handler(run=deliveries.refresh),
        promises.REMIND: Handler(run=deliveries.remind, on_dead=deliveries.remind_failed),
        promises.ADOPT: Handler(run=deliveries.adopt),
        promises.COPY_REPORT: Handler(run=deliveries.copy_report, on_dead=deliveries.copy_failed),
        promises.TAKE_PROSPECTS: Handler(run=prospect_runs.take, on_dead=prospect_runs.failed),
    }
    scheduled_tasks = (
        ScheduledTask(
            name="crosschq.follow_prospects", function="integrations.crosschq.prospect_runs.follow", minutes=10
        ),
    )
    urls = "integrations.crosschq.urls"
    api_urls = "integrations.crosschq.api_urls"

    def get_client(self, credential: Credential, *, deadline_seconds: float | None = None) -> Any:
        """Return a client that acts with this key."""
        return connection.client_for(credential, deadline_seconds=deadline_seconds or 20.0)

    def check_connection(self, credential: Credential) -> None:
        """Ask Crosschq whether it accepts the key."""
        connection.check(credential)

    def reconcile(self, *, now: datetime) -> int:
        """Refresh what the vendor has not spoken of for two hours, and reports that came without their link."""
        quiet = Q(seen_at__lt=now - QUIET) | Q(seen_at__isnull=True, sent_at__lt=now - QUIET)
        linkless = Q(state=State.COMPLETED, report_url="", completed_at__gt=now - timedelta(days=2))
        due = (
            ReferenceCheck.objects.exclude(vendor_id="")
            .filter((Q(state__in=AT_VENDOR) | linkless) & quiet)
            .order_by("seen_at")[:RECONCILE_AT_ONCE]
        )
        messages = [
            promises.refresh_message(check_id, company_id=company_id, installation_id=installation_id)
            for check_id, company_id, installation_id in due.values_list("id", "company_id", "installation_id")
        ]
        publish_many(messages)
        return len(messages)

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return uncertain, failed and unsent checks."""
        return selectors.work_items(membership)

    def field_values(self, company: Company, fields: Sequence[JobField]) -> Mapping[UUID, Sequence[str]]:
        """Return the templates' tags for the field that carries them."""
        field = tags.field_of(company)
        return {field.pk: tags.values(company)} if field is not None and field in fields else {}

    def field_remark(self, field: JobField, text: str) -> FieldRemark | None:
        """Say which template a tag sends, or that no template has it."""
        return selectors.tag_remark(field, text)

    def job_warnings(self, jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
        """Return that a job's tag is missing or unknown, where its process has our step."""
        return selectors.job_warnings(jobs, membership)

    def source_uses(self, company: Company) -> Mapping[UUID, Sequence[str]]:
        """Return the source under which prospects arrive."""
        return prospects.source_uses(company)

    def consequences(self, change: ProposedChange) -> Sequence[str]:
        """Return what a deactivation means for checks that the member owns."""
        return consequences.of(change)

    def chips(self, application_ids: Sequence[UUID], membership: Membership) -> Mapping[UUID, Sequence[Chip]]:
        """Return the states of checks for board cards."""
        return selectors.chips(application_ids)
