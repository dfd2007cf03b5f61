"""Sending, ending and reading reference checks, inside the candidate record."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from integrations import outbound
from integrations.crosschq import WEB_URL, preconditions, selectors, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import tags
from integrations.crosschq.flow import FLOW, send_reminder
from integrations.crosschq.forms import ChooseForm, RequestorForm
from integrations.crosschq.models import Template
from integrations.crosschq.payload import people, phone
from integrations.crosschq.reports import services as reports
from integrations.crosschq.settings import connection
from integrations.crosschq.status import TAB
from integrations.forms import chosen_row
from integrations.requests import services as request_services
from integrations.requests.preconditions import Blocked
from integrations.requests.services import AlreadyRequested
from integrations.requests.views import RequestPages
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record

PAGES = RequestPages(flow=FLOW, tab=TAB.slug, context=TAB.context, templates="crosschq")
ON_ITS_WAY = "Reference check is on its way to {candidate}."


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def choose(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """*Choose template and send*: the window with template, preview and requestor."""
    application = record.find_application(request, candidate_id, application_id, Action.SEND_REQUEST)
    given = request.POST if request.method == "POST" and "preview" not in request.POST else None
    form = _choose_form(request, application, given)
    if given is None or not form.is_valid():
        return _choose_page(request, application, form, code=200 if given is None else 422)
    try:
        services.send(application=application, by=request.membership, **form.cleaned_data)
    except (Blocked, AlreadyRequested) as error:
        return _choose_page(request, application, form, notice=str(error), code=409)
    return PAGES.saved(request, application, ON_ITS_WAY)


send_again = PAGES.confirm("send_again", services.send_again, ON_ITS_WAY)
try_again = PAGES.post(services.try_again, ON_ITS_WAY)


@page("GET", "POST")
def requestor(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Choose another requestor for a failed check, and send it once more."""
    application = record.find_application(request, candidate_id, application_id)
    check = PAGES.find(application, check_id)
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    form = RequestorForm(
        request.POST or None,
        members=_requestors(application),
        initial={"requestor": str(check.owner_id or "")},
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return PAGES.window(request, "requestor", application, check, status=status, form=form)
    return PAGES.perform(request, application, check, partial(services.try_again, **form.cleaned_data), ON_ITS_WAY)


# ── Uncertain ones ───────────────────────────────────────────────────────────────────────────────────────────────────
follow = PAGES.follow("We follow the request that you named.")
not_there = PAGES.confirm("not_there", request_services.confirm_absent, ON_ITS_WAY, web_url=lambda check: WEB_URL.value)


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────────────
cancel = PAGES.confirm("cancel", request_services.cancel, "Reference check canceled.", can_cancel=FLOW.can_cancel)
stop = PAGES.confirm("stop", request_services.stop_tracking, "This check is no longer tracked.")


# ── Asking for more ──────────────────────────────────────────────────────────────────────────────────────────────────
remind = PAGES.post(send_reminder, "Crosschq is asked to remind them.")
check_again = PAGES.post(request_services.check_again, "We are asking Crosschq.")
copy_again = PAGES.post(reports.copy_again, "The report is copied to Files again.")


report = PAGES.result(
    lambda check: check.report_url if outbound.is_link(check.report_url) else "",
    "Crosschq has given no link to this report.",
)
worklist = PAGES.listed(selectors.WORKLISTS)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _requestors(application: Application) -> list[Membership]:
    found = connection.find(application.company)
    return people.choices(application.job, found) if found else []


def _choose_form(request: MemberRequest, application: Application, given: Any) -> ChooseForm:
    found = connection.find(application.company)
    usual = people.requestor_of(application.job, found) if found else None
    tagged = tags.of_job(application.job).template
    asked = request.POST if request.method == "POST" else request.GET
    listed = templates.listed(application.company)
    initial = {
        "template": asked.get("template") or str(tagged.pk if tagged else listed[0].pk if len(listed) == 1 else ""),
        "requestor": asked.get("requestor") or str(usual.pk if usual else ""),
    }
    return ChooseForm(given, templates=listed, members=_requestors(application), initial=initial)


def _choose_page(
    request: MemberRequest, application: Application, form: ChooseForm, *, notice: str = "", code: int = 200
) -> HttpResponse:
    template: Template | None = chosen_row(form, "template")
    shown = {
        "application": application,
        "form": form,
        "notice": notice,
        "template": template,
        "asks_for": templates.asks_for(template) if template else "",
        "preview": _preview(application, template) if template else None,
        "phone_note": preconditions.phone_note(application),
        "name_note": preconditions.name_note(application),
        "hindrances": _hindrances(application, template),
        "helper": companies.an_administrator(request.company),
        "tab_url": PAGES.url(application),
        "action_url": reverse("crosschq:choose", args=[application.candidate_id, application.pk]),
    }
    return render(request, "crosschq/choose.html", shown, status=code)


def _preview(application: Application, template: Template) -> templates.Preview:
    details = templates.details_of(template)
    shown = templates.preview(details, company=application.company, candidate=application.candidate.first)
    return shown if phone.read(application.candidate.phone).e164 else replace(shown, sms="", notes=())


def _hindrances(application: Application, template: Template | None) -> list[str]:
    """Return what would refuse the request however the requestor is chosen."""
    if template is None:
        return []
    found, _ = preconditions.look(application, template=template)
    return [blocker.sentence for blocker in found if blocker.code != "no_requestor"]
