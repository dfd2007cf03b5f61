"""What people type about job fields: their definitions in Company Settings, and their values on a job's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recruiting.foundation import keys
from recruiting.foundation.fields import LineField, TextField
from recruiting.jobs import field_values
from recruiting.jobs.field_suggestions import Help
from recruiting.jobs.field_values import Asked, Kind, Value, in_words, input_name
from recruiting.jobs.fields import FieldDetails
from recruiting.jobs.models import JobField, JobFieldOption
from recruiting.web.forms import EditForm
from recruiting.web.templatetags import ui

YES_NO = (("", "Not given"), ("yes", "Yes"), ("no", "No"))
VISIBILITIES = (
    (JobField.Visibility.PUBLIC, "Public: shown on the careers page"),
    (JobField.Visibility.INTERNAL, "Internal: people with full access only"),
)

NO_HELP = Help("", None)
GROUPS = ((JobField.Category.JOB, "Job fields"), (JobField.Category.ORGANIZATION, "Organization"))


# ── Definitions ──────────────────────────────────────────────────────────────────────────────────────────────────────
class FieldForm(forms.Form):
    """What can be changed about a field."""

    name = LineField(max_length=100, error_messages={"required": "Enter a name."})
    is_required = forms.BooleanField(
        label="Required",
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
        help_text="Whoever creates or edits a job has to give a value. Jobs that have none stay as they are.",
    )
    visibility = forms.ChoiceField(choices=VISIBILITIES, widget=forms.RadioSelect)

    def details(self) -> FieldDetails:
        """Return the cleaned details."""
        given = self.cleaned_data
        return FieldDetails(given["name"], given["is_required"], JobField.Visibility(given["visibility"]))


class EditFieldForm(EditForm, FieldForm):
    """A field that is there already."""

    def base_details(self) -> FieldDetails | None:
        """Return what the person saw; None when the form did not say."""
        before = self.before()
        if before is None or before["visibility"] not in JobField.Visibility:
            return None
        return FieldDetails(before["name"], bool(before["is_required"]), JobField.Visibility(before["visibility"]))


class NewFieldForm(FieldForm):
    """A field that does not exist yet."""

    kind = forms.ChoiceField(label="Type", choices=JobField.Kind.choices, help_text="It stays as it is once created.")
    category = forms.ChoiceField(choices=JobField.Category.choices, help_text="It stays as it is once created.")
    is_active = forms.BooleanField(
        label="Active", required=False, initial=True, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )
    values = TextField(
        label="Values of a single select",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One per line. A single select is not active until it has a value; other types have none.",
    )
    field_order = ("name", "kind", "values", "category", "visibility", "is_required", "is_active")


class OptionsForm(forms.Form):
    """Choices to add to a single select."""

    values = TextField(
        label="Add values",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One per line.",
        error_messages={"required": "Enter at least one value."},
    )


class OptionForm(forms.Form):
    """What a choice is called."""

    label = LineField(label="Value", max_length=200, error_messages={"required": "Enter a value."})


# ── Values on a job ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Answer:
    """One field on the job's form; `url` answers its type-ahead, `hint_url` what a value will do; "" without."""

    bound: forms.BoundField
    url: str
    hint_url: str


@dataclass(frozen=True)
class Group:
    """The fields of one category."""

    label: str
    slug: str
    answers: Sequence[Answer]


