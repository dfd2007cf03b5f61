"""Reference Checks › Prospects: what is chosen, how far an export is, and who was left out."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from integrations.crosschq.models import ProspectExport
from integrations.crosschq.prospects import runs
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.prospects.card import card_of
from integrations.crosschq.prospects.forms import ProspectsForm, jobs_like
from integrations.crosschq.settings.page import PAGES
from recruiting.foundation import text
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.foundation.pagination import page_of
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

SUGGESTIONS = 20


@page("GET", "POST", role=ADMINISTRATOR)
def overview(request: MemberRequest) -> HttpResponse:
    """Show the card alone, and save what was chosen in it."""
    installation = PAGES.installation(request.company)
    if request.method != "POST":
        return render(request, "crosschq/prospects.html", {"prospects": card_of(installation)})
    before = prospects.find(installation)
    form = ProspectsForm(request.POST, company=request.company, export=before)
    if form.is_valid():
        try:
            saved = prospects.save(installation=installation, choices=form.choices(), by=request.membership)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return PAGES.saved(request, _saved(before, saved), focus="save-prospects")
    shown = {"prospects": card_of(installation, form=form)}
    return render(request, "crosschq/prospects.html", shown, status=422)


@page("POST", role=ADMINISTRATOR)
def start(request: MemberRequest) -> HttpResponse:
    """Export everybody again."""
    try:
        runs.start(export=_export(request), by=request.membership)
    except Conflict as error:
        return _back(request, error.message, level=messages.WARNING)
    return _back(request, "The export has begun.")


@page("POST", role=ADMINISTRATOR)
def stop(request: MemberRequest) -> HttpResponse:
    """Stop the export under way."""
    if runs.stop(export=_export(request), by=request.membership):
        return _back(request, "The export was stopped. Whoever arrived stays.")
    return _back(request, "The export was over already.")


@page("GET", role=ADMINISTRATOR)
def skipped(request: MemberRequest) -> HttpResponse:
    """List who was left out, and why."""
    found = prospects.skipped(PAGES.installation(request.company))
    shown = page_of(found, ("-id",), request.GET, "prospect", "prospects")
    return render(request, "crosschq/prospects_skipped.html", {"page": shown})


@page("GET", role=ADMINISTRATOR)
def jobs(request: MemberRequest) -> HttpResponse:
    """Suggest jobs on which prospects can arrive."""
    PAGES.connected(request.company)
    typed = text.one_line(request.GET.get("q", ""))
    found = jobs_like(request.company, typed, most=SUGGESTIONS)
    suggested = [{"value": str(job.pk), "label": job.title, "detail": job.location} for job in found]
    return JsonResponse(suggested, safe=False)


def _export(request: MemberRequest) -> ProspectExport:
    export = prospects.find(PAGES.installation(request.company))
    if export is None:
        raise Http404
    return export


def _saved(before: ProspectExport | None, export: ProspectExport) -> str:
    was_on = before is not None and before.is_on
    if was_on and not export.is_on:
        return "Exports stop. Nobody is deleted."
    return "Saved. The export has begun." if export.is_on and not was_on else "Saved."


def _back(request: MemberRequest, sentence: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    return PAGES.saved(request, sentence, focus="prospects-progress-title", level=level)
