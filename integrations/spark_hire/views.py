"""Requesting, canceling and watching, inside the candidate record."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from integrations.requests import services as requests
from integrations.requests.pages import RequestPages
from integrations.requests.preconditions import Blocked
from integrations.requests.services import AlreadyRequested
from integrations.spark_hire import deadlines, preconditions, selectors, services
from integrations.spark_hire.client import require_link
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.flow import FLOW, fetch_share_link
from integrations.spark_hire.forms import RequestForm
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewViewing
from integrations.spark_hire.status import TAB
from recruiting.applications.models import Application
from recruiting.foundation import clock
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs import access
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages as record

PAGES = RequestPages(flow=FLOW, tab=TAB.slug, context=TAB.context, templates="spark_hire")
ON_ITS_WAY = "Video interview request is on its way to {candidate}."


@page("GET", "POST")
def request_interview(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Show the form in place of the status card, and send."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    form = RequestForm(request.POST or None, company=application.company, preview_url=reverse("spark_hire:deadline"))
    if request.method != "POST":
        try:
            services.require_free(application, now=clock.now())
        except AlreadyRequested as error:
            return PAGES.show(request, application, notice=str(error))
        return _form(request, application, form)
    if not form.is_valid():
        return _form(request, application, form, status=422)
    try:
        day = deadlines.parse(form.cleaned_data["expires_on"])
        services.request_interview(application=application, expires_on=day, by=request.membership)
    except InvalidInput as error:
        for field, sentence in error.fields.items():
            form.add_error(field, sentence)
        return _form(request, application, form, status=422)
    except (AlreadyRequested, Blocked) as error:
        return PAGES.refused(request, application, error)
    return PAGES.saved(request, application, ON_ITS_WAY)


@page("GET")
def deadline(request: MemberRequest) -> HttpResponse:
    """Answer the sentence for a date that is being chosen, as plain text."""
    try:
        sentence = words.preview(request.GET.get("expires_on", ""), member=request.membership)
    except InvalidInput as error:
        sentence = str(error)
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8")


cancel = PAGES.confirm("cancel", requests.cancel, "Video interview request canceled.")


@page("POST")
def try_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Send a failed request again with its date, or offer the form when that date is no longer possible."""
    application = record.find_application(request, candidate_id, application_id)
    try:
        return PAGES.act(request, application, PAGES.find(application, request_id), services.try_again, ON_ITS_WAY)
    except InvalidInput as error:
        form = RequestForm(company=application.company, preview_url=reverse("spark_hire:deadline"))
        return _form(request, application, form, notice=str(error), status=422)


@page("POST")
def follow(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Settle which of the vendor's interviews an unsure request is."""
    application = record.find_application(request, candidate_id, application_id)
    link = partial(requests.link_existing, vendor_id=request.POST.get("vendor_id", ""))
    said = "We follow the interview that you chose."
    return PAGES.act(request, application, PAGES.find(application, request_id), link, said)


@page("GET")
def watch(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Check access at each click, remember who watched, and forward to the recording."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.WATCH_RESULT, application.job)
    interview = PAGES.find(application, request_id)
    if interview.state != State.COMPLETED or not interview.share_url:
        said = "Spark Hire is preparing the viewing link."
        return PAGES.saved(request, application, said, focus="", level=messages.WARNING)
    try:
        recording = require_link(interview.share_url)
    except VendorError as error:
        return PAGES.saved(request, application, str(error), focus="", level=messages.ERROR)
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
    fetch_share_link.enqueue_now(PAGES.find(application, request_id))
    return PAGES.saved(request, application, "We are asking Spark Hire for the viewing link.")


@page("GET")
def worklist(request: MemberRequest, which: str) -> HttpResponse:
    """Show the interviews behind one line of the home page."""
    related = ("application__candidate", "application__job", "company")
    return PAGES.show_worklist(request, selectors.worklists(request.membership), which, *related)


def _form(
    request: MemberRequest, application: Application, form: RequestForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    try:
        ready = preconditions.require_ready(application, request.membership)
    except Blocked as error:
        return PAGES.refused(request, application, error)
    typed = form["expires_on"].value() or ""
    try:
        sentence = words.preview(str(typed), member=request.membership)
    except InvalidInput:
        sentence = ""
    shown: dict[str, Any] = {
        "form": form,
        "link": ready.link,
        "words": sentence,
        "notice": notice,
        "tab_url": PAGES.url(application),
        "action_url": reverse("spark_hire:request", args=[application.candidate_id, application.pk]),
    }
    return record.render_tab(
        request,
        application=application,
        slug=TAB.slug,
        template_name="spark_hire/form.html",
        context=shown,
        status=status,
    )
