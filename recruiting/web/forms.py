"""Base classes of our forms: how they look, and how one shows a concurrent edit.

Tabler's classes on the widgets, our templates around them. Labels, hints and errors keep Django's ids, which its
`aria-describedby` points at. What a form asks belongs to its app.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.choices import flatten_choices

from recruiting.foundation import edits, text
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import InvalidInput

Details = TypeVar("Details")
MARKDOWN_HINT = "Markdown: **bold**, # a heading, - a list, [words](https://example.com)."


def add_errors(form: forms.Form, error: InvalidInput) -> None:
    """Show a service's refusal on the form: under its fields, or on top."""
    for name, sentence in error.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    if not error.fields:
        form.add_error(None, error.message)


def set_choices(form: forms.Form, **choices: Any) -> None:
    """Let fields choose among these, by the field's name: rows, or pairs of value and label."""
    for name, offered in choices.items():
        of_rows = isinstance(form.fields[name], forms.ModelChoiceField)
        setattr(form.fields[name], "queryset" if of_rows else "choices", offered)


class BoundField(forms.BoundField):
    """A field that puts Tabler's classes on its widget."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Return the widget's attributes with the classes that Tabler wants."""
        used = widget or self.field.widget
        built = super().build_widget_attrs(attrs, used)
        classes = [str(built.pop("class", "") or used.attrs.get("class", "")), _tabler_class(used)]
        if any(classes):
            built["class"] = " ".join(filter(None, classes))
        return built

    @property
    def is_check(self) -> bool:
        """Whether the label stands behind the control (a single checkbox or switch)."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        """Whether the label says "(optional)".

        A lone checkbox may always stay empty, so it does not; nor do the fields in the form's `one_of`, of which one
        must be filled (the page says so in a sentence).
        """
        is_one_of = self.name in getattr(self.form, "one_of", ())
        return not (self.field.required or self.is_check or self.field.disabled or is_one_of)


class Renderer(TemplatesSetting):
    """Renders forms through the project's templates (`templates/django/forms/`)."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed, in words."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class ConcurrentEdit:
    """What somebody else saved while a form was open: who ("" when unknown), when, and the fields that both changed."""

    who: str
    when: datetime | None
    conflicts: Sequence[FieldConflict]


class EditForm(forms.Form):
    """A form over something that exists. It remembers how that was when the person began (`seen`).

    The page gives what it was (`before`) to the service; `respond_to_form` shows what that calls overtaken.
    """

    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    concurrent_edit: ConcurrentEdit | None = None

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        """Where the person chose to keep theirs (`theirs`, names of fields), take what they have now seen."""
        if data is not None and data.get("theirs"):
            seen = _read(data.get("seen")) or {}
            kept = {name: seen[name] for name in data["theirs"].split() if name in seen}
            data = {**_plain(data), **kept}
        super().__init__(data, *args, **kwargs)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return a field's first value; that of `seen`, where none is given, is the first values of all others."""
        first = super().get_initial_for_field(field, field_name)
        return first or json.dumps(self._now()) if field_name == "seen" else first

    def before(self) -> dict[str, str] | None:
        """Return what stood in each field when the person began; None when the form does not say."""
        seen = _read(self["seen"].data)
        # A field that is new since then was seen by nobody.
        return None if seen is None else {**self._now(), **seen}

    def base_as(self, details: Callable[..., Details], names: Iterable[str]) -> Details | None:
        """Return what stood in these fields when the person began; None when the form does not say."""
        before = self.before()
        return details(**{name: before[name] for name in names}) if before else None

    def touched(self) -> set[str]:
        """Return the fields that the person changed. Raises EditConflict where somebody else changed them as well."""
        mine = {name: _written(self[name].data) for name in self._now()}
        return set(edits.merge_changes(mine, base=self.before(), now=self._now()))

    def show_conflict(self, error: EditConflict, *, who: str = "", when: datetime | None = None) -> None:
        """Show what was overtaken beside what was typed, which stays; from now on the person has seen both.

        What they left as it was shows how it stands now.

        Args:
            error: names what was changed meanwhile.
            who: the name of who was faster, "You" for the reader in another window, "" when nobody knows.
            when: at which instant, None when nobody knows.
        """
        conflicts = [
            FieldConflict(
                name, str(self[name].label), self._in_words(name, value), self._in_words(name, self[name].data)
            )
            for name, value in error.theirs.items()
            if _written(value) != _written(self[name].data)
        ]
        self.concurrent_edit = ConcurrentEdit(who, when, conflicts)
        now = self._now()
        before = self.before() or now
        theirs = {name: _written(value) for name, value in error.theirs.items()}
        left = {
            name: now[name]
            for name in now
            if name not in theirs and edits.same(_written(self[name].data), before[name])
        }
        self.data = {**_plain(self.data), **left, "seen": json.dumps({**before, **left, **theirs})}

    def _now(self) -> dict[str, str]:
        return {
            name: _written(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if name != "seen"
        }

    def _in_words(self, name: str, value: Any) -> str:
        written, choices = _written(value), getattr(self.fields[name], "choices", ())
        if isinstance(self.fields[name], forms.BooleanField):
            return "Yes" if written else "No"
        return str(dict(flatten_choices(choices)).get(written, written)) or "Nothing"


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent, the last value where a name came twice."""
    return {name: data[name] for name in data}


def _read(seen: Any) -> dict[str, str] | None:
    """Return what a form says that the person saw; None when it can't be read."""
    try:
        said = text.vendor_data(json.loads(str(seen or "")))  # escapes may name halves of characters
    except (ValueError, RecursionError):
        return None
    return {name: str(value) for name, value in said.items()} if isinstance(said, dict) else None


def _written(value: Any) -> str:
    """Return a value as an input holds it."""
    if value is None or value is False:  # not 0, which equals False
        return ""
    return "on" if value is True else str(value)


def _tabler_class(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return ""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.widgets.Input | forms.Textarea):
        return "form-control"
    return ""
