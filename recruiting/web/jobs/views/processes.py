"""Company Settings › Hiring Process: the list and what is done to a process as a whole; and a job's choice of one.

The page of one process shows the candidates in its steps and lives in `recruiting.applications`.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.foundation.fields import LineField
from recruiting.foundation.permissions import Action
from recruiting.jobs import processes
from recruiting.jobs.models import HiringProcess, Job
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.forms import set_choices
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form


class NameForm(forms.Form):
    """What a process is called."""

    name = LineField(max_length=100, error_messages={"required": "Enter a name."})


class ProcessForm(forms.Form):
    """Which process a job follows."""

    process = forms.ModelChoiceField(
        label="Hiring process", queryset=HiringProcess.objects.none(), empty_label=None,
        error_messages={"invalid_choice": "Choose a process from the list.", "required": "Choose a process."},
    )  # fmt: skip

    def __init__(self, *args: Any, job: Job, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].initial = job.process_id
        set_choices(self, process=HiringProcess.objects.for_company(job.company).order_by("-is_default", "name"))


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List the company's processes."""
    rows = (
        HiringProcess.objects.for_company(request.company)
        .annotate(step_count=Count("stages", distinct=True), job_count=Count("jobs", distinct=True))
        .order_by("-is_default", "name", "pk")
    )
    return render(request, "jobs/processes/index.html", {"processes": rows})


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Create a process, and go on to its steps."""
    return _name(
        request,
        lambda name: processes.create_process(name=name, by=request.membership),
        title="Create process",
        button="Create process",
        lead="It begins with one step in each stage group.",
    )


@page("GET", "POST", role=ADMINISTRATOR)
def duplicate(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Copy a process with its steps, and go on to those."""
    process = find_process(request, process_id)
    return _name(
        request,
        lambda name: processes.duplicate_process(process=process, name=name, by=request.membership),
        title=f"Duplicate {process}",
        button="Duplicate process",
        lead="The copy has the same steps and automations. No job follows it yet.",
        initial=f"{process.name[:90]} (copy)",
    )


@page("GET", "POST", role=ADMINISTRATOR)
def rename(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Give a process another name."""
    process = find_process(request, process_id)
    return _name(
        request,
        lambda name: processes.rename_process(process=process, name=name, by=request.membership),
        title=f"Rename {process}",
        button="Rename process",
        initial=process.name,
        edits=False,
    )


@page("POST", role=ADMINISTRATOR)
def make_default(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Make a process the one that new jobs get."""
    process = processes.make_default(process=find_process(request, process_id), by=request.membership)
    return responses.saved(request, f"New jobs follow {process} now, unless another one is chosen.", "jobs:processes")


@page("GET", "POST", role=ADMINISTRATOR)
def delete(request: MemberRequest, process_id: UUID) -> HttpResponse:
    """Ask, and delete a process that no job uses."""
    process = find_process(request, process_id)

    def save() -> HttpResponse:
        processes.delete_process(process=process, by=request.membership)
        return responses.saved(request, f"{process} was deleted.", "jobs:processes")

    return respond_to_form(request, None, save, "jobs/processes/delete.html", {"process": process}, conflict="error")


@page("GET", "POST")
def choose(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Choose which process a job follows, while nobody stands in a step."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    form = ProcessForm(request.POST if request.method == "POST" else None, job=job)

    def save() -> HttpResponse:
        changed = processes.choose_process(job=job, process=form.cleaned_data["process"], by=request.membership)
        to = reverse("jobs:edit", args=[job.pk])
        return responses.saved(request, f"This job follows {changed.process} now.", to)

    context = {"job": job, "why_not": processes.why_process_stays(job)}
    return respond_to_form(request, form, save, "jobs/processes/choose.html", context, conflict="why_not")


def find_process(request: MemberRequest, process_id: UUID) -> HiringProcess:
    """Return a process of the company. Raises Http404."""
    return get_object_or_404(HiringProcess.objects.for_company(request.company), pk=process_id)


def _name(
    request: MemberRequest,
    service: Callable[[str], HiringProcess],
    *,
    title: str,
    button: str,
    lead: str = "",
    initial: str = "",
    edits: bool = True,
) -> HttpResponse:
    """Ask for a name, and do something with it; `edits` goes on to the steps."""
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": initial})

    def save() -> HttpResponse:
        process = service(form.cleaned_data["name"])
        to = reverse("applications:process-edit", args=[process.pk]) if edits else reverse("jobs:processes")
        return responses.saved(request, f"{process} was created." if edits else "Saved.", to)

    context = {"title": title, "button": button, "lead": lead}
    return respond_to_form(request, form, save, "jobs/processes/name.html", context, conflict=NON_FIELD_ERRORS)
