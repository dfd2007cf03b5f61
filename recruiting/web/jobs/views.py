"""Pages about one job: create, edit, open, close, and the Job Info window with its hiring team.

The list of jobs and the board count applications and live in `recruiting.applications`.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from newsfeed import feed
from recruiting.foundation.edits import Overtaken
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs import access, activity, field_suggestions, field_values, selectors, services
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs.forms import DETAILS, EditJobForm, JobForm, NewJobForm, TeamForm
from recruiting.web.jobs.pages import KEY_PEOPLE, render_info


@page("GET", "POST")
def new(request: MemberRequest) -> HttpResponse:
    """Create a job."""
    if not request.membership.can(Action.CREATE_JOB):
        raise NotAllowed("Administrators and Staffing create jobs. Ask one of them.")
    form = NewJobForm(
        request.POST if request.method == "POST" else None, company=request.company, **_asked(request, None)
    )
    if form.is_valid():
        try:
            job = services.create_job(
                details=form.details(),
                by=request.membership,
                process=form.cleaned_data["process"],
                state=Job.State(form.cleaned_data["state"]),
                values=form.answers(),
            )
        except InvalidInput as refusal:
            form.refuse(refusal.fields)
        else:
            return responses.saved(request, "Job created.", _board(job.pk))
    return _show_form(request, form, {"cancel_url": reverse("applications:jobs")})


@page("GET", "POST")
def edit(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Change what a job says about itself and in the company's fields."""
    job = _job(request, job_id)
    access.require(request.membership, Action.EDIT_JOB, job)
    initial = {name: getattr(job, name) for name in DETAILS}
    form = EditJobForm(request.POST if request.method == "POST" else None, initial=initial, **_asked(request, job))
    status = 422
    if form.is_valid():
        try:
            services.edit_job(
                job=job,
                details=form.details(),
                values=form.new_answers(),
                seen=form.seen_details(),
                by=request.membership,
            )
        except InvalidInput as refusal:
            form.refuse(refusal.fields)
        except Overtaken as refusal:
            who, when = feed.credit(feed.last(activity.JOB_EDITED, job=job), reader=request.membership)
            form.look_again(refusal, who=who, when=when)
            status = refusal.status
        else:
            return responses.saved(request, "Job saved.", _board(job.pk))
    context = {"job": job, "stages": selectors.stages_of(job), "cancel_url": _board(job.pk)}
    return _show_form(request, form, context, refused=status)


@page("GET", "POST")
def open_job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask, and open a draft or closed job."""
    job = _job(request, job_id)
    access.require(request.membership, Action.EDIT_JOB, job)
    if job.state == Job.State.OPEN:
        return _nothing_to_do(request, job, "open")
    if request.method != "POST":
        return _ask_about_state(request, job, to=Job.State.OPEN)
    services.open_job(job=job, by=request.membership)
    # A draft that was opened by mistake is not the same as a closed job, so only a reopened one offers Undo.
    undo_url = reverse("jobs:close", args=[job.pk]) if job.state == Job.State.CLOSED else None
    return responses.saved(request, "Job opened.", responses.came_from(request, _board(job.pk)), undo_url=undo_url)


@page("GET", "POST")
def close_job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask, and close a job."""
    job = _job(request, job_id)
    access.require(request.membership, Action.EDIT_JOB, job)
    if job.state == Job.State.CLOSED:
        return _nothing_to_do(request, job, "closed")
    if request.method != "POST":
        return _ask_about_state(request, job, to=Job.State.CLOSED)
    services.close_job(job=job, by=request.membership)
    undo_url = reverse("jobs:open", args=[job.pk]) if job.state == Job.State.OPEN else None
    return responses.saved(request, "Job closed.", responses.came_from(request, _board(job.pk)), undo_url=undo_url)


@page("GET")
def info(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show who runs a job and how vendors are set up for it."""
    return render_info(request, job=_job(request, job_id), open_slug=request.GET.get("open", ""))


@page("POST")
def add_to_team(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Give a member a role on the job."""
    job = _job(request, job_id)
    form = TeamForm(request.POST, company=request.company)
    if not form.is_valid():
        return _back_to_team(request, job, request.POST.get("role", ""), _first_error(form), done=False)
    member, role = form.cleaned_data["member"], JobRole(form.cleaned_data["role"])
    try:
        services.add_to_team(job=job, member=member, role=role, by=request.membership)
    except Conflict as refusal:
        return _back_to_team(request, job, role, refusal.message, done=False)
    return _back_to_team(request, job, role, f"{member.name} is now {role.label} on this job.")


@page("POST")
def remove_from_team(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Take a role on the job away from a member."""
    job = _job(request, job_id)
    form = TeamForm(request.POST, company=request.company)
    if not form.is_valid():
        return _back_to_team(request, job, request.POST.get("role", ""), _first_error(form), done=False)
    member, role = form.cleaned_data["member"], JobRole(form.cleaned_data["role"])
    services.remove_from_team(job=job, member=member, role=role, by=request.membership)
    message = f"{member.name} is no longer {role.label} on this job."
    if not Job.objects.visible_to(request.membership).filter(pk=job.pk).exists():
        return responses.saved(request, message, reverse("applications:jobs"))
    return _back_to_team(request, job, role, message)


def _job(request: MemberRequest, job_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.membership).select_related("company", "process"), pk=job_id)


def _asked(request: MemberRequest, job: Job | None) -> dict[str, Any]:
    """Return what the form asks about the company's fields."""
    asked = field_values.asked_of(request.membership, job)
    return {"asked": asked, "helps": field_suggestions.help_with(request.company, [one.field for one in asked])}


def _show_form(
    request: MemberRequest, form: JobForm, context: dict[str, object], *, refused: int = 422
) -> HttpResponse:
    return render(request, "jobs/form.html", {"form": form, **context}, status=refused if form.is_bound else 200)


def _nothing_to_do(request: MemberRequest, job: Job, state: str) -> HttpResponse:
    to = responses.came_from(request, _board(job.pk))
    return responses.saved(request, f"{job} is {state} already.", to, level=messages.INFO)


def _ask_about_state(request: MemberRequest, job: Job, *, to: Job.State) -> HttpResponse:
    context = {
        "job": job,
        "opens": to == Job.State.OPEN,
        "active": job.applications.filter(state="active").count(),
        "next": responses.came_from(request, _board(job.pk)),
    }
    return render(request, "jobs/state.html", context)


def _back_to_team(request: MemberRequest, job: Job, role: str, message: str, *, done: bool = True) -> HttpResponse:
    # The picker of that role stays open; who may not edit any more lands on the section.
    section = "key-people" if role in KEY_PEOPLE else "monitoring"
    address = f"{reverse('jobs:info', args=[job.pk])}?open={section}"
    if role in JobRole.values and access.may(request.membership, Action.EDIT_JOB, job):
        address += f"&pick={role}"
    level = messages.SUCCESS if done else messages.WARNING
    return responses.saved(request, message, address, level=level)


def _first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _board(job_id: UUID) -> str:
    return reverse("applications:job", args=[job_id])
