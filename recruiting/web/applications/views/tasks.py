"""What waits because a step asks a person first: the list behind a line of the home page, and the two answers."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from recruiting.applications import tasks
from recruiting.applications.models import Application, StageTask
from recruiting.foundation import pagination
from recruiting.jobs.models import Stage
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record


@page("GET")
def waiting(request: MemberRequest, stage_id: UUID) -> HttpResponse:
    """List the candidates of one step who wait for what it starts."""
    stage = get_object_or_404(Stage.objects.for_company(request.company).select_related("process"), pk=stage_id)
    rows = tasks.open_for(request.membership).filter(stage=stage)
    people = rows.select_related("application__candidate", "application__job")
    page = pagination.page_of(people, ("id",), request.GET, "candidate", "candidates")
    asked = {(task.action, task.settings_label) for task in page.rows}
    pending = {(action, chosen): tasks.pending_action(action, request.company, chosen) for action, chosen in asked}
    listed = [(task, pending[task.action, task.settings_label]) for task in page.rows]
    context = {"stage": stage, "page": page, "rows": listed}
    return render(request, "applications/stage_tasks.html", context)


@page("POST")
def start(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """Do what the step asks for."""

    def perform(task: StageTask) -> str:
        tasks.start(task=task, by=request.membership)
        label = tasks.pending_action(task.action, request.company, task.settings_label).label
        return f"{task.application.candidate.name}: {label} has begun."

    return _answer(request, _task(request, task_id), perform)


@page("POST")
def dismiss(request: MemberRequest, task_id: UUID) -> HttpResponse:
    """Say that it is not wanted now."""

    def perform(task: StageTask) -> str:
        tasks.dismiss(task=task, by=request.membership)
        return f"Nothing is started for {task.application.candidate.name}."

    return _answer(request, _task(request, task_id), perform)


def _task(request: MemberRequest, task_id: UUID) -> StageTask:
    seen = Application.objects.visible_to(request.membership)
    tasks_seen = StageTask.objects.for_company(request.company).filter(application__in=seen.values("pk"))
    return get_object_or_404(tasks_seen.select_related("application__candidate", "application__job"), pk=task_id)


def _answer(request: MemberRequest, task: StageTask, perform: Callable[[StageTask], str]) -> HttpResponse:
    back = responses.came_from(request, record.record_url(task.application))

    def save() -> HttpResponse:
        return responses.saved(request, perform(task), back)

    return responses.respond_to_form(request, None, save, "409.html", {"now_url": back}, conflict="sentence")
