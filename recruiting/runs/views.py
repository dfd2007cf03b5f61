"""Pages of long work: what ran lately, how far one is and what became of each row."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from recruiting.foundation import clock, formatting, pagination
from recruiting.foundation.errors import Conflict
from recruiting.runs import services
from recruiting.runs.extension import address_of
from recruiting.runs.kinds import kind_of
from recruiting.runs.models import Run, RunRow
from recruiting.web.access import MemberRequest, page
from recruiting.web.responses import poll_seconds, saved

TONES = {
    Run.State.WAITING: ("neutral", "clock-pause"),
    Run.State.RUNNING: ("info", "progress"),
    Run.State.DONE: ("success", "circle-check"),
    Run.State.STOPPED: ("neutral", "ban"),
    Run.State.FAILED: ("danger", "alert-triangle"),
}


@page("GET")
def index(request: MemberRequest) -> HttpResponse:
    """List what the member started, or everybody for an Administrator, newest first."""
    rows = Run.objects.visible_to(request.membership).select_related("member__user")
    shown = pagination.page_of(rows, ("-id",), request.GET, "run", "runs", counts=False)
    listed = [(run, *TONES[Run.State(run.state)]) for run in shown.rows]
    return render(request, "runs/index.html", {"page": shown, "rows": listed})


@page("GET")
def run(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Show how far a run is, and what became of its rows: first what was left as it was."""
    shown = _run(request, run_id)
    kind = kind_of(shown)
    if kind is not None and (own := kind.page(shown)):
        return redirect(own)
    if shown.member_id == request.membership.pk:
        services.see(shown)
    only = request.GET.get("show", "")
    rows = RunRow.objects.filter(run=shown).exclude(outcome="")
    if only == "skipped":
        rows = rows.filter(outcome=RunRow.Outcome.SKIPPED)
    listed = pagination.page_of(rows, ("position",), request.GET, "row", "rows", counts=False)
    described = kind.describe([row.subject_id for row in listed.rows], request.membership) if kind else {}
    tone, icon = TONES[Run.State(shown.state)]
    context = {
        "run": shown,
        "tone": tone,
        "icon": icon,
        "over": shown.done_count + shown.skipped_count,
        "sentence": in_words(shown),
        "poll": poll_seconds(shown.created_at, now=clock.now()) if shown.is_open else 0,
        "url": address_of(shown),
        "page": listed,
        "rows": [(row, described.get(row.subject_id)) for row in listed.rows],
        "only": only,
        "may_stop": shown.is_open,
        "may_undo": services.may_undo(shown),
        "undone_by": Run.objects.filter(undoes=shown).first() if shown.finished_at else None,
    }
    return render(request, "runs/run.html", context)


@page("POST")
def stop(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Stop a run; what was done stays."""
    return _acted(request, lambda: services.stop(run=_run(request, run_id), by=request.membership), run_id)


@page("POST")
def undo(request: MemberRequest, run_id: UUID) -> HttpResponse:
    """Take back what a run did, by another one."""
    return _acted(request, lambda: services.undo(run=_run(request, run_id), by=request.membership), run_id)


def in_words(run: Run) -> str:
    """Return how far a run is, such as "312 of 5,000 done, 4 skipped"."""
    done, total = formatting.number(run.done_count), formatting.number(run.total)
    words = f"{done} of {total} done" if run.total else f"{done} done"
    return f"{words}, {formatting.number(run.skipped_count)} skipped" if run.skipped_count else words


def _run(request: MemberRequest, run_id: UUID) -> Run:
    rows = Run.objects.visible_to(request.membership).select_related("member__user", "undoes")
    found: Run = get_object_or_404(rows, pk=run_id)
    return found


def _acted(request: MemberRequest, act: Callable[[], Run], run_id: UUID) -> HttpResponse:
    try:
        return saved(request, "", address_of(act()))
    except Conflict as refusal:
        return saved(request, refusal.message, "runs:index", focus=f"run-{run_id}", level=messages.ERROR)
