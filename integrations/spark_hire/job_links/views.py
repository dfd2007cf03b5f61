"""Linking a job and choosing its question set, inside the Job Info window."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from integrations.spark_hire import SLUG
from integrations.spark_hire.client import question_sets_page
from integrations.spark_hire.job_links import panel, services
from integrations.spark_hire.job_links.forms import ExistingJobForm, NewJobForm, QuestionSetForm
from integrations.spark_hire.models import InterviewRequest
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorError, VendorNotFound, VendorRejected
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.jobs.job_info import find_job, render_info


@page("GET", "POST")
def link(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Choose an existing Spark Hire job, or create this one there."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    credential = services.require_own_key(request.membership)
    try:
        vendor_jobs = services.jobs(credential, fresh="refresh" in request.GET)
    except VendorError as error:
        return _unanswered(request, job, error)
    creates = request.method == "POST" and "create" in request.POST
    typed = {name: getattr(job, name) for name in NewJobForm.one_of}
    new = NewJobForm(request.POST if creates else None, initial=typed)
    existing = ExistingJobForm(request.POST if request.method == "POST" and not creates else None, jobs=vendor_jobs)

    def save() -> HttpResponse:
        if creates:
            services.link_new(job=job, by=request.membership, **new.cleaned_data)
            return responses.saved(request, "Linking this job to Spark Hire…", _url(job))
        services.link_existing(job=job, by=request.membership, **existing.cleaned_data)
        return responses.saved(request, "Job linked to Spark Hire.", _url(job))

    shown: dict[str, Any] = {"existing": existing, "new": new, "link_url": reverse("spark_hire:link", args=[job.pk])}
    draw = partial(_panel, request, job, template_name="spark_hire/panel_link.html", **shown)
    return responses.respond_to_form(request, new if creates else existing, save, draw)


@page("GET", "POST")
def question_set(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Choose the questions for new requests."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    credential = services.require_own_key(request.membership)
    try:
        found = services.question_sets(credential, fresh="refresh" in request.GET)
    except VendorError as error:
        return _unanswered(request, job, error)
    current = panel.context(job=job, membership=request.membership)["link"]
    initial = {"question_set": current.question_set_id} if current else {}
    form = QuestionSetForm(request.POST or None, question_sets=found, initial=initial)

    def save() -> HttpResponse:
        services.choose_question_set(job=job, by=request.membership, **form.cleaned_data)
        sentence = "Question Set saved. New requests use it; requests already sent keep theirs."
        return responses.saved(request, sentence, _url(job))

    shown: dict[str, Any] = {"form": form, "form_url": reverse("spark_hire:question-set", args=[job.pk])}
    draw = partial(_panel, request, job, template_name="spark_hire/panel_question_set.html", **shown)
    return responses.respond_to_form(request, form, save, draw)


@page("GET", "POST")
def unlink(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask once, then unlink."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    if request.method == "POST":
        services.unlink(job=job, by=request.membership)
        return responses.saved(request, "Job unlinked from Spark Hire.", _url(job))
    services.require_own_key(request.membership)
    open_count = InterviewRequest.objects.filter(application__job=job).running().count()
    shown: dict[str, Any] = {"open_count": open_count, "unlink_url": reverse("spark_hire:unlink", args=[job.pk])}
    return _panel(request, job, template_name="spark_hire/panel_unlink.html", **shown)


@page("POST")
def check(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Ask Spark Hire about the linked job now."""
    job = find_job(request, job_id, Action.EDIT_JOB)
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


def _url(job: Job) -> str:
    return f"{reverse('jobs:info', args=[job.pk])}?open={SLUG}"


def _panel(
    request: MemberRequest,
    job: Job,
    *,
    template_name: str = "spark_hire/panel.html",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = {
        **panel.context(job=job, membership=request.membership),
        "back_url": _url(job),
        "question_sets_url": question_sets_page(),
        **more,
    }
    return render_info(request, job=job, open_slug=SLUG, template_name=template_name, context=shown, status=status)


def _unanswered(request: MemberRequest, job: Job, error: VendorError) -> HttpResponse:
    """Draw the section with what keeps us from asking, or with the vendor's words when it refused."""
    if isinstance(error, VendorRejected):
        return _panel(request, job, notice=f"Spark Hire does not let you do this. It says: {error}", status=409)
    sentence = f"{error} Changing the link or Question Set has to wait."
    if isinstance(error, VendorAuthFailed):
        sentence = "Spark Hire no longer accepts your User API Key. Replace it, or ask an Administrator."
    return _panel(request, job, notice=sentence, status=503)
