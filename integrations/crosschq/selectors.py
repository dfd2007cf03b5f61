"""Reads about reference checks, for pages, chips and the home page. Nothing here writes or talks to the vendor."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from integrations.crosschq import activity, connection, tags, templates
from integrations.crosschq.actions import SendCheck
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import HOLDING, OPEN, State
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.extensions import Badge, Chip, FieldRemark, JobWarning, WorkItem
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job, JobField, StageAutomation

BADGES: Mapping[State, Badge] = {
    State.QUEUED: Badge("Sending", "send", "neutral"),
    State.UNCERTAIN: Badge("Uncertain", "alert-triangle", "danger"),
    State.SENT: Badge("Sent", "mail-forward", "info"),
    State.IN_PROGRESS: Badge("In Progress", "progress", "info"),
    State.COMPLETED: Badge("Complete", "circle-check", "success"),
    State.CANCELED: Badge("Canceled", "ban", "neutral"),
    State.STOPPED: Badge("Not followed", "ban", "neutral"),
    State.FAILED: Badge("Failed", "alert-triangle", "danger"),
}
PAST_DUE = Badge("Past due", "clock-exclamation", "warning")


# ── One application ──────────────────────────────────────────────────────────────────────────────────────────────────
def history(application: Application) -> list[ReferenceCheck]:
    """Return an application's checks, newest first, with files, kept references and template."""
    return list(
        ReferenceCheck.objects.filter(application=application)
        .select_related(
            "company",
            "installation",
            "template",
            "owner__user",
            "requested_by__user",
            "canceled_by__user",
            "transition",
        )
        .prefetch_related("files__attachment", "kept_references")
        .order_by("-id")[:50]
    )


def current(checks: Sequence[ReferenceCheck]) -> ReferenceCheck | None:
    """Return the check that the tab is about: the newest under way or complete, else the newest."""
    counting = [check for check in checks if not check.is_superseded]
    return next((check for check in counting if check.state in HOLDING), next(iter(counting), None))


def badge(check: ReferenceCheck) -> Badge:
    """Return a check's state in words."""
    return PAST_DUE if check.is_past_due and check.is_open else BADGES[State(check.state)]


def latest_by_application(application_ids: Sequence[UUID]) -> Mapping[UUID, ReferenceCheck]:
    """Return the check that counts per application, in one query."""
    return {check.application_id: check for check in ReferenceCheck.objects.counting(application_ids)}


def chips(application_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Chip]]:
    """Return the state of the check that counts, for board cards."""
    latest = latest_by_application(application_ids)
    return {application_id: [Chip("References", badge(check))] for application_id, check in latest.items()}


# ── What needs somebody ──────────────────────────────────────────────────────────────────────────────────────────────
def failed(membership: Membership) -> QuerySet[ReferenceCheck]:
    """Return the checks that could not be sent and that nobody has replaced (worklist `failed`)."""
    newer = ReferenceCheck.objects.filter(application=OuterRef("application"), id__gt=OuterRef("id"))
    return _of_the_running(membership).filter(state=State.FAILED).filter(~Exists(newer))


def uncertain(membership: Membership) -> QuerySet[ReferenceCheck]:
    """Return the checks of which somebody must say whether the vendor has them (worklist `uncertain`)."""
    return _of_the_running(membership).filter(state=State.UNCERTAIN)


def not_sent(membership: Membership) -> QuerySet[Application]:
    """Return the applications that stand in a step whose entering sent nothing (worklist `not-sent`)."""
    refused = NewsfeedEntry.objects.for_company(membership.company).filter(
        verb=activity.NOT_SENT.verb, occurred_at__gte=F("application__stage_entered_at")
    )
    since = ReferenceCheck.objects.filter(application=OuterRef("pk"), created_at__gte=OuterRef("stage_entered_at"))
    running = Application.objects.allowing(Action.SEND_REQUEST, membership).filter(state=Application.State.ACTIVE)
    return running.filter(pk__in=refused.values("application")).filter(~Exists(since))


