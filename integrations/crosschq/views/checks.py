"""Sending, ending and reading reference checks, inside the candidate record."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from integrations.crosschq import blockers, checks, connection, people, phone, reports, selectors, tags, templates
from integrations.crosschq.forms import ChooseForm, FollowForm, RequestorForm
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.states import State
from integrations.crosschq.tabs import context
from integrations.crosschq.ways import TAB
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation import pagination
from recruiting.foundation.errors import NotAllowed, RecruitingError
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs import access
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages as record

CARD = "reference-check-card-title"
ON_ITS_WAY = "Reference check is on its way to {candidate}."


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def choose(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """*Choose template and send*: the window with template, preview and requestor."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    given = request.POST if request.method == "POST" and "preview" not in request.POST else None
    form = _choose_form(request, application, given)
    if given is None or not form.is_valid():
        return _choose_page(request, application, form, code=200 if given is None else 422)
    chosen = form.templates[form.cleaned_data["template"]]
    try:
        checks.send(application=application, template=chosen, by=request.membership, requestor=form.chosen)
    except (blockers.Blocked, checks.AlreadyRequested) as error:
        return _choose_page(request, application, form, notice=str(error), code=409)
    return _saved(request, application, ON_ITS_WAY)


@page("GET", "POST")
def send_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Ask once, then send a second check although there is one."""
    if request.method != "POST":
        application = record.find_application(request, candidate_id, application_id)
        return _window(request, "send_again", application, _check(application, check_id))
    return _act(request, candidate_id, application_id, check_id, checks.send_again, ON_ITS_WAY)


@page("POST")
def try_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Send a failed check once more."""
    return _act(request, candidate_id, application_id, check_id, checks.try_again, ON_ITS_WAY)


