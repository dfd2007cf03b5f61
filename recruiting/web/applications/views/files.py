"""Files: adding, handing out behind a check of access or a link, removing; and where those from before belong."""

from collections.abc import Mapping
from functools import partial
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from recruiting.applications import files, selectors
from recruiting.applications.models import Application, Attachment
from recruiting.foundation import text
from recruiting.foundation.downloads import HARMLESS, hand_out
from recruiting.foundation.pagination import page_of
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.applications import record
from recruiting.web.applications.forms import FileForm, FileKindForm, PlaceFileForm
from recruiting.web.responses import respond_to_form, saved


@page("GET", "POST")
def add(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Keep a file with the application, or with the person."""
    application = record.find_application(request, candidate_id, application_id)
    if request.method != "POST":
        return redirect(record.record_url(application, "files"))
    access.require(request.membership, Action.EDIT_CANDIDATE, application.job)
    form = FileForm(request.POST, request.FILES)

    def save() -> HttpResponse:
        upload = form.cleaned_data["file"]
        added = files.add_file(
            application=application,
            upload=upload,
            name=text.sent_file_name(upload.name),
            by=request.membership,
            kind=form.cleaned_data["kind"],
            is_personal=form.cleaned_data["keep_with_person"],
        )
        return saved(request, f"{added.name} was added.", record.record_url(application, "files"))

    show = partial(record.render_tab, request, application=application, slug="files", context={"file_form": form})
    return respond_to_form(request, form, save, show)


@page("GET")
def download(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand a file out, to be saved and not shown."""
    _application, attachment = _found(request, candidate_id, application_id, file_id)
    return _hand_out(attachment)


@csrf_exempt
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a file out to a vendor's server that was given its link; every dead link is answered alike."""
    headers = {"X-Robots-Tag": "noindex"}
    found = files.find_shared(token)
    try:
        answer = _hand_out(found.attachment, headers) if found else None
    except Http404:
        answer = None
    if found is None or answer is None:
        gone = "There is nothing at this address.\n"
        return HttpResponse(gone, status=404, content_type="text/plain", headers={**HARMLESS, **headers})
    if request.method == "GET":
        files.note_opened(found)
    return answer


def _hand_out(attachment: Attachment, headers: Mapping[str, str] | None = None) -> HttpResponse:
    answer = hand_out(attachment.file, name=attachment.name, content_type=attachment.content_type, headers=headers)
    return cast(HttpResponse, answer)


@page("GET", "POST")
def remove(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Ask, then remove a file."""
    application, attachment = _found(request, candidate_id, application_id, file_id)
    access.require(request.membership, Action.EDIT_CANDIDATE, (attachment.application or application).job)
    if request.method == "POST":
        files.remove_file(attachment=attachment, by=request.membership, seen_from=application)
        return saved(request, f"{attachment.name} was removed.", record.record_url(application, "files"))
    context = {"application": application, "file": attachment, "close_url": record.record_url(application, "files")}
    return render(request, "applications/remove_file.html", context)


@page("GET", "POST")
def set_kind(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Ask what a file is for, and keep the answer."""
    application, attachment = _found(request, candidate_id, application_id, file_id)
    access.require(request.membership, Action.EDIT_CANDIDATE, (attachment.application or application).job)
    form = FileKindForm(request.POST if request.method == "POST" else None, initial={"kind": attachment.kind})

    def save() -> HttpResponse:
        kind = form.cleaned_data["kind"]
        changed = files.set_kind(attachment=attachment, kind=kind, by=request.membership, seen_from=application)
        sentence = f"{changed.name} is kept as {changed.get_kind_display().lower()}."
        return saved(request, sentence, record.record_url(application, "files"), focus=f"file-{changed.pk}")

    context = {"application": application, "file": attachment, "close_url": record.record_url(application, "files")}
    return respond_to_form(request, form, save, "applications/file_kind.html", context)


# ── Files from before they belonged anywhere ─────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def unplaced(request: MemberRequest) -> HttpResponse:
    """List the files of which an Administrator is to say where they belong."""
    rows = selectors.unplaced_files(request.membership)
    waiting = rows.select_related("candidate", "added_by__user")
    page = page_of(waiting, ("id",), request.GET, "file", "files")
    placed = selectors.applications_by_person([file.candidate for file in page.rows], request.membership)
    context = {"page": page, "rows": [(file, placed[file.candidate_id]) for file in page.rows]}
    return render(request, "applications/unplaced_files.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def place(request: MemberRequest, file_id: UUID) -> HttpResponse:
    """Ask where a file belongs, and keep the answer."""
    waiting = selectors.unplaced_files(request.membership).select_related("candidate")
    file = get_object_or_404(waiting, pk=file_id)
    applications = selectors.applications_of(file.candidate, request.membership)
    form = PlaceFileForm(request.POST if request.method == "POST" else None, applications=applications)

    def save() -> HttpResponse:
        to = form.cleaned_data["to"]
        files.place_file(attachment=file, application=to, by=request.membership)
        where = to.job.title if to else file.candidate.name
        return saved(request, f"{file.name} now belongs to {where}.", "applications:unplaced-files")

    context = {"file": file, "application": next(iter(applications), None)}
    return respond_to_form(request, form, save, "applications/place_file.html", context)


def _found(
    request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID
) -> tuple[Application, Attachment]:
    application = record.find_application(request, candidate_id, application_id)
    visible = selectors.files_of(application, request.membership).select_related("application__job")
    return application, get_object_or_404(visible, pk=file_id)