def work_items(membership: Membership) -> list[WorkItem]:
    """Return what needs this member; each links `crosschq:worklist` with its key."""
    lines: tuple[tuple[str, QuerySet[ReferenceCheck] | QuerySet[Application], str, str, int], ...] = (
        (
            "uncertain",
            uncertain(membership),
            "reference check is uncertain: please look in Crosschq",
            "reference checks are uncertain: please look in Crosschq",
            5,
        ),
        ("failed", failed(membership), "reference check could not be sent", "reference checks could not be sent", 10),
        (
            "not-sent",
            not_sent(membership),
            "candidate entered a step and no reference check was sent",
            "candidates entered a step and no reference check was sent",
            15,
        ),
    )
    items = []
    for key, rows, one, many, weight in lines:
        count = rows[:100].count()
        if count:
            number = "99+" if count > 99 else str(count)
            items.append(
                WorkItem(
                    key=f"checks-{key}",
                    sentence=f"{number} {one if count == 1 else many}",
                    url=reverse("crosschq:worklist", args=[key]),
                    action="Review",
                    weight=weight,
                )
            )
    return items


def open_count(company: Company) -> int:
    """Return how many checks of a company are under way."""
    return ReferenceCheck.objects.for_company(company).filter(state__in=OPEN).count()


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def tag_remark(field: JobField, text: str) -> FieldRemark | None:
    """Return what a tag that somebody types on a job will send; None for a field that does not carry the tag."""
    if tags.field_of(field.company) != field:
        return None
    if not text:
        return FieldRemark("Without a tag, moving a candidate to the Crosschq step sends nothing.")
    template = tags.template_of(field.company, text)
    if template is None:
        nearest = tags.nearest(field.company, text)
        return FieldRemark(f'No template has the tag "{text}".', tone="warning", instead=nearest)
    return FieldRemark(f"Sends the template {templates.label(template)}.", tone="success")


def starting_steps(process_ids: Collection[UUID]) -> Mapping[UUID, list[StageAutomation]]:
    """Return, by process id, the automations of the steps that start a request, in the order of the steps."""
    found: dict[UUID, list[StageAutomation]] = {}
    ours = StageAutomation.objects.filter(action=SendCheck.key, stage__process__in=process_ids).select_related("stage")
    for automation in sorted(ours, key=lambda automation: automation.stage.order):
        found.setdefault(automation.stage.process_id, []).append(automation)
    return found


def job_warnings(jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
    """Return, by job id, that moving candidates to its step will send nothing: the tag is missing or unknown."""
    company = membership.company
    mine = [job for job in jobs if job.company_id == company.pk and job.state != Job.State.CLOSED]
    steps = starting_steps({job.process_id for job in mine})
    concerned = [job for job in mine if job.process_id in steps]
    if not concerned or connection.find(company) is None:
        return {}
    editable = set(
        Job.objects.allowing(Action.EDIT_JOB, membership)
        .filter(pk__in=[job.pk for job in concerned])
        .values_list("pk", flat=True)
    )
    found = {}
    for job_id, tag in tags.of_jobs(concerned, company).items():
        if tag.template is not None:
            continue
        reason = f'No template has the tag "{tag.text}"' if tag.text else "This job has no Crosschq tag"
        sentence = f"{reason}, so moving candidates to {steps[tag.job.process_id][0].stage} sends nothing."
        may_edit = job_id in editable
        found[job_id] = [
            JobWarning(
                sentence=sentence,
                url=reverse("jobs:edit", args=[job_id]) if may_edit else "",
                action="Edit job" if may_edit else "",
            )
        ]
    return found


def _of_the_running(membership: Membership) -> QuerySet[ReferenceCheck]:
    running = ReferenceCheck.objects.for_company(membership.company).filter(
        is_superseded=False, application__state__in=[Application.State.ACTIVE, Application.State.HIRED]
    )
    if membership.can(Action.SEND_REQUEST):
        return running
    return running.filter(application__job__in=Job.objects.allowing(Action.SEND_REQUEST, membership).values("pk"))
