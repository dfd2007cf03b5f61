"""Company Settings › Integrations › Reference Checks › Templates."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from integrations.crosschq.check_templates import forms as template_form
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys, tags
from integrations.crosschq.check_templates.forms import EditTemplateForm, TemplateForm
from integrations.crosschq.models import Connection, Survey, Template
from integrations.crosschq.settings.page import PAGES
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.ids import parse_uuid
from recruiting.foundation.vendor_errors import VendorError
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

JOBS_NAMED = 20


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List the templates and what can be done with each."""
    PAGES.connected(request.company)
    used = templates.where_used(request.company)
    rows = [
        {"template": template, "asks_for": templates.asks_for(template), "jobs": used.get(template.pk, 0)}
        for template in templates.listed(request.company)
    ]
    return render(request, "crosschq/templates.html", {"rows": rows})


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Fill in a new template, and create it."""
    return _form_page(request, PAGES.connected(request.company), None)


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, template_id: UUID) -> HttpResponse:
    """Change a template."""
    return _form_page(request, PAGES.connected(request.company), _template(request, template_id))


@page("POST", role=ADMINISTRATOR)
def live(request: MemberRequest) -> HttpResponse:
    """Answer, while somebody fills the form in, what is wrong with it and what the candidate would read."""
    found = PAGES.connected(request.company)
    form = _form(found, None, request.POST)
    editing = _edited(request)
    details = form.details()
    refused = templates.problems(details, company=request.company, of=editing)
    said = template_form.live(form, refused)
    shown = {
        "said": {name: said.get(name, "") for name in template_form.places(form)},
        "preview": templates.preview(details, company=request.company),
    }
    return render(request, "crosschq/template_live.html", shown)


@page("POST", role=ADMINISTRATOR)
def duplicate(request: MemberRequest, template_id: UUID) -> HttpResponse:
    """Make a copy under a free name and tag."""
    PAGES.connected(request.company)
    copy = templates.duplicate(template=_template(request, template_id), by=request.membership)
    return _saved(request, f"{copy.name} was created with the tag {copy.tag}.", focus=f"template-{copy.pk}")


@page("GET", "POST", role=ADMINISTRATOR)
def delete(request: MemberRequest, template_id: UUID) -> HttpResponse:
    """Say what deleting it would mean, then delete it."""
    PAGES.connected(request.company)
    template = _template(request, template_id)
    if request.method != "POST":
        shown = {"template": template, "deletion": templates.if_deleted(template), "jobs": _jobs_of(template)}
        return render(request, "crosschq/template_delete.html", shown)
    templates.delete(template=template, by=request.membership)
    return _saved(request, f"{template.name} was deleted.")


def _saved(request: MemberRequest, sentence: str, *, focus: str = "") -> HttpResponse:
    return responses.saved(request, sentence, "crosschq:templates", focus=focus)


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _form_page(request: MemberRequest, found: Connection, template: Template | None) -> HttpResponse:
    if request.method != "POST":
        refresh_error = _refresh(found, fresh=False)
        return _show(request, found, template, _form(found, template, None), refresh_error=refresh_error)
    if "update" in request.POST:
        # Another survey was chosen, or its list is asked for once more: the same form with other ranges.
        refresh_error = _refresh(found, fresh=request.POST["update"] == "surveys")
        data = template_form.with_usual_numbers(request.POST, _survey(found, request.POST.get("survey", "")))
        return _show(request, found, template, _form(found, template, data, checked=False), refresh_error=refresh_error)
    form = _form(found, template, request.POST)
    details = form.details()
    if not form.is_valid():
        form.refuse(templates.problems(details, company=request.company, of=template))
        return _show(request, found, template, form, status=422)
    try:
        if template is None:
            saved = templates.create(company=request.company, details=details, by=request.membership)
            sentence = f"{saved.name} was created. Put the tag {saved.tag} on the jobs that use it."
        else:
            assert isinstance(form, EditTemplateForm)
            base = form.base_details()
            saved = templates.edit(template=template, details=details, base=base, by=request.membership)
            sentence = "Saved. Requests already sent are not affected."
    except InvalidInput as error:
        if error.code == "surveys_not_loaded":
            return _show(request, found, template, form, refresh_error=str(error), status=422)
        form.refuse(error.fields)
        return _show(request, found, template, form, status=422)
    except EditConflict as error:
        assert template is not None
        theirs = _template(request, template.pk)
        form = _form(found, theirs, request.POST)
        assert isinstance(form, EditTemplateForm)
        form.show_conflict(error, when=theirs.updated_at)
        return _show(request, found, theirs, form, status=error.status)
    return _saved(request, sentence, focus=f"template-{saved.pk}")


def _form(
    found: Connection, template: Template | None, data: QueryDict | None, *, checked: bool = True
) -> TemplateForm:
    """Return the form, bound to `data`; unchecked it shows what is typed without saying what is wrong."""
    offered = surveys.kept(found.installation)
    wanted = data.get("survey", "") if data is not None else template.survey if template else ""
    chosen = _survey(found, wanted)
    if chosen is not None and chosen not in offered:
        offered.append(chosen)
    kind = EditTemplateForm if template else TemplateForm
    initial = template_form.shown(templates.details_of(template)) if template else {}
    more: dict[str, Any] = {"surveys": offered, "sends_text": found.api_version != Connection.ApiVersion.V1}
    if data is not None and not checked:
        return kind(None, initial={name: data.get(name, "") for name in data}, **more)
    return kind(data, initial=initial, **more)


def _show(
    request: MemberRequest,
    found: Connection,
    template: Template | None,
    form: TemplateForm,
    *,
    refresh_error: str = "",
    status: int = 200,
) -> HttpResponse:
    details = form.details() if form.is_bound else _as_typed(found, form)
    shown = {
        "form": form,
        "template": template,
        "jobs": _jobs_of(template) if template else [],
        "refresh_error": refresh_error,
        "preview": templates.preview(details, company=request.company),
        "action_url": request.path,
        "live_url": reverse("crosschq:template-live"),
    }
    return render(request, "crosschq/template.html", shown, status=status)


def _as_typed(found: Connection, form: TemplateForm) -> templates.TemplateDetails:
    """Return the details of a form that nobody has sent yet."""
    values = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        values[bound.html_name] = "" if value is None else str(value)
    return TemplateForm(values, surveys=list(form.surveys.values()), sends_text=True).details()


def _refresh(found: Connection, *, fresh: bool) -> str:
    """Ask for the surveys; return what to say when they could not be loaded."""
    try:
        surveys.refresh(found.installation, fresh=fresh)
    except VendorError as error:
        return templates.not_loaded(error)
    return ""


def _survey(found: Connection, codename: str) -> Survey | None:
    return surveys.find(found.installation, codename) if codename else None


def _jobs_of(template: Template) -> list[Job]:
    """Return the open jobs that carry the template's tag, by title."""
    return [tag.job for tag in tags.of_open_jobs(template.company) if tag.template == template][:JOBS_NAMED]


def _template(request: MemberRequest, template_id: UUID) -> Template:
    mine = Template.objects.for_company(request.company).select_related("installation", "company")
    return get_object_or_404(mine.prefetch_related("references"), pk=template_id)


def _edited(request: MemberRequest) -> Template | None:
    """Return the template whose form is being filled in, or None for a new one."""
    editing = parse_uuid(request.POST.get("editing", ""))
    return Template.objects.for_company(request.company).filter(pk=editing).first() if editing else None
