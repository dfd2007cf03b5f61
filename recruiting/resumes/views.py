"""Pages about résumés: a PDF to look at, what one proposes, filling in a form from one, and dropping many on a job."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.base import File
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import DuplicateCandidate
from recruiting.foundation.downloads import show_pdf
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.resumes import batches, held, profile, selectors
from recruiting.resumes.forms import DropForm, RowForm
from recruiting.resumes.models import ResumeBatch, ResumeBatchItem
from recruiting.resumes.tab import SLUG
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record
from recruiting.web.applications.forms import CandidateForm
from recruiting.web.applications.views.candidates import show_add
from recruiting.web.forms import add_errors
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form, saved

State = ResumeBatchItem.State
POLL_SECONDS = 3
# Tone and icon of a row's state.
BADGES = {
    State.WAITING: ("info", "progress"),
    State.ADDED: ("success", "circle-check"),
    State.ASKS: ("warning", "help-circle"),
    State.SKIPPED: ("neutral", "ban"),
    State.REFUSED: ("danger", "file-alert"),
    State.UNDONE: ("neutral", "arrow-back-up"),
}


# ── One résumé ───────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET")
def show(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Show a PDF in its frame, to those who may see the file."""
    application = record.find_application(request, candidate_id, application_id)
    file = get_object_or_404(selectors.visible_file(application, request.membership, file_id))
    answer: HttpResponse = show_pdf(file.file, name=file.name)  # type: ignore[assignment]
    return answer


@page("POST")
def use(request: MemberRequest, candidate_id: UUID, application_id: UUID, name: str) -> HttpResponse:
    """Write one thing that the résumé says into the person's record."""
    application = record.find_application(request, candidate_id, application_id, Action.EDIT_CANDIDATE)
    file = selectors.resume_of(application, request.membership)
    if file is None or name not in profile.LABELS:
        raise Http404("There is no such proposal.")
    back = record.record_url(application, SLUG)
    try:
        seen = request.POST.get("replaces", "").replace("\r\n", "\n")
        profile.use(application=application, file=file, name=name, by=request.membership, replaces=seen)
    except DuplicateCandidate as known:
        visible = Candidate.objects.visible_to(request.membership).filter(pk=known.candidate.pk).exists()
        who = known.candidate.name if visible else "Somebody else here"
        return saved(request, f"{who} has this email already. Nothing was written.", back, level=messages.ERROR)
    except (Conflict, InvalidInput) as refusal:
        return saved(request, refusal.message, back, level=messages.ERROR)
    return saved(request, f"{profile.LABELS[name]} taken over from the résumé.", back, focus="from-resume-title")


@page("POST")
def draft(request: MemberRequest) -> HttpResponse:
    """Fill *Add candidate* in from the file that was chosen there; what was typed stays, and nothing is saved."""
    membership = request.membership
    typed = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    upload = request.FILES.get("resume")
    kept = held.find(typed.get("draft", ""), membership)
    refusal: InvalidInput | None = None
    if upload is not None:
        try:
            kept = held.hold(upload=upload, by=membership)
        except InvalidInput as error:
            refusal = InvalidInput(fields={"resume": error.message})
    elif kept is None:
        refusal = InvalidInput(fields={"resume": "Choose a résumé first."})
    found = profile.found_in(kept.reading.get("fields", {})) if kept else {}
    filled = {**typed, **{name: value for name, value in found.items() if value and not typed.get(name)}}
    if refusal is None:
        form = CandidateForm(initial=filled, membership=membership)
    else:
        form = CandidateForm(filled, membership=membership)
        # Only the file was asked about; the rest is not complained of before it is sent.
        form.is_valid()
        form.errors.clear()
        add_errors(form, refusal)
    status = 422 if refusal else 200
    return show_add(request, form, status=status, draft=held.as_draft(kept) if kept else None)


# ── Many on a job ────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def drop(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Take up to 50 résumés for a job."""
    job = find_job(request, job_id, Action.ADD_CANDIDATE)
    data = (request.POST, {"resumes": request.FILES.getlist("resumes")}) if request.method == "POST" else ()
    form = DropForm(*data, membership=request.membership)

    def save() -> HttpResponse:
        uploads: list[File[bytes]] = form.cleaned_data["resumes"]
        source = form.cleaned_data["source"]
        batch = batches.start(job=job, uploads=uploads, source=source, as_lead=form.is_lead, by=request.membership)
        return saved(request, "", _address(batch))

    recent = ResumeBatch.objects.filter(job=job, added_by=request.membership).order_by("-id")[:5]
    context = {"job": job, "recent": recent}
    return respond_to_form(request, form, save, "resumes/drop.html", context, conflict=NON_FIELD_ERRORS)


@page("GET")
def batch(request: MemberRequest, job_id: UUID, batch_id: UUID) -> HttpResponse:
    """Show what was found in each file of a batch, and what became of it."""
    job = find_job(request, job_id)
    found = get_object_or_404(ResumeBatch, pk=batch_id, job=job)
    access.require(request.membership, Action.ADD_CANDIDATE, job)
    return _show_batch(request, found)


