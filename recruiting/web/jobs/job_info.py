"""Draws the Job Info window, for the core's own view and for the views of extensions that work inside it.

An extension's section is asked for with its context and its template together, so that whatever breaks in it costs its
own card and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from recruiting import extensions
from recruiting.companies.models import Membership
from recruiting.company_fields.values import visible
from recruiting.extensions import JobPanel
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs import access, field_values, selectors, warnings
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import HiringTeamMember, Job, JobField
from recruiting.web.access import MemberRequest

KEY_PEOPLE = (JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR)
MONITORING = (JobRole.INTERVIEWER, JobRole.EXECUTIVE)


@dataclass(frozen=True)
class RolePeople:
    """Who has one role on the job, and the picker when it is open."""

    role: JobRole
    people: Sequence[Membership]
    choices: Sequence[Membership] | None = None
    """The people to choose from while this role's picker is open."""


@dataclass(frozen=True)
class Section:
    """One section of the window. An extension's has `html`; "" means that it failed."""

    slug: str
    label: str
    html: SafeString | None = None
    roles: Sequence[RolePeople] = ()


def find_job(request: MemberRequest, job_id: UUID, action: Action | None = None) -> Job:
    """Return the job of an address.

    Raises:
        Http404: when the reader may not see it.
        NotAllowed: when they see it and may not do `action` on it.
    """
    found = _visible_job(request.membership, job_id)
    if not found:
        raise Http404("There is no such job.")
    job = found[0]
    job.company = request.company  # one object, so that what it keeps is read once
    if action is not None:
        access.require(request.membership, action, job)
    return job


@compiled
def _visible_job(membership: Membership, job_id: UUID) -> QuerySet[Job]:
    return Job.objects.visible_to(membership).filter(pk=job_id).select_related("process")


def render_info(
    request: MemberRequest,
    *,
    job: Job,
    open_slug: str = "",
    template_name: str | None = None,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the Job Info window.

    Args:
        job: a job that the reader may see.
        open_slug: the section that gets focus; a panel's own slug, `key-people`, `monitoring`,
            `details` or `job-fields`.
        template_name: the body of that panel instead of its own, for the vendor's views.
        context: what `template_name` shows, beside `job` and `membership`.
        status: 422 or 409 for a refused form inside the panel.
    """
    membership = request.membership
    actions = access.allowed_actions(job, membership)
    can_edit = Action.EDIT_JOB in actions
    picking = request.GET.get("pick", "") if can_edit else ""
    team = selectors.team_of([job])
    sections = [
        Section("key-people", "Key People Managing This Job", roles=_roles(job, KEY_PEOPLE, team, picking)),
        Section("monitoring", "People Monitoring This Job", roles=_roles(job, MONITORING, team, picking)),
        Section("details", "Details"),
    ]
    groups = field_values.grouped(visible(JobField, job, membership))
    if groups:
        sections.append(Section("job-fields", "Job fields"))
    for panel in extensions.job_panels():
        replaced = (template_name, context or {}) if template_name and panel.slug == open_slug else None
        html = _panel(request, panel, job, replaced)
        if html is not None:
            sections.append(Section(panel.slug, panel.label, html=html))
    shown = {
        "job": job,
        "country": dict(COUNTRIES).get(job.country, job.country),
        "stages": selectors.stages_of(job),
        "sections": sections,
        "field_groups": groups,
        "warnings": warnings.of_job(job, membership) if can_edit else [],
        "can_edit": can_edit,
        "picking": picking,
        "open_slug": open_slug,
        "job_url": reverse("applications:job", args=[job.pk]),
    }
    return render(request, "jobs/info.html", shown, status=status)


def _roles(job: Job, roles: Sequence[JobRole], team: Sequence[HiringTeamMember], picking: str) -> Sequence[RolePeople]:
    return [
        RolePeople(
            role=role,
            people=[member.membership for member in team if member.role == role],
            choices=selectors.people_without_role(job, role) if role == picking else None,
        )
        for role in roles
    ]


def _panel(
    request: MemberRequest, panel: JobPanel, job: Job, replaced: tuple[str, Mapping[str, Any]] | None
) -> SafeString | None:
    """Return a panel's markup, "" when it failed, None when this reader does not see it."""

    def draw() -> SafeString | None:
        about: dict[str, Any] = {"job": job, "membership": request.membership}
        if replaced:
            template, own = replaced
        elif panel.is_visible(**about):
            template, own = panel.template_name, panel.get_context(request=request, **about)
        else:
            return None
        return render_to_string(template, {**about, **own}, request=request)

    failed: SafeString | None = SafeString("")
    return extensions.call_safely(draw, default=failed, label=f"job panel {panel.slug}")
