"""What the pages about candidates ask. What may be saved is the services' business; a form only reads and words."""

from collections.abc import Iterable
from typing import Any

from django import forms

from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates.models import Source
from recruiting.candidates.services import CandidateDetails, Profile
from recruiting.companies.models import Membership
from recruiting.foundation import documents
from recruiting.foundation.fields import LineField, NameField, TextField
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job
from recruiting.web.companies.forms import MemberField
from recruiting.web.company_fields.forms import EditAnswersForm
from recruiting.web.company_fields.pages import CANDIDATES
from recruiting.web.forms import set_choices

APPLIED, LEAD = "applied", "lead"
DETAILS = tuple(CandidateDetails.__dataclass_fields__)
PROFILE = tuple(Profile.__dataclass_fields__)
FILE_KINDS = ",".join(f".{ending}" for ending in documents.TYPES)
RESUME_KINDS = ",".join(f".{ending}" for ending in documents.TEXTS)


def file_words(kinds: str) -> dict[str, Any]:
    """Return the hint and the errors of a field for a file of these kinds, which are named in words."""
    return {
        "help_text": f"{kinds}, up to 10 MB.",
        "error_messages": {
            "required": f"Choose a {kinds} file.",
            "empty": "This file is empty. Choose another one.",
            "missing": f"Choose a {kinds} file.",
        },
    }


class SourceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no such subscript
    """A source with its kind behind it."""

    def label_from_instance(self, source: Source) -> str:
        """Return "LinkedIn (Job board)"."""
        return f"{source.name} ({source.type.name})"


