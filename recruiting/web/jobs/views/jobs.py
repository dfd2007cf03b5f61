"""Pages about one job: create, edit, open, close, and the Job Info window with its hiring team.

The list of jobs and the board count applications and live in `recruiting.applications`.
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from newsfeed import feed
from recruiting.company_fields import values as field_values
from recruiting.foundation import text
from recruiting.foundation.errors import NotAllowed
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs import access, activity, field_suggestions, selectors, services
from recruiting.jobs.models import Job, JobField
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs.forms import DETAILS, EditJobForm, NewJobForm, TeamForm
from recruiting.web.jobs.job_info import KEY_PEOPLE, find_job, render_info
from recruiting.web.responses import respond_to_form

_LONGEST = 20_000


@page("GET", "POST")
def new(request: MemberRequest) -> HttpResponse:
    """Create a job."""
    if not request.membership.can(Action.CREATE_JOB):
        raise NotAllowed("Administrators and Staffing create jobs. Ask one of them.")
    data = request.POST if request.method == "POST" else None
    form = NewJobForm(data, company=request.company, **_asked(request, None))

    def save() -> HttpResponse:
        job = services.create_job(
            details=form.details(),
            by=request.membership,
            process=form.cleaned_data["process"],
            state=Job.State(form.cleaned_data["state"]),
            values=form.answers(),
        )
        return responses.saved(request, "Job created.", _board(job))

    return respond_to_form(request, form, save, "jobs/form.html", {"cancel_url": reverse("applications:jobs")})


@page("GET", "POST")
def edit(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Change what a job says about itself and in the company's fields."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    data = request.POST if request.method == "POST" else None
    form = EditJobForm(data, initial={name: getattr(job, name) for name in DETAILS}, **_asked(request, job))

    def save() -> HttpResponse:
        services.edit_job(
            job=job,
            details=form.details(),
            values=form.new_answers(),
            base=form.base_as(services.JobDetails, DETAILS),
            by=request.membership,
        )
        return responses.saved(request, "Job saved.", _board(job))

    def edited() -> tuple[str, datetime | None]:
        return feed.credit(feed.last(activity.JOB_EDITED, job=job), reader=request.membership)

    further = job.further_locations.splitlines()
    context = {"job": job, "stages": selectors.stages_of(job), "further": further, "cancel_url": _board(job)}
    return respond_to_form(request, form, save, "jobs/form.html", context, edited=edited)


@page("POST")
def preview(request: MemberRequest) -> HttpResponse:
    """Show how the Markdown in one field of a form that is being filled in will read; `field` is its name."""
    typed = text.multi_line(request.POST.get(request.GET.get("field", ""), ""))[:_LONGEST]
    return render(request, "components/markdown_preview.html", {"typed": typed})


@page("GET", "POST")
def open_job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask, and open a draft or closed job."""
    return _change_state(request, job_id, to=Job.State.OPEN)


@page("GET", "POST")
def close_job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask, and close a job."""
    return _change_state(request, job_id, to=Job.State.CLOSED)


@page("GET")
def info(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show who runs a job and how vendors are set up for it."""
    return render_info(request, job=find_job(request, job_id), open_slug=request.GET.get("open", ""))


@page("POST")
def add_to_team(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Give a member a role on the job."""
    job = find_job(request, job_id)
    form = TeamForm(request.POST, company=request.company)

    def save() -> HttpResponse:
        member, role = form.cleaned_data["member"], JobRole(form.cleaned_data["role"])
        services.add_to_team(job=job, member=member, role=role, by=request.membership)
        return _back_to_team(request, job, role, f"{member.name} is now {role.label} on this job.")

    return respond_to_form(request, form, save, partial(_refuse_team, request, job, form), conflict=NON_FIELD_ERRORS)


@page("POST")
def remove_from_team(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Take a role on the job away from a member."""
    job = find_job(request, job_id)
    form = TeamForm(request.POST, company=request.company)

    def save() -> HttpResponse:
        member, role = form.cleaned_data["member"], JobRole(form.cleaned_data["role"])
        services.remove_from_team(job=job, member=member, role=role, by=request.membership)
        message = f"{member.name} is no longer {role.label} on this job."
        if not Job.objects.visible_to(request.membership).filter(pk=job.pk).exists():
            return responses.saved(request, message, reverse("applications:jobs"))
        return _back_to_team(request, job, role, message)

    return respond_to_form(request, form, save, partial(_refuse_team, request, job, form))


def _asked(request: MemberRequest, job: Job | None) -> dict[str, Any]:
    """Return what the form asks about the company's fields."""
    asked = field_values.asked_of(JobField, request.membership, job)
    return {"asked": asked, "helps": field_suggestions.help_with(request.company, [one.field for one in asked])}


def _change_state(request: MemberRequest, job_id: UUID, *, to: Job.State) -> HttpResponse:
    job = find_job(request, job_id, Action.EDIT_JOB)
    back = responses.came_from(request, _board(job))
    if job.state == to:
        return responses.saved(request, f"{job} is {to.value} already.", back, level=messages.INFO)
    opens = to == Job.State.OPEN
    if request.method != "POST":
        active = job.applications.filter(state="active").count()
        return render(request, "jobs/state.html", {"job": job, "opens": opens, "active": active, "next": back})
    (services.open_job if opens else services.close_job)(job=job, by=request.membership)
    # A draft that was opened by mistake is not the same as a closed job, so only a reopened one offers Undo.
    has_undo = job.state == (Job.State.CLOSED if opens else Job.State.OPEN)
    undo_url = reverse("jobs:close" if opens else "jobs:open", args=[job.pk]) if has_undo else None
    return responses.saved(request, "Job opened." if opens else "Job closed.", back, undo_url=undo_url)


def _back_to_team(request: MemberRequest, job: Job, role: str, message: str, *, done: bool = True) -> HttpResponse:
    # The picker of that role stays open; who may not edit any more lands on the section.
    section = "key-people" if role in KEY_PEOPLE else "monitoring"
    address = f"{reverse('jobs:info', args=[job.pk])}?open={section}"
    if role in JobRole.values and access.may(request.membership, Action.EDIT_JOB, job):
        address += f"&pick={role}"
    level = messages.SUCCESS if done else messages.WARNING
    return responses.saved(request, message, address, level=level)


def _refuse_team(request: MemberRequest, job: Job, form: TeamForm, status: int) -> HttpResponse:
    error = str(next(iter(form.errors.values()))[0])
    return _back_to_team(request, job, request.POST.get("role", ""), error, done=False)


def _board(job: Job) -> str:
    return reverse("applications:job", args=[job.pk])
