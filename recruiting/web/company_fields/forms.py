"""What people type about a company's fields: their definitions in Company Settings, and values on other forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recruiting.company_fields import values as field_values
from recruiting.company_fields.definitions import FieldDetails
from recruiting.company_fields.models import Field, FieldOption
from recruiting.company_fields.values import Asked, Kind, Value, in_words, input_name
from recruiting.foundation import keys
from recruiting.foundation.fields import LineField, TextField
from recruiting.jobs.field_suggestions import Help
from recruiting.web.company_fields.pages import FieldPages
from recruiting.web.forms import EditForm, set_choices
from recruiting.web.templatetags import ui

YES_NO = (("", "Not given"), ("yes", "Yes"), ("no", "No"))
NO_HELP = Help("", None)


# ── Definitions ──────────────────────────────────────────────────────────────────────────────────────────────────────
class FieldForm(forms.Form):
    """What can be changed about a field."""

    name = LineField(max_length=100, error_messages={"required": "Enter a name."})
    is_required = forms.BooleanField(
        label="Required", required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )
    visibility = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, pages: FieldPages, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_required"].help_text = pages.required
        internal = (Field.Visibility.INTERNAL, "Internal: people with full access only")
        set_choices(self, visibility=[(Field.Visibility.PUBLIC, pages.public), internal])

    def details(self) -> FieldDetails:
        """Return the cleaned details."""
        given = self.cleaned_data
        return FieldDetails(given["name"], given["is_required"], Field.Visibility(given["visibility"]))


class EditFieldForm(EditForm, FieldForm):
    """A field that is there already."""

    def base_details(self) -> FieldDetails | None:
        """Return what the person saw; None when the form did not say."""
        before = self.before()
        if before is None or before["visibility"] not in Field.Visibility:
            return None
        return FieldDetails(before["name"], bool(before["is_required"]), Field.Visibility(before["visibility"]))


class NewFieldForm(FieldForm):
    """A field that does not exist yet."""

    kind = forms.ChoiceField(label="Type", choices=Field.Kind.choices, help_text="It stays as it is once created.")
    category = forms.ChoiceField(help_text="It stays as it is once created.")
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

    def __init__(self, *args: Any, pages: FieldPages, **kwargs: Any) -> None:
        super().__init__(*args, pages=pages, **kwargs)
        if pages.categories:
            set_choices(self, category=pages.categories)
        else:
            del self.fields["category"]

    def fixed(self) -> dict[str, str]:
        """Return what fields of this class keep besides, and nobody changes."""
        return {name: self.cleaned_data[name] for name in ("category",) if name in self.fields}


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


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Answer:
    """One field on a form; `url` answers its type-ahead, `hint_url` what a value will do; "" without."""

    bound: forms.BoundField
    url: str
    hint_url: str


@dataclass(frozen=True)
class Group:
    """The fields under one heading."""

    label: str
    slug: str
    answers: Sequence[Answer]


class AnswersForm(forms.Form):
    """A form that also asks for values of the company's fields; `asked` says which, `helps` what extensions add."""

    pages: ClassVar[FieldPages]

    def __init__(
        self, *args: Any, asked: Sequence[Asked] = (), helps: Mapping[UUID, Help] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.helps = helps or {}
        for one in asked:
            name = input_name(one.field.pk)
            self.fields[name] = _input(one, self.helps.get(one.field.pk, NO_HELP), self.pages)
            self.initial[name] = _initial(one)

    def clean(self) -> dict[str, Any]:
        """Find the choices that were typed instead of chosen."""
        cleaned = super().clean() or self.cleaned_data
        typed = {
            one.field.pk: words for one in self.asked if _is_typed_choice(one) and (words := cleaned.get(_name(one)))
        }
        found = field_values.find_options(self.pages.fields, typed, typed.values()) if typed else {}
        for one in self.asked:
            words = typed.get(one.field.pk)
            if words is None:
                continue
            current = one.value if isinstance(one.value, FieldOption) and one.value.label == words else None
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
        """The fields to show, by their headings."""
        groups = []
        for group, label in self.pages.groups.items():
            answers = [
                Answer(self[_name(one)], self._type_ahead(one), self._remark(one))
                for one in self.asked
                if one.field.group == group
            ]
            if answers:
                groups.append(Group(label, f"{group}-fields", answers))
        return groups

    def _type_ahead(self, one: Asked) -> str:
        known = self._is_known(one) or _is_typed_choice(one)
        return self.pages.url("field-values", one.field.pk) if known else ""

    def _remark(self, one: Asked) -> str:
        return self.pages.url("field-remark", one.field.pk) if self._is_known(one) else ""

    def _is_known(self, one: Asked) -> bool:
        """Return whether an extension knows the field's values."""
        return self.helps.get(one.field.pk, NO_HELP).values is not None


class EditAnswersForm(EditForm, AnswersForm):
    """Asks for values of something that is there already."""

    def new_answers(self) -> dict[UUID, Value | None]:
        """Return the cleaned values that the person changed. Raises EditConflict where somebody else did as well."""
        touched = self.touched()
        return {pk: value for pk, value in self.answers().items() if input_name(pk) in touched}


def _name(one: Asked) -> str:
    return input_name(one.field.pk)


def _is_typed_choice(one: Asked) -> bool:
    return one.field.kind == Kind.SELECT and one.options is None


def _input(one: Asked, help_: Help, pages: FieldPages) -> forms.Field:
    field = one.field
    shared: dict[str, Any] = {
        "label": field.name,
        "required": field.is_required,
        "help_text": _hint(field, help_.sentence, pages),
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


def _choosable(one: Asked) -> list[FieldOption]:
    """Return the choices, with the owner's own even when it is no longer offered to others."""
    options = list(one.options or ())
    if isinstance(one.value, FieldOption) and one.value not in options:
        options.append(one.value)
    return options


def _initial(one: Asked) -> Any:
    if isinstance(one.value, bool):
        return "yes" if one.value else "no"
    if isinstance(one.value, FieldOption):
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


def _hint(field: Field, purpose: str, pages: FieldPages) -> SafeString | str:
    if field.visibility != Field.Visibility.INTERNAL:
        return format_html("{}", purpose)
    return format_html("{} {} {}", purpose, ui.draw_icon("eye-off"), pages.internal)