class DetailsForm(forms.Form):
    """A person's name and how to reach them; a name or an email there must be."""

    one_of = ("first_name", "last_name", "email")
    first_name = NameField(max_length=80, required=False)
    last_name = NameField(max_length=80, required=False)
    email = LineField(
        max_length=254,
        required=False,
        help_text="Without an email, requests cannot be sent.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = LineField(max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))

    def details(self) -> CandidateDetails:
        """Return what was typed."""
        return CandidateDetails(**{name: self.cleaned_data[name] for name in DETAILS})


class ProfileForm(forms.Form):
    """What else is known of a person."""

    current_title = LineField(max_length=120, required=False)
    current_employer = LineField(max_length=120, required=False)
    location = LineField(max_length=120, required=False)
    pronouns = LineField(max_length=40, required=False)
    links = TextField(
        required=False,
        help_text="Pages about this person, such as a portfolio: one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def profile(self) -> Profile:
        """Return what was typed."""
        return Profile(**{name: self.cleaned_data[name] for name in PROFILE})


class EditDetailsForm(EditAnswersForm, ProfileForm, DetailsForm):
    """The details of somebody who is there already."""

    pages = CANDIDATES


class JobForm(forms.Form):
    """Onto which job somebody comes, where from and as what."""

    job = forms.ModelChoiceField(
        queryset=Job.objects.none(),
        empty_label="Choose a job",
        error_messages={"required": "Choose a job.", "invalid_choice": "Choose a job from the list."},
    )
    source = SourceField(
        queryset=Source.objects.none(),
        empty_label="Choose a source",
        error_messages={
            "required": "Choose where this person comes from.",
            "invalid_choice": "Choose a source from the list.",
        },
    )
    kind = forms.ChoiceField(
        label="Added as",
        choices=[(APPLIED, "Applicant"), (LEAD, "Lead, has not applied")],
        initial=APPLIED,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose applicant or lead.", "required": "Choose applicant or lead."},
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jobs = Job.objects.allowing(Action.ADD_CANDIDATE, membership).exclude(state=Job.State.CLOSED)
        sources = Source.objects.for_company(membership.company).filter(is_active=True)
        sources = sources.select_related("type").order_by("type__name", "name")
        set_choices(self, job=jobs.order_by("title", "id"), source=sources)

    @property
    def is_lead(self) -> bool:
        """Whether the person has not applied."""
        return bool(self.cleaned_data["kind"] == LEAD)


class CandidateForm(ProfileForm, DetailsForm, JobForm):
    """A new person, the job they come onto, and their résumé."""

    resume = forms.FileField(
        label="Résumé",
        required=False,
        widget=forms.FileInput(attrs={"accept": RESUME_KINDS}),
        **file_words(documents.A_TEXT),
    )
    field_order = ("resume", "first_name", "last_name", "email", "phone", "job", "source", "kind", *PROFILE)


class OwnerForm(forms.Form):
    """Who looks after a person."""

    owner = MemberField(
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Everyone who sees this job can be the owner.",
        error_messages={"invalid_choice": "Choose somebody from the list."},
    )


class TagForm(forms.Form):
    """A tag to put on a person."""

    tag = LineField(label="Add a tag", error_messages={"required": "Enter a tag."})


class NoteForm(forms.Form):
    """A note and who reads it."""

    body = TextField(
        label="Add a note",
        error_messages={"required": "Write something first."},
        widget=forms.Textarea(
            attrs={"rows": 2, "data-key": "n", "data-counter": Note.MAX_LENGTH, "data-counter-from": 9000}
        ),
    )
    visibility = forms.ChoiceField(
        label="Who reads it",
        choices=Note.Visibility.choices,
        initial=Note.Visibility.EVERYONE,
        error_messages={
            "required": "Choose who reads this note.",
            "invalid_choice": "Choose who reads this note from the list.",
        },
    )

    def __init__(self, *args: Any, draft: str = "", may_restrict: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft:
            self.fields["body"].widget.attrs["data-draft"] = draft
        if not may_restrict:
            allowed = [choice for choice in Note.Visibility.choices if choice[0] != Note.Visibility.FULL_ACCESS]
            set_choices(self, visibility=allowed)

    def clean_visibility(self) -> Note.Visibility:
        """Return who reads it."""
        return Note.Visibility(self.cleaned_data["visibility"])


class NoteEditForm(forms.Form):
    """The text of one's own note."""

    body = TextField(
        label="Note",
        error_messages={"required": "Write something first."},
        widget=forms.Textarea(attrs={"rows": 6, "data-counter": Note.MAX_LENGTH, "data-counter-from": 9000}),
    )


class FileForm(forms.Form):
    """A file for a person's record."""

    file = forms.FileField(
        label="Upload a file",
        widget=forms.FileInput(attrs={"accept": FILE_KINDS}),
        **file_words(documents.A_FILE),
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=Attachment.Kind.choices,
        initial=Attachment.Kind.RESUME,
        required=False,
        error_messages={"invalid_choice": "Choose what it is from the list."},
    )
    keep_with_person = forms.BooleanField(
        label="Keep with the person",
        required=False,
        help_text="Everyone who sees this person, on any job, can open it. Otherwise it is for those who see this job.",
    )

    def clean_kind(self) -> str:
        """Return what it is, something else where nobody said."""
        return self.cleaned_data["kind"] or Attachment.Kind.OTHER


class FileKindForm(forms.Form):
    """What a file is for that is here already."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=Attachment.Kind.choices,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is from the list."},
    )


class PlaceFileForm(forms.Form):
    """Where a file belongs of which that is not known: one of the person's applications, or the person."""

    PERSON = "person"
    _CHOOSE = "Choose where the file belongs."

    to = forms.ChoiceField(
        label="It belongs to",
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
    )

    def __init__(self, *args: Any, applications: Iterable[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._applications = {str(one.pk): one for one in applications}
        jobs = [(key, f"{one.job.title}, {one.get_state_display()}") for key, one in self._applications.items()]
        person = (self.PERSON, "The person: everyone who sees them, on any job, can open it")
        set_choices(self, to=[*jobs, person])

    def clean_to(self) -> Application | None:
        """Return the application, None for the person."""
        return self._applications.get(self.cleaned_data["to"])
