"""Company Settings › Job Fields and Candidate Fields: the list, a field with its choices, and what extensions suggest.

Values are asked on the forms of jobs and people. `urls.of_fields` says to each view whose fields it is about.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from recruiting.company_fields import definitions
from recruiting.company_fields.models import Field, FieldOption
from recruiting.company_fields.values import input_name
from recruiting.foundation import pagination, text
from recruiting.foundation.errors import Conflict
from recruiting.jobs import field_suggestions
from recruiting.jobs.models import Job, JobField
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.company_fields.forms import EditFieldForm, FieldForm, NewFieldForm, OptionForm, OptionsForm
from recruiting.web.company_fields.pages import JOBS, FieldPages
from recruiting.web.responses import respond_to_form

SUGGESTIONS = 20


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest, pages: FieldPages) -> HttpResponse:
    """List the company's fields in their order, and offer those that extensions suggest."""
    context = {
        "fields": list(definitions.of_company(pages.fields, request.company)),
        "suggestions": field_suggestions.missing(request.company) if pages is JOBS else [],
        "pages": pages,
    }
    return render(request, "company_fields/index.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest, pages: FieldPages) -> HttpResponse:
    """Create a field."""
    form = NewFieldForm(request.POST or None, initial={"visibility": Field.Visibility.INTERNAL}, pages=pages)

    def save() -> HttpResponse:
        field = definitions.create(
            pages.fields,
            details=form.details(),
            kind=Field.Kind(form.cleaned_data["kind"]),
            is_active=form.cleaned_data["is_active"],
            labels=form.cleaned_data["values"].splitlines(),
            by=request.membership,
            **form.fixed(),
        )
        return responses.saved(request, f"{field} was created.", pages.url("fields"), focus=_row(field))

    template = "company_fields/create.html"
    return respond_to_form(
        request, form, save, template, {"pages": pages}, conflict=NON_FIELD_ERRORS, conflict_status=422
    )


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Change a field; what becomes public is asked about first."""
    field = _field(request, pages, field_id)
    form = _form_of(field, request.POST or None, pages)

    def save() -> HttpResponse:
        uses = definitions.uses_of(field)
        if uses and _becomes_public(form) and "show" not in request.POST:
            context = {"pages": pages, "field": field, "form": form, "sentence": pages.shows(uses)}
            return render(request, "company_fields/show.html", context)
        definitions.edit(field=field, details=form.details(), base=form.base_details(), by=request.membership)
        return responses.saved(request, "Saved.", pages.url("field-edit", field.pk))

    def show(status: int) -> HttpResponse:
        return _show_field(request, pages, field, form, status=status)

    return respond_to_form(request, form, save, show, edited=lambda: ("", field.updated_at))


@page("POST", role=ADMINISTRATOR)
def move(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Move a field up or down by one place."""
    field = _field(request, pages, field_id)
    place, total = definitions.move(field=field, up=request.POST.get("direction") == "up", by=request.membership)
    return responses.saved(request, f"{field} is now {place} of {total}.", pages.url("fields"), focus=_row(field))


@page("GET", "POST", role=ADMINISTRATOR)
def deactivate(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Ask, and hide a field with its values."""
    field = _field(request, pages, field_id)
    if request.method != "POST":
        context = {"field": field, "uses": definitions.uses_of(field), "pages": pages}
        return render(request, "company_fields/deactivate.html", context)
    definitions.deactivate(field=field, by=request.membership)
    undo_url = pages.url("field-activate", field.pk)
    message = f"{field} was deactivated."
    return responses.saved(request, message, pages.url("fields"), focus=_row(field), undo_url=undo_url)


@page("POST", role=ADMINISTRATOR)
def activate(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Show a field and its values again."""
    field = _field(request, pages, field_id)
    try:
        definitions.activate(field=field, by=request.membership)
    except Conflict as error:
        address = pages.url("field-edit", field.pk)
        return responses.saved(request, error.message, address, level=messages.WARNING)
    return responses.saved(request, f"{field} is active.", pages.url("fields"), focus=_row(field))


@page("POST", role=ADMINISTRATOR)
def create_suggested(request: MemberRequest) -> HttpResponse:
    """Create the field that an extension suggests by this name, and go back to `next`."""
    field = field_suggestions.create(name=request.POST.get("name", ""), by=request.membership)
    state = "is here and active" if field.is_active else "was created; it is not active until it has a value"
    return responses.saved(request, f"{field} {state}.", responses.came_from(request, "jobs:fields"), focus=_row(field))


# ── Choices of a single select ───────────────────────────────────────────────────────────────────────────────────────
@page("POST", role=ADMINISTRATOR)
def add_options(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Add choices to a single select, one per line."""
    field = _field(request, pages, field_id)
    form = OptionsForm(request.POST, auto_id="add_%s")

    def save() -> HttpResponse:
        labels = form.cleaned_data["values"].splitlines()
        added = definitions.add_options(field=field, labels=labels, by=request.membership)
        return responses.saved(request, _added(added), pages.url("field-edit", field.pk))

    def show(status: int) -> HttpResponse:
        return _show_field(request, pages, field, None, adding=form, status=status)

    return respond_to_form(request, form, save, show)


@page("GET", "POST", role=ADMINISTRATOR)
def rename_option(request: MemberRequest, pages: FieldPages, option_id: UUID) -> HttpResponse:
    """Call a choice something else."""
    option = _option(request, pages, option_id)
    form = OptionForm(request.POST or None, initial={"label": option.label}, auto_id="window_%s")

    def save() -> HttpResponse:
        definitions.rename_option(option=option, label=form.cleaned_data["label"], by=request.membership)
        return responses.saved(request, "Value renamed.", _values_of(option, pages))

    context = {"option": option, "close_url": _values_of(option, pages), "pages": pages}
    return respond_to_form(request, form, save, "company_fields/rename_option.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def remove_option(request: MemberRequest, pages: FieldPages, option_id: UUID) -> HttpResponse:
    """Ask, and take a choice away."""
    option = _option(request, pages, option_id)

    def save() -> HttpResponse:
        is_archived = definitions.remove_option(option=option, by=request.membership)
        return responses.saved(
            request, "Value archived." if is_archived else "Value removed.", _values_of(option, pages)
        )

    uses = definitions.uses_of_option(option)
    context = {"option": option, "uses": uses, "close_url": _values_of(option, pages), "pages": pages}
    return respond_to_form(request, None, save, "company_fields/remove_option.html", context, conflict="error")


# ── Type-ahead on forms ──────────────────────────────────────────────────────────────────────────────────────────────
@page("GET")
def values(request: MemberRequest, pages: FieldPages, field_id: UUID) -> HttpResponse:
    """Suggest values of a field to somebody who fills in a form."""
    field = _asked_field(request, pages, field_id)
    typed = text.one_line(request.GET.get("q", ""))
    if field.kind == Field.Kind.SELECT:
        return responses.suggestions(definitions.choices_like(field, typed, most=SUGGESTIONS))
    known = field_suggestions.values(field, typed=typed, most=SUGGESTIONS) if isinstance(field, JobField) else []
    return responses.suggestions(known)


@page("GET")
def hint(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Say what a typed value will do, beside its field on a job's form."""
    field = _asked_field(request, JOBS, field_id)
    said = field_suggestions.hint(field, request.GET.get(input_name(field.pk), ""))
    return render(request, "company_fields/hint.html", {"hint": said, "control": f"id_{input_name(field.pk)}"})


def _asked_field(request: MemberRequest, pages: FieldPages, field_id: UUID) -> Any:
    """Return an active field, for somebody who fills in values. Raises Http404 for everybody else."""
    membership = request.membership
    may_fill_in = membership.can(pages.fill_in) or Job.objects.allowing(pages.fill_in, membership).exists()
    known = pages.fields.objects.for_company(request.company) if may_fill_in else pages.fields.objects.none()
    return get_object_or_404(known.filter(is_active=True).select_related("company"), pk=field_id)


def _field(request: MemberRequest, pages: FieldPages, field_id: UUID) -> Field:
    return get_object_or_404(pages.fields.objects.for_company(request.company), pk=field_id)


def _option(request: MemberRequest, pages: FieldPages, option_id: UUID) -> Any:
    options = pages.fields.option_model().objects.for_company(request.company)
    return get_object_or_404(options.select_related("field"), pk=option_id)


def _form_of(field: Field, data: QueryDict | None, pages: FieldPages) -> EditFieldForm:
    initial = {name: getattr(field, name) for name in FieldForm.base_fields}
    return EditFieldForm(data, initial=initial, pages=pages)


def _show_field(
    request: MemberRequest,
    pages: FieldPages,
    field: Field,
    form: FieldForm | None,
    *,
    adding: OptionsForm | None = None,
    status: int,
) -> HttpResponse:
    context = {
        "pages": pages,
        "field": field,
        "form": form or _form_of(field, None, pages),
        "adding": adding or OptionsForm(auto_id="add_%s"),
    }
    if field.kind == Field.Kind.SELECT:
        options = definitions.options_of(field)
        context["page"] = pagination.page_of(options, ("position", "id"), request.GET, "value", "values")
    return render(request, "company_fields/edit.html", context, status=status)


def _becomes_public(form: EditFieldForm) -> bool:
    return "visibility" in form.touched() and form.details().visibility == Field.Visibility.PUBLIC


def _values_of(option: FieldOption, pages: FieldPages) -> str:
    return pages.url("field-edit", option.field_id)


def _row(field: Field) -> str:
    return f"field-{field.pk}"


def _added(count: int) -> str:
    if not count:
        return "These values are here already."
    return "1 value added." if count == 1 else f"{count:,} values added."
