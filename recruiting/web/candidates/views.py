"""Company Settings › Custom Candidate Sources, and the type-ahead over a company's tags."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from recruiting import extensions
from recruiting.candidates import services, sources
from recruiting.candidates.models import Source
from recruiting.foundation import pagination, text
from recruiting.foundation.errors import Conflict
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.candidates.forms import NewSourceForm, SourceForm
from recruiting.web.responses import respond_to_form

SUGGESTIONS = 20


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List the company's sources by type and name."""
    found = sources.of_company(request.company)
    page = pagination.page_of(found, ("type__name", "name", "id"), request.GET, "source", "sources")
    uses = extensions.source_uses(request.company)
    rows = [(source, uses.get(source.pk, [])) for source in page.rows]
    return render(request, "candidates/sources/index.html", {"page": page, "rows": rows})


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Add a source; `next` says where the form was opened."""
    form = NewSourceForm(request.POST or None, auto_id="window_%s")
    opened_at = responses.own_address(request, request.GET.get("next", ""))
    back = responses.came_from(request, "candidates:sources") if request.method == "POST" else opened_at

    def save() -> HttpResponse:
        type_name, name = form.cleaned_data["type"], form.cleaned_data["name"]
        made = sources.create(type_name=type_name, name=name, by=request.membership)
        return responses.saved(request, f"{made} was added.", back, focus=_row(made))

    template, context = "candidates/sources/create.html", {"back": back}
    return respond_to_form(request, form, save, template, context, conflict="type", conflict_status=422)


@page("GET", "POST", role=ADMINISTRATOR)
def rename(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Call a source something else."""
    source = _source(request, source_id)
    form = SourceForm(request.POST or None, initial={"name": source.name}, auto_id="window_%s")

    def save() -> HttpResponse:
        renamed = sources.rename(source=source, name=form.cleaned_data["name"], by=request.membership)
        return responses.saved(request, f"{renamed} was renamed.", "candidates:sources", focus=_row(source))

    return respond_to_form(request, form, save, "candidates/sources/rename.html", {"source": source})


@page("GET", "POST", role=ADMINISTRATOR)
def deactivate(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Ask, and no longer offer a source."""
    source = _source(request, source_id)
    if request.method != "POST":
        context = {"source": source, "use": sources.use_of(source)}
        return render(request, "candidates/sources/deactivate.html", context)
    sources.deactivate(source=source, by=request.membership)
    return responses.saved(request, f"{source} was deactivated.", "candidates:sources", focus=_row(source))


@page("POST", role=ADMINISTRATOR)
def activate(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Offer a source again."""
    source = _source(request, source_id)
    sources.activate(source=source, by=request.membership)
    return responses.saved(request, f"{source} is active.", "candidates:sources", focus=_row(source))


@page("GET", "POST", role=ADMINISTRATOR)
def delete(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Ask, and delete a source that was never used."""
    source = _source(request, source_id)
    if request.method != "POST":
        return render(request, "candidates/sources/delete.html", {"source": source})
    try:
        sources.delete(source=source, by=request.membership)
    except Conflict as error:
        return responses.saved(request, error.message, "candidates:sources", focus=_row(source), level=messages.ERROR)
    return responses.saved(request, f"{source} was deleted.", "candidates:sources")


@page("GET", role=ADMINISTRATOR)
def types(request: MemberRequest) -> HttpResponse:
    """Suggest types of sources to somebody who adds one."""
    typed = text.one_line(request.GET.get("q", ""))
    return responses.suggestions(sources.types_like(request.company, typed, most=SUGGESTIONS))


@page("GET")
def tags(request: MemberRequest) -> HttpResponse:
    """Suggest the company's tags."""
    typed = text.one_line(request.GET.get("q", ""))
    found = services.tags_like(request.company, typed).order_by("name", "id")
    return responses.suggestions(found.values_list("name", flat=True)[:SUGGESTIONS])


def _source(request: MemberRequest, source_id: UUID) -> Source:
    mine = Source.objects.for_company(request.company).select_related("type", "company")
    return get_object_or_404(mine, pk=source_id)


def _row(source: Source) -> str:
    return f"source-{source.pk}"
