"""The page of one job: its candidates as a board or a list, and its newsfeed."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.extensions import JobLink, SelectionAct
from recruiting.foundation import clock
from recruiting.foundation.pagination import Listed, page_of
from recruiting.foundation.permissions import Action
from recruiting.jobs import access, warnings
from recruiting.jobs.models import Job, Stage, StageGroup
from recruiting.jobs.selectors import stages_of
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import board
from recruiting.web.applications.cards import Drawer
from recruiting.web.applications.job_filters import FilterForm
from recruiting.web.applications.newsfeed import JOB_FILTERS, newsfeed
from recruiting.web.jobs.job_info import find_job

VIEWS = ("board", "list")
REMEMBERED = "job_view"
SORTS = {
    "": ("-id",),
    "name": ("candidate__last_name", "candidate__first_name", "id"),
    "-name": ("-candidate__last_name", "-candidate__first_name", "-id"),
}


@page("GET")
def job_page(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show the candidates of one job, as the reader last chose: board or list."""
    job = find_job(request, job_id)
    actions = access.allowed_actions(job, request.membership)
    view = _chosen_view(request)
    form = FilterForm(request.GET, job=job)
    stages = stages_of(job)
    may_move = Action.MOVE_APPLICATION in actions
    acts = extensions.selection_acts(request.membership, job)
    context = {
        **_frame(request, job, actions, tab="candidates"),
        "acts": acts,
        "view": view,
        "views": [_switch(request.GET, name, current=name == view) for name in VIEWS],
        "form": form,
        "kept": _kept(request.GET, form, "view", "sort"),
    }
    if view == "list":
        return render(request, "applications/job.html", {**context, **_list(request, form, stages, may_move, acts)})
    found, reader = form.apply(now=clock.now()), request.membership
    shown = board.read_board(found, stages=stages, membership=reader, query=request.GET, may_move=may_move)
    repeated = [(name, value) for name, values in request.GET.lists() for value in values if name != "step"]
    return render(
        request, "applications/job.html", {**context, "board": shown, "total": shown.total, "repeated": repeated}
    )


@page("GET")
def job_newsfeed(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show what happened on one job."""
    job = find_job(request, job_id)
    actions = access.allowed_actions(job, request.membership)
    context = {
        **_frame(request, job, actions, tab="newsfeed"),
        "newsfeed": newsfeed(request, filters=JOB_FILTERS, job=job),
    }
    return render(request, "applications/job_newsfeed.html", context)


@page("GET")
def filters(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show the filters of one job with everything that they offer; the job's page shows what is chosen."""
    job = find_job(request, job_id)
    form = FilterForm(request.GET, job=job, with_choices=True)
    context = {"job": job, "form": form, "kept": _kept(request.GET, form, "view", "sort", "step")}
    return render(request, "applications/job_filters.html", context)


def _frame(request: MemberRequest, job: Job, actions: frozenset[Action], *, tab: str) -> dict[str, object]:
    """Return what the header of a job page shows."""
    address = reverse("applications:job", args=[job.pk])
    tabs = [
        {"label": "Candidates", "url": address, "current": tab == "candidates"},
        {
            "label": "Newsfeed",
            "url": reverse("applications:job-newsfeed", args=[job.pk]),
            "current": tab == "newsfeed",
        },
    ]
    return {
        "job": job,
        "tabs": tabs,
        "badges": extensions.job_badges([job]).get(job.pk, ()),
        "can_move": Action.MOVE_APPLICATION in actions,
        "can_edit": Action.EDIT_JOB in actions,
        "warnings": warnings.of_job(job, request.membership) if Action.EDIT_JOB in actions else [],
        "can_add": Action.ADD_CANDIDATE in actions and job.state != Job.State.CLOSED,
        "links": [link for link in _links() if link.action in actions and job.state != Job.State.CLOSED],
    }


def _links() -> list[JobLink]:
    return [link for extension in extensions.all_extensions() for link in extension.job_links]


def _chosen_view(request: MemberRequest) -> str:
    asked = request.GET.get("view", "")
    remembered = request.session.get(REMEMBERED, VIEWS[0])
    if asked in VIEWS and asked != remembered:
        request.session[REMEMBERED] = asked
    return asked if asked in VIEWS else remembered


def _switch(query: QueryDict, name: str, *, current: bool) -> dict[str, object]:
    address = query.copy()
    for leftover in ("cursor", "more", "step", "sort"):
        address.pop(leftover, None)
    address["view"] = name
    return {"name": name, "label": name.title(), "query": address.urlencode(), "current": current}


def _kept(query: QueryDict, form: FilterForm, *names: str) -> list[tuple[str, str]]:
    """Return what the filters' form repeats so that filtering keeps it."""
    return [(name, str(query[name])) for name in names if name in query and name not in form.fields]


def applications_listed(query: QueryDict, job: Job, *, all_steps: bool = False) -> QuerySet[Application]:
    """Return the applications of a job that an address of its list asks for, newest first; of the board `all_steps`."""
    found, _step = _listed(query, FilterForm(query, job=job), [] if all_steps else stages_of(job))
    rows = found.build(*found.arguments) if isinstance(found, Listed) else found
    return rows.order_by("-id")


def _listed(query: QueryDict, form: FilterForm, stages: Sequence[Stage]) -> tuple[board.Applications, str]:
    """Return the applications in the step that an address names, and that step ("" for all)."""
    steps: dict[str, Stage | StageGroup] = {str(stage.pk): stage for stage in stages}
    steps |= {group.value: group for group in StageGroup} if stages else {}
    step = query.get("step", "")
    step = step if step in steps or (step == board.LEADS_COLUMN and stages) else ""
    return form.apply(now=clock.now(), step=steps.get(step), only_leads=step == board.LEADS_COLUMN), step


def _list(
    request: MemberRequest, form: FilterForm, stages: list[Stage], may_move: bool, acts: Sequence[SelectionAct]
) -> dict[str, object]:
    found, step = _listed(request.GET, form, stages)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else ""
    page = page_of(found, SORTS[sort], request.GET, "candidate", "candidates")
    cards = board.as_cards(page.rows, membership=request.membership, may_move=may_move)
    return {
        "page": page,
        "rows": Drawer(request.company, may_move=may_move, is_selectable=bool(acts)).rows(cards),
        "total": page.total,
        "step": step,
        "sort": sort,
        "name_sort_query": _sorted_by(request.GET, "-name" if sort == "name" else "name"),
        "step_groups": board.by_group(stages),
    }


def _sorted_by(query: QueryDict, sort: str) -> str:
    address = query.copy()
    address.pop("cursor", None)
    address["sort"] = sort
    return address.urlencode()