class AnswersForm(forms.Form):
    """A form that also asks for values of the company's fields; `asked` says which, `helps` what extensions add."""

    def __init__(
        self, *args: Any, asked: Sequence[Asked] = (), helps: Mapping[UUID, Help] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.helps = helps or {}
        for one in asked:
            name = input_name(one.field.pk)
            self.fields[name] = _input(one, self.helps.get(one.field.pk, NO_HELP))
            self.initial[name] = _initial(one)

    def clean(self) -> dict[str, Any]:
        """Find the choices that were typed instead of chosen."""
        cleaned = super().clean() or self.cleaned_data
        typed = {
            one.field.pk: words for one in self.asked if _is_typed_choice(one) and (words := cleaned.get(_name(one)))
        }
        found = field_values.find_options(typed, typed.values()) if typed else {}
        for one in self.asked:
            words = typed.get(one.field.pk)
            if words is None:
                continue
            current = one.value if isinstance(one.value, JobFieldOption) and one.value.label == words else None
            option = found.get((one.field.pk, keys.of_name(words))) or current
            if option is None:
                self.add_error(_name(one), f"There is no value “{words}”. Choose one from the list.")
            cleaned[_name(one)] = option
        return cleaned

    def answers(self) -> dict[UUID, Value | None]:
        """Return the cleaned values by field."""
        return {one.field.pk: _given(one, self.cleaned_data[_name(one)]) for one in self.asked}

    @property
    def answer_groups(self) -> list[Group]:
        """The fields to show, the organization's apart."""
        groups = []
        for category, label in GROUPS:
            answers = [
                Answer(self[_name(one)], self._type_ahead(one), self._remark(one))
                for one in self.asked
                if one.field.category == category
            ]
            if answers:
                groups.append(Group(label, f"{category}-fields", answers))
        return groups

    def _type_ahead(self, one: Asked) -> str:
        known = self._is_known(one) or _is_typed_choice(one)
        return reverse("jobs:field-values", args=[one.field.pk]) if known else ""

    def _remark(self, one: Asked) -> str:
        return reverse("jobs:field-remark", args=[one.field.pk]) if self._is_known(one) else ""

    def _is_known(self, one: Asked) -> bool:
        """Return whether an extension knows the field's values."""
        return self.helps.get(one.field.pk, NO_HELP).values is not None


def _name(one: Asked) -> str:
    return input_name(one.field.pk)


def _is_typed_choice(one: Asked) -> bool:
    return one.field.kind == Kind.SELECT and one.options is None


def _input(one: Asked, help_: Help) -> forms.Field:
    field = one.field
    shared: dict[str, Any] = {
        "label": field.name,
        "required": field.is_required,
        "help_text": _hint(field, help_.sentence),
        "error_messages": {"required": f"Choose a value for {field.name}; it is required."},
    }
    if field.kind == Kind.NUMBER:
        return forms.DecimalField(max_digits=18, decimal_places=4, **shared)
    if field.kind == Kind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **shared)
    if field.kind == Kind.YES_NO:
        return forms.ChoiceField(choices=YES_NO, **shared)
    if one.options is not None:
        choices = [(str(option.pk), option.label) for option in _choosable(one)]
        return forms.ChoiceField(choices=[("", "Not given"), *choices], **shared)
    return LineField(max_length=200 if _is_typed_choice(one) else 500, **shared)


def _choosable(one: Asked) -> list[JobFieldOption]:
    """Return the choices, with the job's own even when it is no longer offered to others."""
    options = list(one.options or ())
    if isinstance(one.value, JobFieldOption) and one.value not in options:
        options.append(one.value)
    return options


def _initial(one: Asked) -> Any:
    if isinstance(one.value, bool):
        return "yes" if one.value else "no"
    if isinstance(one.value, JobFieldOption):
        return one.value.label if _is_typed_choice(one) else str(one.value.pk)
    return in_words(one.value) if isinstance(one.value, Decimal) else one.value


def _given(one: Asked, cleaned: Any) -> Value | None:
    if cleaned in (None, ""):
        return None
    if one.field.kind == Kind.YES_NO:
        return bool(cleaned == "yes")
    if one.options is not None:
        return next(option for option in _choosable(one) if str(option.pk) == cleaned)
    value: Value = cleaned
    return value


def _hint(field: JobField, purpose: str) -> SafeString | str:
    if field.visibility != JobField.Visibility.INTERNAL:
        return format_html("{}", purpose)
    return format_html("{} {} Internal: never public.", purpose, ui.draw_icon("eye-off"))