def _show_batch(
    request: MemberRequest, shown: ResumeBatch, form: RowForm | None = None, *, position: int = -1, status: int = 200
) -> HttpResponse:
    items = list(shown.items.select_related("candidate", "application").order_by("position"))
    visible = set(
        Candidate.objects.visible_to(request.membership)
        .filter(pk__in=[item.candidate_id for item in items if item.candidate_id])
        .values_list("pk", flat=True)
    )
    done = sum(item.state != State.WAITING for item in items)
    context = {
        "job": shown.job,
        "batch": shown,
        "rows": [_row(item, form if item.position == position else None, visible) for item in items],
        "total": len(items),
        "done": done,
        "asks": sum(item.state == State.ASKS for item in items),
        "poll": POLL_SECONDS if done < len(items) else 0,
        "url": _address(shown),
    }
    return render(request, "resumes/batch.html", context, status=status)


def _row(item: ResumeBatchItem, form: RowForm | None, visible: set[UUID]) -> dict[str, Any]:
    tone, icon = BADGES[State(item.state)]
    found = profile.found_in(item.fields)
    may_add = item.state in (State.ASKS, State.UNDONE) and bool(item.file)
    if may_add and form is None:
        form = RowForm(initial=found, prefix=f"row{item.position}")
    return {
        "item": item,
        "tone": tone,
        "icon": icon,
        "found": found,
        "name": f"{found['first_name']} {found['last_name']}".strip(),
        "known": item.candidate if may_add and item.candidate_id in visible else None,
        "form": form if may_add else None,
        "is_open": bool(form and form.is_bound),
    }


@page("POST")
def add_row(request: MemberRequest, job_id: UUID, batch_id: UUID, item_id: UUID) -> HttpResponse:
    """Add who somebody says is in a file."""
    item = _item(request, job_id, batch_id, item_id)
    form = RowForm(request.POST, prefix=f"row{item.position}")
    status = 422
    if form.is_valid():
        try:
            made = batches.add(item=item, by=request.membership, details=form.details())
            return saved(request, f"{made.candidate.name} was added to {made.job}.", _address(item.batch))
        except InvalidInput as error:
            add_errors(form, error)
        except DuplicateCandidate as known:
            visible = Candidate.objects.visible_to(request.membership).filter(pk=known.candidate.pk).exists()
            form.add_error("email", batches.KNOWN.format(name=known.candidate.name) if visible else batches.HIDDEN)
            if visible:
                item.write(candidate=known.candidate)
            status = 409
        except Conflict as refusal:
            return saved(request, refusal.message, _address(item.batch), level=messages.ERROR)
    return _show_batch(request, item.batch, form, position=item.position, status=status)


@page("POST")
def add_to_known(request: MemberRequest, job_id: UUID, batch_id: UUID, item_id: UUID) -> HttpResponse:
    """Add a file to the person who is here already."""

    def act(item: ResumeBatchItem) -> str:
        made: Application = batches.add_to_known(item=item, by=request.membership)
        return f"{item.name} was added to {made.candidate.name}."

    return _acted(request, _item(request, job_id, batch_id, item_id), act)


@page("POST")
def skip(request: MemberRequest, job_id: UUID, batch_id: UUID, item_id: UUID) -> HttpResponse:
    """Leave a file out."""

    def act(item: ResumeBatchItem) -> str:
        batches.skip(item=item, by=request.membership)
        return f"{item.name} was left out."

    return _acted(request, _item(request, job_id, batch_id, item_id), act)


@page("POST")
def undo(request: MemberRequest, job_id: UUID, batch_id: UUID, item_id: UUID) -> HttpResponse:
    """Take back what a file made."""

    def act(item: ResumeBatchItem) -> str:
        return batches.undo(item=item, by=request.membership).reason

    return _acted(request, _item(request, job_id, batch_id, item_id), act)


def _item(request: MemberRequest, job_id: UUID, batch_id: UUID, item_id: UUID) -> ResumeBatchItem:
    job = find_job(request, job_id)
    rows = ResumeBatchItem.objects.select_related("batch__job", "candidate", "application")
    found: ResumeBatchItem = get_object_or_404(rows, pk=item_id, batch=batch_id, batch__job=job)
    access.require(request.membership, Action.ADD_CANDIDATE, job)
    return found


def _acted(request: MemberRequest, item: ResumeBatchItem, act: Callable[[ResumeBatchItem], str]) -> HttpResponse:
    try:
        told = act(item)
    except Conflict as refusal:
        return saved(request, refusal.message, _address(item.batch), level=messages.ERROR)
    return saved(request, told, _address(item.batch))


def _address(batch: ResumeBatch) -> str:
    return reverse("resumes:batch", args=[batch.job_id, batch.pk])
