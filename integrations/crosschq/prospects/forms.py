"""What people choose about prospects. Rules live in `prospects`; the form finds what was typed and carries messages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from integrations.crosschq.models import ProspectExport
from integrations.crosschq.prospects.services import Choices
from integrations.forms import RowField, SwitchField, offer_rows
from recruiting.candidates import sources
from recruiting.candidates.models import Source
from recruiting.companies.models import Company
from recruiting.foundation import text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.fields import LineField
from recruiting.foundation.ids import parse_uuid
from recruiting.jobs.models import Job, JobQuerySet
from recruiting.web.forms import add_errors, set_choices

# Where a refusal of the service is shown.
SHOWN_AT = {"jobs": "add_job", "tags": "add_tag"}


class SourceSelect(forms.Select):
    """Sources that say of which type they are, so that a page can offer those of the chosen type alone."""

    types: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with the id of its type."""
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.types:
            option["attrs"]["data-parent"] = self.types[str(value)]
        return option


class ProspectsForm(forms.Form):
    """Switches, source, jobs and tags. The jobs and tags that are chosen are boxes beside what is typed."""

    # Needed once the export is on, so the labels must not say that they are optional.
    one_of = ("source_type", "source")

    is_on = SwitchField(
        "Export Prospects from Crosschq",
        help_text="Everybody who is there. They arrive as leads; whoever is here already stays as they are.",
    )
    follows = SwitchField(
        "Automatically Export New Prospects",
        help_text="Needs Export Prospects from Crosschq. We look every 10 minutes.",
    )
    source_type = forms.ChoiceField(label="Source type", required=False)
    source = RowField(
        label="Source id", required=False, widget=SourceSelect(attrs={"data-depends-on": "id_source_type"})
    )
    add_job = LineField(label="Jobs", required=False, max_length=150, help_text="None: they arrive without a job.")
    add_tag = LineField(
        label="Tags", required=False, max_length=80, help_text="Choose one, or type a new one and press Enter."
    )

    def __init__(self, data: QueryDict | None = None, *, company: Company, export: ProspectExport | None) -> None:
        source = export.source if export else None
        shown = {"source": str(source.pk), "source_type": str(source.type_id)} if source else {}
        switches = {"is_on": export.is_on, "follows": export.follows} if export else {}
        super().__init__(data, initial={**shown, **switches})
        self.company = company
        offered = list(sources.offered(company, besides=export.source_id if export else None))
        types = {str(one.type_id): one.type.name for one in offered}
        set_choices(self, source_type=[("", "Choose a type"), *types.items()])
        offer_rows(self, "source", offered, _named, empty="Choose a source")
        widget = self.fields["source"].widget
        assert isinstance(widget, SourceSelect)
        widget.types = {str(one.pk): str(one.type_id) for one in offered}
        self.jobs: list[Job] = _jobs(data, company) if data is not None else _chosen_jobs(export)
        self.tags: list[str] = _tags(data) if data is not None else _chosen_tags(export)

    def clean_add_job(self) -> str:
        """Add the job whose title was typed instead of chosen."""
        typed = self.cleaned_data["add_job"]
        if typed:
            title = text.compare_key(typed)
            found = [job for job in _open_jobs(self.company) if text.compare_key(job.title) == title]
            if not found:
                raise forms.ValidationError(f"There is no open job “{typed}”.")
            if len(found) > 1:
                raise forms.ValidationError(f"More than one job is called “{typed}”. Choose it from the list.")
            if found[0] not in self.jobs:
                self.jobs.append(found[0])
        return ""

    def clean_add_tag(self) -> str:
        """Add the tag that was typed."""
        typed = self.cleaned_data["add_tag"]
        if typed and text.compare_key(typed) not in (text.compare_key(tag) for tag in self.tags):
            self.tags.append(typed)
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse a source of another type than the chosen one."""
        cleaned = super().clean() or self.cleaned_data
        source, kind = cleaned.get("source"), cleaned.get("source_type")
        if source is not None and kind and str(source.type_id) != kind:
            self.add_error("source", "Choose a source of this type.")
        return cleaned

    def choices(self) -> Choices:
        """Return what was chosen."""
        given = {name: self.cleaned_data[name] for name in ("is_on", "follows", "source")}
        return Choices(**given, jobs=self.jobs, tags=self.tags)

    def refuse(self, error: InvalidInput) -> None:
        """Put the service's refusals on their fields."""
        add_errors(self, InvalidInput(fields={SHOWN_AT.get(name, name): said for name, said in error.fields.items()}))

    @property
    def chosen_jobs(self) -> list[tuple[Any, str]]:
        """The jobs' boxes."""
        return [(job.pk, str(job) if job.state != Job.State.CLOSED else f"{job} (closed)") for job in self.jobs]

    @property
    def chosen_tags(self) -> list[tuple[str, str]]:
        """The tags' boxes."""
        return [(tag, tag) for tag in self.tags]


def jobs_like(company: Company, typed: str, *, most: int) -> list[Job]:
    """Return jobs that can be chosen and that a search for what was typed finds."""
    return list(_open_jobs(company).matching(typed).order_by("title", "id")[:most])


def _open_jobs(company: Company) -> JobQuerySet:
    return Job.objects.for_company(company).exclude(state=Job.State.CLOSED)


def _named(source: Source) -> str:
    return f"{source} ({source.type})" if source.is_active else f"{source} ({source.type}, not active)"


def _jobs(data: QueryDict, company: Company) -> list[Job]:
    wanted = [pk for given in data.getlist("jobs") if (pk := parse_uuid(given))]
    return list(Job.objects.for_company(company).filter(pk__in=wanted).order_by("title", "id"))


def _tags(data: QueryDict) -> list[str]:
    tags = [text.one_line(tag) for tag in data.getlist("tags")]
    return list({text.compare_key(tag): tag for tag in tags if tag}.values())


def _chosen_jobs(export: ProspectExport | None) -> list[Job]:
    return list(export.jobs.order_by("title", "id")) if export else []


def _chosen_tags(export: ProspectExport | None) -> list[str]:
    return list(export.tags.order_by("name").values_list("name", flat=True)) if export else []
