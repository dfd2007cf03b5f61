"""A job's page *Publication*: who finds it, until when, what it says and asks; and mails about its new applicants."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from recruiting.careers import job_mails, publishing, questions, selectors, sites
from recruiting.careers.forms import JobMailForm, PostingForm, posting_as_typed
from recruiting.careers.models import Posting
from recruiting.careers.views.questions import NOT_OFFERED, rows_of
from recruiting.foundation import clock
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form

SAID = {
    Posting.Publication.NONE: "The job is off the careers page.",
    Posting.Publication.PUBLIC: "The job is public.",
    Posting.Publication.UNLISTED: "The job is published, unlisted.",
}


@page("GET", "POST")
def publication(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show who finds a job and what it says to the public, and change that."""
    job = find_job(request, job_id, Action.EDIT_JOB if request.method == "POST" else None)
    posting = publishing.of_job(job)
    posting.job = job
    form = PostingForm(request.POST if request.method == "POST" else None, posting=posting)

    def save() -> HttpResponse:
        try:
            publishing.save(job=job, details=form.details(), base=form.base_details(), by=request.membership)
        except EditConflict as error:
            raise EditConflict(posting_as_typed(error.theirs)) from error
        return responses.saved(request, "Saved.", _address(job))

    def show(status: int) -> HttpResponse:
        context = {**_around(request, posting), "form": form}
        return render(request, "careers/job/publication.html", context, status=status)

    return respond_to_form(request, form, save, show, edited=lambda: ("", posting.updated_at))


@page("POST")
def publish(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Say who finds a job."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    wanted = request.POST.get("publication", "")
    try:
        posting = publishing.publish(job=job, publication=wanted, by=request.membership)
    except Conflict as error:
        return responses.saved(request, error.message, _address(job), level=messages.ERROR)
    return responses.saved(request, SAID[Posting.Publication(posting.publication)], _address(job))


@page("GET", "POST")
def choose_mails(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Say how often one hears of a job's new applicants by mail."""
    job = find_job(request, job_id)
    initial = {"often": job_mails.chosen(job, request.membership)}
    form = JobMailForm(request.POST if request.method == "POST" else None, initial=initial, auto_id="window_%s")

    def save() -> HttpResponse:
        job_mails.choose(job=job, often=form.cleaned_data["often"], by=request.membership)
        return responses.saved(request, "Saved.", responses.came_from(request, _address(job)))

    context = {"job": job, "close_url": responses.came_from(request, _address(job))}
    return respond_to_form(request, form, save, "careers/job/mails.html", context)


def _around(request: MemberRequest, posting: Posting) -> dict[str, Any]:
    """Return what the page shows beside its form."""
    job, now = posting.job, clock.now()
    may_edit = access.may(request.membership, Action.EDIT_JOB, job)
    return {
        "job": job,
        "posting": posting,
        "may_edit": may_edit,
        "is_administrator": request.membership.is_administrator,
        "badge": selectors.badge_of(posting, now=now),
        "url": selectors.public_url(posting, sites.current_handle(request.company)),
        "missing": sites.missing_for_publication(request.company) if may_edit else [],
        "closing": publishing.closing_in_words(posting, zone=request.company.zone, now=now),
        "is_past": posting.is_past(now=now),
        "facts": [] if may_edit else _facts(posting),
        "rows": rows_of(posting, questions.of_posting(posting), may_edit=may_edit),
        "not_offered": NOT_OFFERED,
        "often": job_mails.chosen(job, request.membership),
    }


def _facts(posting: Posting) -> list[tuple[str, str]]:
    """Return what the job says, for who may not change it."""
    names = dict(COUNTRIES)
    pay = ""
    if posting.pay_min is not None and posting.pay_max is not None:
        amounts = [f"{amount:,.2f}".removesuffix(".00") for amount in (posting.pay_min, posting.pay_max)]
        period = posting.get_pay_period_display()
        pay = f"{posting.pay_currency} {' to '.join(dict.fromkeys(amounts))} {period}"
    return [
        ("Employment type", posting.get_employment_type_display()),
        ("Workplace", posting.get_workplace_display()),
        ("Countries of remote work", ", ".join(names.get(code, code) for code in posting.remote_countries)),
        ("Pay", pay),
        ("Openings", str(posting.openings)),
    ]


def _address(job: Job) -> str:
    return reverse("careers:publication", args=[job.pk])
