"""Requesting, canceling and watching, inside the candidate record."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from integrations.requests import services as request_services
from integrations.requests.preconditions import Blocked
from integrations.requests.services import AlreadyRequested
from integrations.requests.views import RequestPages
from integrations.spark_hire import deadlines, preconditions, selectors, services
from integrations.spark_hire.client import require_link
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.flow import FLOW, fetch_share_link
from integrations.spark_hire.forms import RequestForm
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from integrations.spark_hire.status import TAB
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record

PAGES = RequestPages(flow=FLOW, tab=TAB.slug, context=TAB.context, templates="spark_hire")
ON_ITS_WAY = "Video interview request is on its way to {candidate}."


@page("GET", "POST")
def request_interview(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Show the form in place of the status card, and send."""
    application = record.find_application(request, candidate_id, application_id, Action.SEND_REQUEST)
    form = RequestForm(request.POST or None, company=application.company)

    def save() -> HttpResponse:
        day = deadlines.parse(form.cleaned_data["expires_on"])
        services.request_interview(application=application, expires_on=day, by=request.membership)
        return PAGES.saved(request, application, ON_ITS_WAY)

    try:
        if request.method != "POST":
            services.require_free(application, now=clock.now())
        return responses.respond_to_form(request, form, save, partial(_form, request, application, form))
    except (AlreadyRequested, Blocked) as error:
        if request.method != "POST":
            return PAGES.show(request, application, notice=str(error))
        return PAGES.refused(request, application, error)


@page("GET")
def deadline(request: MemberRequest) -> HttpResponse:
    """Answer the sentence for a date that is being chosen, as plain text."""
    try:
        sentence = words.preview(request.GET.get("expires_on", ""), member=request.membership)
    except InvalidInput as error:
        sentence = str(error)
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8")


cancel = PAGES.confirm("cancel", request_services.cancel, "Video interview request canceled.")


@page("POST")
def try_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Send a failed request again with its date, or offer the form when that date is no longer possible."""
    application = record.find_application(request, candidate_id, application_id)
    try:
        return PAGES.perform(request, application, PAGES.find(application, request_id), services.try_again, ON_ITS_WAY)
    except InvalidInput as error:
        form = RequestForm(company=application.company)
        return _form(request, application, form, notice=str(error), status=422)


@page("POST")
def follow(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Settle which of the vendor's interviews an uncertain request is."""
    application = record.find_application(request, candidate_id, application_id)
    link = partial(request_services.link_existing, vendor_id=request.POST.get("vendor_id", ""))
    said = "We follow the interview that you chose."
    return PAGES.perform(request, application, PAGES.find(application, request_id), link, said)


def _watched(interview: InterviewRequest, by: Membership) -> None:
    """Remember who watched."""
    InterviewViewing.objects.get_or_create(request=interview, membership=by, defaults={"company": by.company})


watch = PAGES.result(
    lambda interview: require_link(interview.share_url) if interview.share_url else "",
    "Spark Hire is preparing the viewing link.",
    opened=_watched,
)


@page("POST")
def fetch_link(request: MemberRequest, candidate_id: UUID, application_id: UUID, request_id: UUID) -> HttpResponse:
    """Ask for the recording's link now instead of at the next try."""
    application = record.find_application(request, candidate_id, application_id, Action.WATCH_RESULT)
    fetch_share_link.enqueue_now(PAGES.find(application, request_id))
    return PAGES.saved(request, application, "We are asking Spark Hire for the viewing link.")


worklist = PAGES.listed(selectors.WORKLISTS)


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
    return PAGES.draw(request, application, shown, template="form", status=status)
