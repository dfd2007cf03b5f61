"""Writing a note, and changing or deleting one's own."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from recruiting.applications import services
from recruiting.applications.models import Application, Note
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record
from recruiting.web.applications.forms import NoteEditForm
from recruiting.web.responses import respond_to_form, saved

COMPOSER = "id_body"


@page("GET", "POST")
def add(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Write a note and go back to the tab it was written on; a refused one keeps its text."""
    application = record.find_application(request, candidate_id, application_id)
    if request.method != "POST":
        return redirect(record.record_url(application, "notes"))
    tab = "notes" if request.POST.get("tab") == "notes" else record.NEWSFEED_TAB
    may_restrict = access.may(request.membership, Action.READ_FULL_ACCESS_NOTES, application.job)
    form = record.note_form(application, may_restrict=may_restrict, data=request.POST)

    def save() -> HttpResponse:
        body, visibility = form.cleaned_data["body"], form.cleaned_data["visibility"]
        services.write_note(application=application, body=body, visibility=visibility, by=request.membership)
        return saved(request, "Note added.", record.record_url(application, tab), focus=COMPOSER)

    show = partial(record.render_tab, request, application=application, slug=tab, context={"note_form": form})
    return respond_to_form(request, form, save, show)


@page("GET", "POST")
def edit(request: MemberRequest, candidate_id: UUID, application_id: UUID, note_id: UUID) -> HttpResponse:
    """Change one's own note."""
    application = record.find_application(request, candidate_id, application_id)
    note = _own(request, application, note_id)
    form = NoteEditForm(request.POST if request.method == "POST" else None, initial={"body": note.body})
    close_url = record.record_url(application, "notes")

    def save() -> HttpResponse:
        services.edit_note(note=note, body=form.cleaned_data["body"], by=request.membership)
        return saved(request, "Note saved.", close_url)

    context = {"application": application, "note": note, "close_url": close_url}
    return respond_to_form(request, form, save, "applications/edit_note.html", context)


@page("GET", "POST")
def delete(request: MemberRequest, candidate_id: UUID, application_id: UUID, note_id: UUID) -> HttpResponse:
    """Ask, then delete one's own note."""
    application = record.find_application(request, candidate_id, application_id)
    note = _own(request, application, note_id)
    if request.method == "POST":
        services.delete_note(note=note, by=request.membership)
        return saved(request, "Note deleted.", record.record_url(application, "notes"))
    context = {"application": application, "note": note, "close_url": record.record_url(application, "notes")}
    return render(request, "applications/delete_note.html", context)


def _own(request: MemberRequest, application: Application, note_id: UUID) -> Note:
    return get_object_or_404(Note, pk=note_id, application=application, author=request.membership)
