"""Company Settings › Job Fields: the list, a field with its choices, and the fields that extensions suggest.

The values of a job are asked on its own form, in `views`.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.foundation import pagination, text
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.jobs import field_suggestions, fields
from recruiting.jobs.field_values import input_name
from recruiting.jobs.models import Job, JobField, JobFieldOption
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.jobs.field_forms import EditFieldForm, FieldForm, NewFieldForm, OptionForm, OptionsForm
from recruiting.web.responses import respond_to_form

SUGGESTIONS = 20


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List the company's fields in their order, and offer those that extensions suggest."""
    context = {
        "fields": list(fields.of_company(request.company)),
        "suggestions": field_suggestions.missing(request.company),
    }
    return render(request, "jobs/fields/index.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Create a field."""
    form = NewFieldForm(request.POST or None, initial={"visibility": JobField.Visibility.INTERNAL})

    def save() -> HttpResponse:
        field = fields.create(
            details=form.details(),
            kind=JobField.Kind(form.cleaned_data["kind"]),
            category=JobField.Category(form.cleaned_data["category"]),
            is_active=form.cleaned_data["is_active"],
            labels=form.cleaned_data["values"].splitlines(),
            by=request.membership,
        )
        return responses.saved(request, f"{field} was created.", "jobs:fields", focus=_row(field))

    template = "jobs/fields/create.html"
    return respond_to_form(request, form, save, template, conflict=NON_FIELD_ERRORS, conflict_status=422)


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Change a field; what becomes public is asked about first."""
    field = _field(request, field_id)
    form = _form_of(field, request.POST or None)

    def save() -> HttpResponse:
        jobs = fields.jobs_with_value(field)
        if jobs and _becomes_public(form) and "show" not in request.POST:
            return render(request, "jobs/fields/show.html", {"field": field, "form": form, "jobs": jobs})
        fields.edit(field=field, details=form.details(), base=form.base_details(), by=request.membership)
        return responses.saved(request, "Saved.", reverse("jobs:field-edit", args=[field.pk]))

    def show(status: int) -> HttpResponse:
        return _show_field(request, field, form, status=status)

    return respond_to_form(request, form, save, show, edited=lambda: ("", field.updated_at))


@page("POST", role=ADMINISTRATOR)
def move(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Move a field up or down by one place."""
    field = _field(request, field_id)
    place, total = fields.move(field=field, up=request.POST.get("direction") == "up", by=request.membership)
    return responses.saved(request, f"{field} is now {place} of {total}.", "jobs:fields", focus=_row(field))


@page("GET", "POST", role=ADMINISTRATOR)
def deactivate(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Ask, and hide a field with its values."""
    field = _field(request, field_id)
    if request.method != "POST":
        context = {"field": field, "jobs": fields.jobs_with_value(field)}
        return render(request, "jobs/fields/deactivate.html", context)
    fields.deactivate(field=field, by=request.membership)
    undo_url = reverse("jobs:field-activate", args=[field.pk])
    message = f"{field} was deactivated."
    return responses.saved(request, message, "jobs:fields", focus=_row(field), undo_url=undo_url)


@page("POST", role=ADMINISTRATOR)
def activate(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Show a field and its values again."""
    field = _field(request, field_id)
    try:
        fields.activate(field=field, by=request.membership)
    except Conflict as error:
        address = reverse("jobs:field-edit", args=[field.pk])
        return responses.saved(request, error.message, address, level=messages.WARNING)
    return responses.saved(request, f"{field} is active.", "jobs:fields", focus=_row(field))


@page("POST", role=ADMINISTRATOR)
def create_suggested(request: MemberRequest) -> HttpResponse:
    """Create the field that an extension suggests by this name, and go back to `next`."""
    field = field_suggestions.create(name=request.POST.get("name", ""), by=request.membership)
    state = "is here and active" if field.is_active else "was created; it is not active until it has a value"
    return responses.saved(request, f"{field} {state}.", responses.came_from(request, "jobs:fields"), focus=_row(field))


# ── Choices of a single select ───────────────────────────────────────────────────────────────────────────────────────
@page("POST", role=ADMINISTRATOR)
def add_options(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Add choices to a single select, one per line."""
    field = _field(request, field_id)
    form = OptionsForm(request.POST, auto_id="add_%s")

    def save() -> HttpResponse:
        labels = form.cleaned_data["values"].splitlines()
        added = fields.add_options(field=field, labels=labels, by=request.membership)
        return responses.saved(request, _added(added), reverse("jobs:field-edit", args=[field.pk]))

    def show(status: int) -> HttpResponse:
        return _show_field(request, field, None, adding=form, status=status)

    return respond_to_form(request, form, save, show)


@page("GET", "POST", role=ADMINISTRATOR)
def rename_option(request: MemberRequest, option_id: UUID) -> HttpResponse:
    """Call a choice something else."""
    option = _option(request, option_id)
    form = OptionForm(request.POST or None, initial={"label": option.label}, auto_id="window_%s")

    def save() -> HttpResponse:
        fields.rename_option(option=option, label=form.cleaned_data["label"], by=request.membership)
        return responses.saved(request, "Value renamed.", _values_of(option))

    context = {"option": option, "close_url": _values_of(option)}
    return respond_to_form(request, form, save, "jobs/fields/rename_option.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def remove_option(request: MemberRequest, option_id: UUID) -> HttpResponse:
    """Ask, and take a choice away."""
    option = _option(request, option_id)

    def save() -> HttpResponse:
        is_archived = fields.remove_option(option=option, by=request.membership)
        return responses.saved(request, "Value archived." if is_archived else "Value removed.", _values_of(option))

    context = {"option": option, "jobs": fields.jobs_with_option(option), "close_url": _values_of(option)}
    return respond_to_form(request, None, save, "jobs/fields/remove_option.html", context, conflict="error")


# ── Type-ahead on a job's form ───────────────────────────────────────────────────────────────────────────────────────
@page("GET")
def values(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Suggest values of a field to somebody who fills in a job's form."""
    field = _asked_field(request, field_id)
    typed = text.one_line(request.GET.get("q", ""))
    if field.kind == JobField.Kind.SELECT:
        found = fields.choices_like(field, typed, most=SUGGESTIONS)
    else:
        found = field_suggestions.values(field, typed=typed, most=SUGGESTIONS)
    return responses.suggestions(found)


@page("GET")
def hint(request: MemberRequest, field_id: UUID) -> HttpResponse:
    """Say what a typed value will do, beside its field on a job's form."""
    field = _asked_field(request, field_id)
    said = field_suggestions.hint(field, request.GET.get(input_name(field.pk), ""))
    return render(request, "jobs/fields/hint.html", {"hint": said, "control": f"id_{input_name(field.pk)}"})


def _asked_field(request: MemberRequest, field_id: UUID) -> JobField:
    """Return an active field, for somebody who fills in jobs. Raises Http404 for everybody else."""
    membership = request.membership
    may_fill_in = membership.can(Action.CREATE_JOB) or Job.objects.allowing(Action.EDIT_JOB, membership).exists()
    known = JobField.objects.for_company(request.company) if may_fill_in else JobField.objects.none()
    return get_object_or_404(known.filter(is_active=True).select_related("company"), pk=field_id)


def _field(request: MemberRequest, field_id: UUID) -> JobField:
    return get_object_or_404(JobField.objects.for_company(request.company), pk=field_id)


def _option(request: MemberRequest, option_id: UUID) -> JobFieldOption:
    return get_object_or_404(JobFieldOption.objects.for_company(request.company).select_related("field"), pk=option_id)


def _form_of(field: JobField, data: QueryDict | None) -> EditFieldForm:
    return EditFieldForm(data, initial={name: getattr(field, name) for name in FieldForm.base_fields})


def _show_field(
    request: MemberRequest, field: JobField, form: FieldForm | None, *, adding: OptionsForm | None = None, status: int
) -> HttpResponse:
    context = {
        "field": field,
        "form": form or _form_of(field, None),
        "adding": adding or OptionsForm(auto_id="add_%s"),
    }
    if field.kind == JobField.Kind.SELECT:
        options = fields.options_of(field)
        context["page"] = pagination.page_of(options, ("position", "id"), request.GET, "value", "values")
    return render(request, "jobs/fields/edit.html", context, status=status)


def _becomes_public(form: EditFieldForm) -> bool:
    return "visibility" in form.touched() and form.details().visibility == JobField.Visibility.PUBLIC


def _values_of(option: JobFieldOption) -> str:
    return reverse("jobs:field-edit", args=[option.field_id])


def _row(field: JobField) -> str:
    return f"field-{field.pk}"


def _added(count: int) -> str:
    if not count:
        return "These values are here already."
    return "1 value added." if count == 1 else f"{count:,} values added."
