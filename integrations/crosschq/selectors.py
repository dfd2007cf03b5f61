"""Reads about reference checks, for pages, chips and the home page. Nothing here writes or talks to the vendor."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from integrations.crosschq import activity
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import tags
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.services import SendCheck
from integrations.crosschq.settings import connection
from integrations.requests.lifecycle import STANDARD, State
from integrations.requests.selectors import Looks, Worklist, in_the_running, not_replaced, run_on
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.extensions import FieldHint, JobWarning, MemberDeactivation, ProposedChange
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job, JobField, StageAutomation


def _running(who: Looks) -> QuerySet[ReferenceCheck]:
    return in_the_running(ReferenceCheck.objects.filter(is_superseded=False), who, who.sends)


def _uncertain(who: Looks) -> QuerySet[ReferenceCheck]:
    return _running(who).filter(state=State.UNCERTAIN)


def _failed(who: Looks) -> QuerySet[ReferenceCheck]:
    return not_replaced(_running(who))


def _not_sent(who: Looks) -> QuerySet[Application]:
    """Return the applications that stand in a step whose entering sent nothing.

    Found by the newest news of it, one by one: PostgreSQL would read all applications for a join.
    """
    since = ReferenceCheck.objects.filter(application=OuterRef("pk"), created_at__gte=OuterRef("stage_entered_at"))
    running = Application.objects.filter(state=Application.State.ACTIVE).filter(~Exists(since))
    news = NewsfeedEntry.objects.for_company(who.member.company).filter(verb=activity.NOT_SENT.verb)
    if who.sends is not None:
        # By the news too, which carries its application's job: what is on other jobs is not looked up.
        running, news = running.filter(job__in=who.sends), news.filter(job__in=who.sends)
    its = running.filter(pk=OuterRef("application"), stage_entered_at__lte=OuterRef("occurred_at"))
    refused = news.alias(stands=Subquery(its.values("pk")[:1])).filter(stands__isnull=False).order_by("-id")
    return Application.objects.filter(pk__in=refused[: who.most].values("application"))


WORKLISTS = (
    Worklist(
        "uncertain",
        _uncertain,
        "reference check is uncertain: please look in Crosschq",
        "reference checks are uncertain: please look in Crosschq",
        5,
        title="Reference checks of which we do not know whether Crosschq has them",
    ),
    Worklist(
        "failed",
        _failed,
        "reference check could not be sent",
        "reference checks could not be sent",
        10,
        title="Reference checks that could not be sent",
    ),
    Worklist(
        "not-sent",
        _not_sent,
        "candidate entered a step and no reference check was sent",
        "candidates entered a step and no reference check was sent",
        15,
        title="Candidates in a step that sent no reference check",
        related=("candidate", "job", "stage"),
    ),
)


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def tag_hint(field: JobField, text: str) -> FieldHint | None:
    """Return what a tag that somebody types on a job will send; None for a field that does not carry the tag."""
    if tags.field_of(field.company) != field:
        return None
    if not text:
        return FieldHint("Without a tag, moving a candidate to the Crosschq step sends nothing.")
    template = tags.template_of(field.company, text)
    if template is None:
        nearest = tags.nearest(field.company, text)
        return FieldHint(f'No template has the tag "{text}".', tone="warning", instead=nearest)
    return FieldHint(f"Sends the template {templates.label(template)}.", tone="success")


def starting_steps(process_ids: Collection[UUID]) -> Mapping[UUID, list[StageAutomation]]:
    """Return, by process id, the automations of the steps that start a request, in the order of the steps."""
    found: dict[UUID, list[StageAutomation]] = {}
    for automation in sorted(_starting(tuple(process_ids)), key=lambda automation: automation.stage.order):
        found.setdefault(automation.stage.process_id, []).append(automation)
    return found


@compiled
def _starting(process_ids: tuple[UUID, ...]) -> QuerySet[StageAutomation]:
    ours = StageAutomation.objects.filter(action=SendCheck.key, stage__process__in=process_ids)
    return ours.select_related("stage")


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


# ── What a change elsewhere means here ───────────────────────────────────────────────────────────────────────────────
def impact(change: ProposedChange) -> Sequence[str]:
    """Return what a change that somebody is about to confirm means for reference checks, in sentences."""
    if not isinstance(change, MemberDeactivation):
        return []
    member: Membership = change.membership
    found = connection.find(member.company)
    if found is None:
        return []
    name = member.short_name
    asks = f"{name} is the default requestor of reference checks: choose another one."
    owned = ReferenceCheck.objects.for_company(member.company).filter(owner=member, state__in=STANDARD.open)
    one, many = "open reference check runs", "open reference checks run"
    return [
        *([asks] if found.default_requestor_id == member.pk else []),
        *run_on(owned.order_by("id"), one, many, f"{name} owns, and nobody gets the mail"),
    ]
