"""What the pages about résumés ask."""

from typing import Any

from django import forms

from recruiting.candidates.models import Source
from recruiting.companies.models import Membership
from recruiting.foundation import documents
from recruiting.resumes.models import ResumeBatch
from recruiting.web.applications.forms import APPLIED, LEAD, RESUME_KINDS, DetailsForm, SourceField
from recruiting.web.forms import set_choices

_CHOOSE = "Choose at least one file."


class ManyFilesInput(forms.ClearableFileInput):
    """A control for several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files; which of them is none of ours is said in its own row."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files. An empty one gets its own row, too."""
        chosen = list(data or ())
        if not chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return chosen


class DropForm(forms.Form):
    """Up to 50 résumés, where their people come from and as what."""

    resumes = ManyFilesField(
        label="Résumés",
        help_text=f"Up to {ResumeBatch.MAX_FILES} files: {documents.A_TEXT}, each up to 10 MB.",
        widget=ManyFilesInput(attrs={"accept": RESUME_KINDS, "data-drop": ""}),
        error_messages={"required": _CHOOSE},
    )
    source = SourceField(
        queryset=Source.objects.none(),
        empty_label="Choose a source",
        error_messages={
            "required": "Choose where these people come from.",
            "invalid_choice": "Choose a source from the list.",
        },
    )
    kind = forms.ChoiceField(
        label="Added as",
        choices=[(APPLIED, "Applicants"), (LEAD, "Leads, have not applied")],
        initial=APPLIED,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose applicants or leads.", "required": "Choose applicants or leads."},
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.for_company(membership.company).filter(is_active=True)
        set_choices(self, source=sources.select_related("type").order_by("type__name", "name"))

    @property
    def is_lead(self) -> bool:
        """Whether they have not applied."""
        return bool(self.cleaned_data["kind"] == LEAD)


class RowForm(DetailsForm):
    """Who is in a file of which that was not found."""

    field_order = ("first_name", "last_name", "email", "phone")
