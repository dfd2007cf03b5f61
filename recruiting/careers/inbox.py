"""Applications that came in and wait for somebody: new ones, further ones, held ones, and requests about data."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.applications import selectors as applications
from recruiting.careers import applying, selectors, status
from recruiting.careers.models import DataRequest, Submission
from recruiting.foundation import pagination
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.applications import record

SHOWN = {
    "new": "New",
    "again": "Applied again",
    "held": "Held",
    "discarded": "Discarded",
    "requests": "Data requests",
}


@page("GET")
def inbox(request: MemberRequest) -> HttpResponse:
    """List what waits, of one kind at a time."""
    membership = request.membership
    kinds = {key: label for key, label in SHOWN.items() if key != "requests" or membership.is_administrator}
    kind = request.GET.get("show", "new")
    if kind not in kinds:
        raise Http404("There is no such list.")
    if kind == "requests":
        rows: Any = selectors.data_requests(membership)
        related: tuple[str, ...] = ("submission__posting__job", "submission__application__candidate")
    else:
        rows = selectors.inbox(membership, kind, applications.movable_jobs(membership))
        related = ("posting__job", "application__candidate", "source")
    shown = pagination.page_of(rows.select_related(*related), ("id",), request.GET, "application", "applications")
    base = reverse("careers:inbox")
    tabs = [record.Tab(key, label, f"{base}?show={key}", key == kind) for key, label in kinds.items()]
    return render(
        request,
        "careers/inbox.html",
        {"kind": kind, "label": kinds[kind], "tabs": tabs, "page": shown, "rows": shown.rows},
    )


@page("POST")
def release(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Take in a held submission."""
    return _act(request, submission_id, applying.release, "It is being taken in.", back="held")


@page("POST")
def discard(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Take a held submission for none."""
    undo = reverse("careers:undo-discard", args=[submission_id])
    return _act(request, submission_id, applying.discard, "Discarded. It is deleted after 30 days.", "held", undo)


@page("POST")
def undo_discard(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Hold a discarded submission again."""
    return _act(request, submission_id, applying.undo_discard, "It is held again.", back="held")


@page("POST")
def seen(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Note that somebody has looked."""
    submission = _submission(request, submission_id)
    if submission.application is None:
        raise Http404("There is no such application.")
    application = submission.application
    access.require(request.membership, Action.MOVE_APPLICATION, application.job)
    applying.mark_seen(application=application, by=request.membership)
    return responses.saved(request, "Marked as seen.", responses.came_from(request, "careers:inbox"))


@page("POST")
def use_name(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Say whether the name of a submission is the person's."""
    submission = _submission(request, submission_id)
    use = request.POST.get("use") == "yes"
    words = "The name was taken over." if use else "The name stays as it is."

    def settle(*, submission: Submission, by: Any) -> None:
        applying.settle_name(submission=submission, use=use, by=by)

    return _told(request, submission, settle, words, responses.came_from(request, "careers:inbox"))


@page("POST")
def stop_closed(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Stop that the status page says closed."""
    submission = _submission(request, submission_id)
    if submission.application is None:
        raise Http404("There is no such application.")
    access.require(request.membership, Action.MOVE_APPLICATION, submission.application.job)
    applying.show_closed(application=submission.application, when=None)
    words = "Stopped. The status page goes on as before."
    return responses.saved(request, words, responses.came_from(request, record.record_url(submission.application)))


@page("POST", role=ADMINISTRATOR)
def settle(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Note that what somebody asked for was done."""
    asked = get_object_or_404(DataRequest.objects.for_company(request.company), pk=request_id)
    status.settle(request=asked, by=request.membership)
    return responses.saved(request, "Noted as done.", f"{reverse('careers:inbox')}?show=requests")


def _submission(request: MemberRequest, submission_id: UUID) -> Submission:
    """Return a submission of a job that the member may see. Raises Http404."""
    rows = Submission.objects.for_company(request.company).select_related("posting__job", "application__job")
    found = get_object_or_404(rows, pk=submission_id)
    if not access.may(request.membership, Action.VIEW_JOB, found.posting.job):
        raise Http404("There is no such application.")
    return found


def _act(
    request: MemberRequest, submission_id: UUID, service: Callable[..., Any], words: str, back: str, undo: str = ""
) -> HttpResponse:
    submission = _submission(request, submission_id)
    return _told(request, submission, service, words, f"{reverse('careers:inbox')}?show={back}", undo)


def _told(
    request: MemberRequest,
    submission: Submission,
    service: Callable[..., Any],
    words: str,
    back: str,
    undo: str = "",
) -> HttpResponse:
    try:
        service(submission=submission, by=request.membership)
    except Conflict as error:
        return responses.saved(request, error.message, back, level=messages.WARNING)
    return responses.saved(request, words, back, undo_url=undo or None)
