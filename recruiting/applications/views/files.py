"""A person's files: adding, handing out behind a check of access, removing."""

from typing import cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from recruiting.applications import pages
from recruiting.applications.forms import FileForm
from recruiting.base.errors import InvalidInput
from recruiting.base.pages import saved
from recruiting.base.permissions import Action
from recruiting.candidates import services
from recruiting.candidates.models import Attachment
from recruiting.companies.access import MemberRequest, member_required
from recruiting.jobs import access

# What somebody sent us never runs as a page of ours, whatever it claims to be.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def add(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Keep a file with the person."""
    application = pages.find_application(request, candidate_id, application_id)
    if request.method != "POST":
        return redirect(pages.record_url(application, "files"))
    access.require(request.membership, Action.EDIT_CANDIDATE, application.job)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.add_file(candidate=application.candidate, upload=upload, name=upload.name, by=request.membership)
        except InvalidInput as refusal:
            form.add_error("file", refusal.message)
        else:
            return saved(request, f"{upload.name} was added.", pages.record_url(application, "files"))
    return pages.render_tab(request, application=application, slug="files", context={"file_form": form}, status=422)


@require_safe
@member_required
def download(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand a file out, to be saved and not shown."""
    attachment = _attachment(request, candidate_id, application_id, file_id)
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404("The file is no longer stored.") from None
    answer = FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers=HARMLESS,
    )
    return cast(HttpResponse, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def remove(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> HttpResponse:
    """Ask, then remove a file."""
    attachment = _attachment(request, candidate_id, application_id, file_id)
    application = pages.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.EDIT_CANDIDATE, application.job)
    if request.method == "POST":
        services.remove_file(attachment=attachment, by=request.membership)
        return saved(request, f"{attachment.name} was removed.", pages.record_url(application, "files"))
    context = {"application": application, "file": attachment, "close_url": pages.record_url(application, "files")}
    return render(request, "applications/remove_file.html", context)


def _attachment(request: MemberRequest, candidate_id: UUID, application_id: UUID, file_id: UUID) -> Attachment:
    application = pages.find_application(request, candidate_id, application_id)
    files = Attachment.objects.for_company(request.company).select_related("candidate")
    return get_object_or_404(files, pk=file_id, candidate=application.candidate)