@page("GET", "POST")
def requestor(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Choose another requestor for a failed check, and send it once more."""
    application = record.find_application(request, candidate_id, application_id)
    check = _check(application, check_id)
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    form = RequestorForm(
        request.POST or None,
        members=_requestors(application),
        initial={"requestor": str(check.owner_id or "")},
        auto_id="window_%s",
    )
    if request.method != "POST" or not form.is_valid():
        return _window(request, "requestor", application, check, form=form, code=422 if form.is_bound else 200)
    chosen = partial(checks.try_again, requestor=form.chosen)
    return _act(request, candidate_id, application_id, check_id, chosen, ON_ITS_WAY)


# ── Uncertain ones ───────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def follow(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """*It is there*: settle which request of the vendor an uncertain check is."""
    application = record.find_application(request, candidate_id, application_id)
    check = _check(application, check_id)
    if request.method != "POST":
        return responses.see_other(request, _url(application))
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _tab(request, application, follow=form, code=422)
    try:
        checks.follow(check=check, vendor_id=form.cleaned_data["vendor_id"], by=request.membership)
    except NotAllowed:
        raise
    except (RecruitingError, VendorError) as error:
        form.add_error("vendor_id", str(error))
        return _tab(request, application, follow=form, code=422)
    return _saved(request, application, "We follow the request that you named.")


@page("GET", "POST")
def not_there(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """*It is not there*: ask once, then send it."""
    if request.method != "POST":
        application = record.find_application(request, candidate_id, application_id)
        return _window(request, "not_there", application, _check(application, check_id))
    return _act(request, candidate_id, application_id, check_id, checks.not_there, ON_ITS_WAY)


# ── Ending ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def cancel(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Ask once, then cancel here and at the vendor."""
    if request.method != "POST":
        application = record.find_application(request, candidate_id, application_id)
        check = _check(application, check_id)
        return _window(request, "cancel", application, check, can_cancel=checks.can_cancel(check))
    return _act(request, candidate_id, application_id, check_id, checks.cancel, "Reference check canceled.")


@page("GET", "POST")
def stop(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Ask once, then no longer follow it."""
    if request.method != "POST":
        application = record.find_application(request, candidate_id, application_id)
        return _window(request, "stop", application, _check(application, check_id))
    said = "We no longer follow this check."
    return _act(request, candidate_id, application_id, check_id, checks.stop_following, said)


# ── Asking for more ──────────────────────────────────────────────────────────────────────────────────────────────────
@page("POST")
def remind(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Let the vendor remind whoever has not answered."""
    return _act(request, candidate_id, application_id, check_id, checks.remind, "Crosschq is asked to remind them.")


@page("POST")
def check_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Ask the vendor now how it stands."""
    return _act(request, candidate_id, application_id, check_id, checks.check_again, "We are asking Crosschq.")


@page("POST")
def copy_again(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Copy the report's PDFs once more."""
    said = "The report is copied to Files again."
    return _act(request, candidate_id, application_id, check_id, reports.copy_again, said)


@page("GET")
def report(request: MemberRequest, candidate_id: UUID, application_id: UUID, check_id: UUID) -> HttpResponse:
    """Check access at each click, and forward to the report."""
    application = record.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.WATCH_RESULT, application.job)
    check = _check(application, check_id)
    if check.state != State.COMPLETED or not check.report_url or not connection.is_link(check.report_url):
        sentence = "Crosschq has given no link to this report."
        return responses.saved(request, sentence, _url(application), level=messages.WARNING)
    return HttpResponseRedirect(check.report_url)


@page("GET")
def worklist(request: MemberRequest, listed: str) -> HttpResponse:
    """Show what is behind one line of the home page."""
    cursor = request.GET.get("cursor", "")
    if listed == "not-sent":
        waiting = selectors.not_sent(request.membership).select_related("candidate", "job", "stage")
        page: Any = pagination.Keyset(waiting, ("-id",), cursor, 50, query=request.GET).page()
        shown = {"title": "Candidates in a step that sent no reference check", "page": page, "listed": listed}
        return render(request, "crosschq/worklist.html", shown)
    question, title = {
        "failed": (selectors.failed, "Reference checks that could not be sent"),
        "uncertain": (selectors.uncertain, "Reference checks of which we do not know whether Crosschq has them"),
    }[listed]
    rows = question(request.membership).select_related("application__candidate", "application__job")
    page = pagination.Keyset(rows, ("-id",), cursor, 50, query=request.GET).page()
    return render(request, "crosschq/worklist.html", {"title": title, "page": page, "listed": listed})


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _check(application: Application, check_id: UUID) -> ReferenceCheck:
    found = ReferenceCheck.objects.select_related(
        "application__candidate", "application__job", "installation", "company", "template", "owner__user"
    )
    return get_object_or_404(found, pk=check_id, application=application)


def _url(application: Application) -> str:
    return record.record_url(application, TAB)


def _act(
    request: MemberRequest,
    candidate_id: UUID,
    application_id: UUID,
    check_id: UUID,
    service: Callable[..., object],
    said: str,
) -> HttpResponse:
    """Do one thing to a check; what is refused is said on the tab, like what was done (`said`, of `{candidate}`)."""
    application = record.find_application(request, candidate_id, application_id)
    try:
        service(check=_check(application, check_id), by=request.membership)
    except NotAllowed:
        raise
    except RecruitingError as error:
        return _refused(request, application, error)
    return _saved(request, application, said)


def _saved(request: MemberRequest, application: Application, said: str) -> HttpResponse:
    sentence = said.format(candidate=application.candidate.name)
    return responses.saved(request, sentence, _url(application), focus=CARD)


def _refused(request: MemberRequest, application: Application, error: RecruitingError) -> HttpResponse:
    """Answer on the tab, or in an open window by going there with what was said."""
    if request.headers.get("X-Requested-With") == "dialog":
        return responses.saved(request, error.message, _url(application), focus=CARD, level=messages.ERROR)
    return _tab(request, application, notice=error.message, code=409)


def _tab(
    request: MemberRequest,
    application: Application,
    *,
    notice: str = "",
    follow: FollowForm | None = None,
    code: int = 200,
) -> HttpResponse:
    shown = {**context(application=application, membership=request.membership), "notice": notice, "follow": follow}
    return record.render_tab(request, application=application, slug=TAB, context=shown, status=code)


def _window(
    request: MemberRequest, name: str, application: Application, check: ReferenceCheck, *, code: int = 200, **more: Any
) -> HttpResponse:
    access.require(request.membership, Action.SEND_REQUEST, application.job)
    shown = {
        "application": application,
        "check": check,
        "tab_url": _url(application),
        "web_url": connection.web_page(),
        **more,
    }
    return render(request, f"crosschq/{name}.html", shown, status=code)


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
    labels = [(template, f"{templates.label(template)} (tag {template.tag})") for template in listed]
    return ChooseForm(given, labels=labels, members=_requestors(application), initial=initial, auto_id="window_%s")


def _choose_page(
    request: MemberRequest, application: Application, form: ChooseForm, *, notice: str = "", code: int = 200
) -> HttpResponse:
    template = form.templates.get(str(form["template"].value() or ""))
    shown = {
        "application": application,
        "form": form,
        "notice": notice,
        "template": template,
        "asks_for": templates.asks_for(template) if template else "",
        "preview": _preview(application, template) if template else None,
        "phone_note": blockers.phone_note(application),
        "name_note": blockers.name_note(application),
        "hindrances": _hindrances(application, template),
        "helper": companies.an_administrator(request.company),
        "tab_url": _url(application),
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
    found, _ = blockers.look(application, template=template)
    return [blocker.sentence for blocker in found if blocker.code != "no_requestor"]
