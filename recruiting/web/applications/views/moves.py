"""Moving an application, undoing it, and how an application ends: convert, reject, withdraw, reopen.

Sent from the board's cards, the list and the candidate's record alike; each goes back to where it was sent from. The
board's own script asks for JSON (`recruiting.web.responses`), everybody else gets a page.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting import extensions
from recruiting.applications import services
from recruiting.applications.models import Application, StageTransition
from recruiting.foundation.errors import Conflict, RecruitingError
from recruiting.foundation.fields import LineField
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Stage
from recruiting.jobs.selectors import stages_of
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import board, record

GONE = "That step is no longer part of the hiring process, so nobody was moved. Look at the steps again."


class MoveForm(forms.Form):
    """Where to, and where the mover saw the application."""

    stage = forms.UUIDField()
    seen_stage = forms.UUIDField(required=False)


class ReasonForm(forms.Form):
    """Why an application ends."""

    reason = LineField(
        label="Reason",
        max_length=200,
        help_text="Your team reads it in the newsfeed; the candidate does not.",
        error_messages={"required": "Give a reason."},
    )


@page("GET")
def actions(request: MemberRequest, job_id: UUID, application_id: UUID) -> HttpResponse:
    """Show what may be done with an application where it stands on a board or in a list."""
    visible = Application.objects.visible_to(request.membership).select_related("candidate", "job")
    application = get_object_or_404(visible, pk=application_id, job=job_id)
    access.require(request.membership, Action.MOVE_APPLICATION, application.job)
    context = {
        "application": application,
        "url": _address("candidate", application),
        "movable": application.state in board.MOVABLE,
        "next": responses.came_from(request, _board(job_id)),
    }
    return render(request, "applications/actions.html", context)


@page("GET", "POST")
def move(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Ask where to (GET), or move (POST `stage`, `seen_stage`)."""
    application = record.find_application(request, candidate_id, application_id)
    if request.method != "POST":
        access.require(request.membership, Action.MOVE_APPLICATION, application.job)
        return _ask_where_to(request, application)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _not_moved(request, application, Conflict("Choose a step first. Nothing was moved."))
    steps = Stage.objects.for_company(request.company).select_related("automation")
    stage = steps.filter(pk=form.cleaned_data["stage"]).first()
    if stage is None:
        if Stage.objects.filter(pk=form.cleaned_data["stage"]).exists():
            raise Http404  # another company's
        return _not_moved(request, application, Conflict(GONE))
    try:
        transition = services.move(
            application=application, to=stage, seen=form.cleaned_data["seen_stage"], by=request.membership
        )
    except services.StaleMove as stale:
        return _stale(request, stale, wanted=stage)
    except RecruitingError as error:
        return _not_moved(request, application, error)
    name = application.candidate.name
    if transition is None:
        return _moved(request, application, f"{name} is in {stage} already.")
    undo_url = reverse("applications:undo-move", args=[transition.pk])
    return _moved(request, application, f"{name} moved to {stage}.{_starts(stage)}", undo_url=undo_url)


@page("POST")
def undo_move(request: MemberRequest, transition_id: UUID) -> HttpResponse:
    """Put an application back where a move took it from."""
    transition = get_object_or_404(
        StageTransition.objects.for_company(request.company).select_related("application__candidate"), pk=transition_id
    )
    try:
        back = services.undo_move(transition=transition, by=request.membership)
    except Conflict as error:
        return _not_moved(request, transition.application, error)
    name = transition.application.candidate.name
    return _moved(request, transition.application, f"{name} is back in {back.to_stage}.", is_undo=True)


