"""Requesting, canceling and watching, inside the candidate record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from integrations.spark_hire import blockers, connection, deadlines, doubles, interviews, promises, selectors, status
from integrations.spark_hire.forms import RequestForm
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from integrations.spark_hire.states import Call, State
from integrations.spark_hire.tabs import TAB, context
from recruiting.applications.models import Application
from recruiting.foundation import clock, pagination
from recruiting.foundation.errors import InvalidInput, NotAllowed, RecruitingError
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs import access
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages as record

CARD = "video-interview-card-title"


@page("GET", "POST")
def request_interview(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Show the form in place of the status card, and send."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    form = RequestForm(request.POST or None, company=application.company, preview_url=reverse("spark_hire:deadline"))
    if request.method != "POST":
        try:
            doubles.require_free(application, now=clock.now())
        except doubles.AlreadyRequested as error:
            return _tab(request, application, notice=str(error))
        return _form(request, application, form)
    if not form.is_valid():
        return _form(request, application, form, code=422)
    try:
        day = deadlines.parse(form.cleaned_data["expires_on"])
        interviews.request_interview(application=application, expires_on=day, by=request.membership)
    except InvalidInput as error:
        for field, sentence in error.fields.items():
            form.add_error(field, sentence)
        return _form(request, application, form, code=422)
    except (doubles.AlreadyRequested, blockers.Blocked) as error:
        return _refused(request, application, error)
    sentence = f"Video interview request is on its way to {application.candidate.name}."
    return responses.saved(request, sentence, _url(application), focus=CARD)


@page("GET")
def deadline(request: MemberRequest) -> HttpResponse:
    """Answer the sentence for a date that is being chosen, as plain text."""
    try:
        sentence = status.preview(request.GET.get("expires_on", ""), member=request.membership)
    except InvalidInput as error:
        sentence = str(error)
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8")


@page("GET", "POST")
def cancel(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Ask once, then cancel."""
    application = record.find_application(request, candidate_id, application_id)
    interview = _interview(application, request_id)
    if request.method != "POST":
        access.require(request.membership, Action.SEND_REQUEST, application.job)
        shown = {"application": application, "interview": interview, "tab_url": _url(application)}
        return render(request, "spark_hire/cancel.html", shown)
    try:
        interviews.cancel(request=interview, by=request.membership)
    except NotAllowed:
        raise
    except RecruitingError as error:
        messages.error(request, str(error))
        return responses.see_other(request, _url(application))
    return responses.saved(request, "Video interview request canceled.", _url(application), focus=CARD)


@page("POST")
def try_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Send a failed request again with its date, or offer the form when that date is no longer possible."""
    application = record.find_application(request, candidate_id, application_id)
    try:
        interviews.try_again(request=_interview(application, request_id), by=request.membership)
    except InvalidInput as error:
        form = RequestForm(company=application.company, preview_url=reverse("spark_hire:deadline"))
        return _form(request, application, form, notice=str(error), code=422)
    except (doubles.AlreadyRequested, blockers.Blocked) as error:
        return _refused(request, application, error)
    sentence = f"Video interview request is on its way to {application.candidate.name}."
    return responses.saved(request, sentence, _url(application), focus=CARD)


@page("POST")
def follow(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Settle which of the vendor's interviews an unsure request is."""
    application = record.find_application(request, candidate_id, application_id)
    interviews.follow(
        request=_interview(application, request_id), vendor_id=request.POST.get("vendor_id", ""), by=request.membership
    )
    return responses.saved(request, "We follow the interview that you chose.", _url(application), focus=CARD)


@page("GET")
def watch(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Check access at each click, remember who watched, and forward to the recording."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.WATCH_RESULT, application.job)
    interview = _interview(application, request_id)
    if interview.state != State.COMPLETED or not interview.share_url:
        return responses.saved(
            request, "Spark Hire is preparing the viewing link.", _url(application), level=messages.WARNING
        )
    try:
        recording = connection.require_link(interview.share_url)
    except VendorError as error:
        return responses.saved(request, str(error), _url(application), level=messages.ERROR)
    if request.method == "GET":
        InterviewViewing.objects.get_or_create(
            request=interview, membership=request.membership, defaults={"company": request.company}
        )
    return HttpResponseRedirect(recording)


@page("POST")
def fetch_link(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Ask for the recording's link now instead of at the next try."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.WATCH_RESULT, application.job)
    promises.make_now(Call.SHARE, _interview(application, request_id))
    return responses.saved(request, "We are asking Spark Hire for the viewing link.", _url(application), focus=CARD)


@page("GET")
def worklist(request: MemberRequest, which: str) -> HttpResponse:
    """Show the interviews behind one line of the home page."""
    question, title = {
        "failed": (selectors.failed, "Requests that could not be sent"),
        "expiring": (selectors.expiring, "Video interviews that expire within 48 hours"),
        "to-watch": (selectors.to_watch, "Video interviews to watch"),
    }[which]
    rows = question(request.membership).select_related("application__candidate", "application__job", "company")
    page = pagination.Keyset(rows, ("-id",), request.GET.get("cursor", ""), 50, query=request.GET).page()
    return render(request, "spark_hire/worklist.html", {"title": title, "page": page, "which": which})


def _interview(application: Application, request_id: UUID) -> InterviewRequest:
    found = InterviewRequest.objects.select_related("application", "installation", "company")
    return get_object_or_404(found, pk=request_id, application=application)


def _url(application: Application) -> str:
    return record.record_url(application, TAB)


def _tab(request: MemberRequest, application: Application, *, notice: str = "", code: int = 200) -> HttpResponse:
    shown = {**context(application=application, membership=request.membership), "notice": notice}
    return record.render_tab(request, application=application, slug=TAB, context=shown, status=code)


def _form(
    request: MemberRequest, application: Application, form: RequestForm, *, notice: str = "", code: int = 200
) -> HttpResponse:
    try:
        ready = blockers.require_ready(application, request.membership)
    except blockers.Blocked as error:
        return _refused(request, application, error)
    typed = form["expires_on"].value() or ""
    try:
        words = status.preview(str(typed), member=request.membership)
    except InvalidInput:
        words = ""
    shown: dict[str, Any] = {
        "form": form,
        "link": ready.link,
        "words": words,
        "notice": notice,
        "tab_url": _url(application),
        "action_url": reverse("spark_hire:request", args=[application.candidate_id, application.pk]),
    }
    return record.render_tab(
        request, application=application, slug=TAB, template_name="spark_hire/form.html", context=shown, status=code
    )


def _refused(request: MemberRequest, application: Application, error: RecruitingError) -> HttpResponse:
    return _tab(request, application, notice=str(error), code=409)
