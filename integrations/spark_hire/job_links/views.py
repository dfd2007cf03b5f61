"""Linking a job and choosing its question set, inside the Job Info window."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from integrations.spark_hire import SLUG
from integrations.spark_hire.client import question_sets_page
from integrations.spark_hire.job_links import catalog, panel, services
from integrations.spark_hire.job_links.forms import ExistingJobForm, NewJobForm, QuestionSetForm
from integrations.spark_hire.models import InterviewRequest
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorError, VendorNotFound, VendorRejected
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs import pages as job_pages


@page("GET", "POST")
def link(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Choose an existing Spark Hire job, or create this one there."""
    job = _job(request, job_id)
    credential = services.require_own_key(request.membership)
    try:
        vendor_jobs = catalog.jobs(credential, fresh="refresh" in request.GET)
    except VendorError as error:
        return _unanswered(request, job, error)
    existing = ExistingJobForm(jobs=vendor_jobs)
    new = NewJobForm.for_job(job)
    if request.method == "POST" and "create" in request.POST:
        new = NewJobForm(request.POST)
        new.is_valid()
        typed = {name: str(new.cleaned_data.get(name, "")) for name in ("title", "city", "region", "country")}
        try:
            services.link_new(job=job, by=request.membership, **typed)
        except InvalidInput as error:
            for field, sentence in error.fields.items():
                new.add_error(field, sentence)
        else:
            return responses.saved(request, "Linking this job to Spark Hire…", _url(job))
    elif request.method == "POST":
        existing = ExistingJobForm(request.POST, jobs=vendor_jobs)
        if existing.is_valid():
            chosen = existing.jobs[existing.cleaned_data["vendor_job"]]
            services.link_existing(job=job, vendor_job=chosen, by=request.membership)
            return responses.saved(request, "Job linked to Spark Hire.", _url(job))
    shown = {"existing": existing, "new": new, "link_url": reverse("spark_hire:link", args=[job.pk])}
    status = 422 if request.method == "POST" else 200
    return _panel(request, job, template_name="spark_hire/panel_link.html", more=shown, status=status)


@page("GET", "POST")
def question_set(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Choose the questions for new requests."""
    job = _job(request, job_id)
    credential = services.require_own_key(request.membership)
    try:
        found = catalog.question_sets(credential, fresh="refresh" in request.GET)
    except VendorError as error:
        return _unanswered(request, job, error)
    current = panel.context(job=job, membership=request.membership)["link"]
    initial = {"question_set": current.question_set_id} if current else {}
    form = QuestionSetForm(request.POST or None, question_sets=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.question_sets[form.cleaned_data["question_set"]]
        services.choose_question_set(job=job, question_set=chosen, by=request.membership)
        sentence = "Question Set saved. New requests use it; requests already sent keep theirs."
        return responses.saved(request, sentence, _url(job))
    shown = {"form": form, "form_url": reverse("spark_hire:question-set", args=[job.pk])}
    status = 422 if request.method == "POST" else 200
    return _panel(request, job, template_name="spark_hire/panel_question_set.html", more=shown, status=status)


@page("GET", "POST")
def unlink(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask once, then unlink."""
    job = _job(request, job_id)
    if request.method == "POST":
        services.unlink(job=job, by=request.membership)
        return responses.saved(request, "Job unlinked from Spark Hire.", _url(job))
    services.require_own_key(request.membership)
    open_count = InterviewRequest.objects.filter(application__job=job).running().count()
    shown = {"open_count": open_count, "unlink_url": reverse("spark_hire:unlink", args=[job.pk])}
    return _panel(request, job, template_name="spark_hire/panel_unlink.html", more=shown)


@page("POST")
def check(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask Spark Hire about the linked job now."""
    job = _job(request, job_id)
    try:
        link = services.check_now(job=job, by=request.membership)
    except VendorNotFound:
        sentence = "Spark Hire does not show you this job. We are asking with the other keys whether it is gone."
        return _panel(request, job, notice=sentence, status=409)
    except VendorError as error:
        return _unanswered(request, job, error)
    active = link is not None and link.vendor_is_active
    sentence = "The job is active in Spark Hire." if active else "The job is still inactive in Spark Hire."
    return responses.saved(request, sentence, _url(job))


def _job(request: MemberRequest, job_id: UUID) -> Job:
    job = get_object_or_404(Job.objects.visible_to(request.membership).select_related("company"), pk=job_id)
    access.require(request.membership, Action.EDIT_JOB, job)
    return job


def _url(job: Job) -> str:
    return f"{reverse('jobs:info', args=[job.pk])}?open={SLUG}"


def _panel(
    request: MemberRequest,
    job: Job,
    *,
    template_name: str = "spark_hire/panel.html",
    more: Mapping[str, Any] | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {
        **panel.context(job=job, membership=request.membership),
        **(more or {}),
        "notice": notice,
        "back_url": _url(job),
        "question_sets_url": question_sets_page(),
    }
    return job_pages.render_info(
        request, job=job, open_slug=SLUG, template_name=template_name, context=shown, status=status
    )


def _unanswered(request: MemberRequest, job: Job, error: VendorError) -> HttpResponse:
    """Draw the section with what keeps us from asking, or with the vendor's words when it refused."""
    if isinstance(error, VendorRejected):
        return _panel(request, job, notice=f"Spark Hire does not let you do this. It says: {error}", status=409)
    sentence = f"{error} Changing the link or Question Set has to wait."
    if isinstance(error, VendorAuthFailed):
        sentence = "Spark Hire no longer accepts your User API Key. Replace it, or ask an Administrator."
    return _panel(request, job, notice=sentence, status=503)