@page("POST")
def convert_lead(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Make a lead an applicant."""
    application = record.find_application(request, candidate_id, application_id)
    converted = services.convert_lead(application=application, by=request.membership)
    return _moved(request, application, f"{application.candidate.name} is now an applicant in {converted.stage}.")


@page("GET", "POST")
def reject(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Ask for the reason, and reject."""
    ticked = frozenset(request.POST.getlist("choice"))
    call = partial(services.reject, choices=ticked)
    return _end(request, candidate_id, application_id, verb="Reject", call=call, done="was rejected")


@page("GET", "POST")
def withdraw(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Ask for the reason, and note that the person took the application back."""
    return _end(request, candidate_id, application_id, verb="Withdraw", call=services.withdraw, done="was withdrawn")


@page("POST")
def reopen(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Make a rejected or withdrawn application what it was before."""
    application = record.find_application(request, candidate_id, application_id)
    services.reopen(application=application, by=request.membership)
    message = f"The application of {application.candidate.name} is open again."
    return _moved(request, application, message, is_undo=True)


def _ask_where_to(request: MemberRequest, application: Application) -> HttpResponse:
    context = {
        "application": application,
        "stages": stages_of(application.job),
        "next": responses.came_from(request, _board(application.job_id)),
    }
    return render(request, "applications/move.html", context)


def _end(
    request: MemberRequest,
    candidate_id: UUID,
    application_id: UUID,
    *,
    verb: str,
    call: Callable[..., Application],
    done: str,
) -> HttpResponse:
    application = record.find_application(request, candidate_id, application_id, Action.MOVE_APPLICATION)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def save() -> HttpResponse:
        call(application=application, reason=form.cleaned_data["reason"], by=request.membership)
        sentence = f"{application.candidate.name} {done}."
        return _moved(request, application, sentence, undo_url=_address("reopen", application))

    back = responses.came_from(request, _board(application.job_id))
    context = {"application": application, "verb": verb, "next": back}
    if verb == "Reject":
        offered = extensions.collect(
            lambda one: one.closing_choices(application), label="closing choices", enabled_in=request.company
        )
        context["choices"] = list(offered)
    return responses.respond_to_form(request, form, save, "applications/reason.html", context)


def _moved(
    request: MemberRequest, application: Application, message: str, *, undo_url: str = "", is_undo: bool = False
) -> HttpResponse:
    if responses.is_board(request):
        return responses.moved(message, undo_url=undo_url)
    to = responses.came_from(request, _board(application.job_id))
    # The toast with its Undo is gone: focus goes to what came back, as card, row or record.
    focus = f"application-{application.pk}" if is_undo else ""
    return responses.saved(request, message, to, undo_url=undo_url or None, focus=focus)


def _not_moved(request: MemberRequest, application: Application, error: RecruitingError) -> HttpResponse:
    if responses.is_board(request):
        return responses.not_moved(error.message, status=error.status)
    if not isinstance(error, Conflict):
        raise error
    now_url = responses.came_from(request, _board(application.job_id))
    return responses.refused(request, "409.html", {"sentence": error.message, "now_url": now_url}, status=409)


def _stale(request: MemberRequest, stale: services.StaleMove, *, wanted: Stage) -> HttpResponse:
    application = stale.application
    if responses.is_board(request):
        return responses.not_moved(stale.message)
    now_url = responses.came_from(request, _board(application.job_id))
    again = {
        "label": f"Move to {wanted} anyway",
        "url": _address("move", application),
        "post": True,
        "fields": {"stage": wanted.pk, "seen_stage": application.stage_id, "next": now_url},
    }
    context = {"title": "Someone was faster.", "sentence": stale.message, "now_url": now_url, "again": again}
    return responses.refused(request, "409.html", context, status=409)


def _starts(stage: Stage) -> str:
    """Say that the stage's automation begins or asks first, when it has one whose extension is there."""
    label, asks = board.starts(stage)
    if not label:
        return ""
    if asks:
        return f" {label}: this waits for an answer on the home page."
    return f" This happens by itself: {label}. The newsfeed says how it goes."


def _address(name: str, application: Application) -> str:
    return reverse(f"applications:{name}", args=[application.candidate_id, application.pk])


def _board(job_id: UUID) -> str:
    return reverse("applications:job", args=[job_id])
