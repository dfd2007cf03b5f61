"""What people type about jobs and their hiring teams. Whether it is accepted, the services say."""

from typing import Any

from django import forms

from recruiting.companies.models import Company, Membership
from recruiting.foundation.fields import LineField, TextField
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import Department, HiringProcess, Job, Location
from recruiting.jobs.services import JobDetails
from recruiting.web.company_fields.forms import AnswersForm, EditAnswersForm
from recruiting.web.company_fields.pages import JOBS
from recruiting.web.forms import MARKDOWN_HINT, set_choices

DETAILS = tuple(JobDetails.__dataclass_fields__)


class JobForm(AnswersForm):
    """Edits what a job says about itself, and in the company's fields."""

    pages = JOBS

    title = LineField(max_length=150, error_messages={"required": "Enter a title."})
    department = LineField(max_length=100, required=False)
    city = LineField(max_length=100, required=False)
    region = LineField(label="State", max_length=100, required=False)
    country = forms.ChoiceField(choices=[("", "No country"), *COUNTRIES], required=False)
    employment_type = LineField(label="Type", max_length=40, required=False)
    description = TextField(
        max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 10}), help_text=MARKDOWN_HINT
    )

    def details(self) -> JobDetails:
        """Return the cleaned details."""
        return JobDetails(**{name: self.cleaned_data[name] for name in DETAILS})


class EditJobForm(EditAnswersForm, JobForm):
    """A job that is there already."""


class NewJobForm(JobForm):
    """Creates a job on a process; that can be changed while nobody stands in a step (`views.processes.choose`)."""

    process = forms.ModelChoiceField(
        label="Hiring process",
        queryset=HiringProcess.objects.none(),
        empty_label=None,
        help_text="The steps that candidates go through. It can be changed until somebody stands in one.",
    )
    state = forms.ChoiceField(
        label="Status",
        choices=[(Job.State.OPEN, "Open: takes candidates"), (Job.State.DRAFT, "Draft: not ready yet")],
        widget=forms.RadioSelect,
        initial=Job.State.OPEN,
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        processes = HiringProcess.objects.for_company(company).order_by("-is_default", "name")
        set_choices(self, process=processes)
        self.fields["process"].initial = processes.first()


class TeamForm(forms.Form):
    """A member and a role on a job."""

    member = forms.ModelChoiceField(queryset=Membership.objects.none(), error_messages={"required": "Choose a person."})
    role = forms.ChoiceField(choices=JobRole.choices)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, member=Membership.objects.for_company(company).select_related("user"))


class DepartmentForm(forms.Form):
    """A department, and what it is a part of."""

    name = LineField(max_length=100, error_messages={"required": "Enter a name."})
    parent = forms.ModelChoiceField(
        label="Part of", queryset=Department.objects.none(), required=False, empty_label="No other department"
    )

    def __init__(self, *args: Any, company: Company, of: Department | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.for_company(company)
        if of is not None:
            others = others.exclude(pk=of.pk)
        set_choices(self, parent=others.order_by("name", "id"))


class LocationForm(forms.Form):
    """A location's name and address."""

    name = LineField(
        max_length=220, required=False, help_text="Such as Berlin office. Without one it is called by its address."
    )
    city = LineField(max_length=100, required=False)
    region = LineField(label="State", max_length=100, required=False)
    country = forms.ChoiceField(choices=[("", "No country"), *COUNTRIES], required=False)


class FurtherLocationsForm(forms.Form):
    """Where a job is besides its first location."""

    locations = forms.ModelMultipleChoiceField(
        label="Also at",
        queryset=Location.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Choose locations from the list.",
            "invalid_pk_value": "Choose from the list.",
        },
    )

    def __init__(self, *args: Any, company: Company, first: Location | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Location.objects.for_company(company)
        if first is not None:
            others = others.exclude(pk=first.pk)
        set_choices(self, locations=others.order_by("name", "id"))
