"""The form of a template. Its numbers and ranges are the chosen survey's; what is wrong, the service says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from integrations.crosschq.check_templates.services import PARTS, Asked, TemplateDetails
from integrations.crosschq.check_templates.surveys import Limit, limits_of
from integrations.crosschq.models import Survey
from integrations.crosschq.payload import RELATIONSHIPS
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.fields import LineField, NameField, TextField
from recruiting.web.forms import EditForm, set_choices

V1_TEXT = "Only sent with version 2 of Crosschq's API; yours is version 1, so it is kept for later."
KINDS, ANY = "kinds", "any"
_TEXTS = tuple(field.name for field in fields(TemplateDetails) if field.type is str)
# The inputs of those parts of a template that hang together (`templates.PARTS`).
_INPUTS = {
    "references": (
        "survey",
        "asking",
        "any_count",
        "any_note",
        *(f"{what}_{key}" for key in RELATIONSHIPS for what in ("count", "note")),
    ),
    "hiring_manager": PARTS["hiring_manager"],
}
# Fields that are empty in a new form: that is said when it is sent, not while somebody is still filling it in.
_EMPTY_AT_FIRST = frozenset({"name", "tag", "survey"})


def _note_input(kind: str) -> forms.TextInput:
    return forms.TextInput(attrs={"placeholder": f"Please provide a {kind} reference from X company."})


@dataclass(frozen=True)
class Kind:
    """One kind of reference that the survey takes, as the form shows it."""

    name: str
    count: forms.BoundField
    note: forms.BoundField
    limit: Limit


class TemplateForm(forms.Form):
    """A template as somebody fills it in.

    Nothing is required here: what has to be filled in is the service's to say, all of it at once; `one_of` are the
    fields of which no label says that they are optional. Kinds that the chosen survey does not take stay in the form,
    hidden: choosing another one loses nothing.
    """

    one_of = ("name", "tag", "survey", "asking", "any_count", *(f"count_{key}" for key in RELATIONSHIPS))

    name = LineField(max_length=100)
    tag = LineField(label="ATS Tag", max_length=100, help_text="Put the same tag on each job. Capitals don't matter.")
    description = TextField(max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    position = LineField(max_length=150, help_text="Empty: the title of the job.")
    survey = forms.ChoiceField(error_messages={"invalid_choice": "Choose a survey."})
    asking = forms.ChoiceField(
        label="References",
        choices=((KINDS, "A number for each relationship"), (ANY, "Any relationship")),
        widget=forms.RadioSelect,
        initial=KINDS,
    )
    any_count = forms.IntegerField(label="How many references", widget=forms.NumberInput(attrs={"min": 1}))
    any_note = LineField(label="Note on the references", max_length=300, widget=_note_input("manager"))
    hiring_manager_first_name = NameField(label="First name", max_length=80)
    hiring_manager_last_name = NameField(label="Last name", max_length=80)
    hiring_manager_email = LineField(
        label="Email", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    email_message = TextField(
        label="Email to the candidate",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Stands in Crosschq's mail as you type it; no words are filled in. Notes on references follow it.",
    )
    sms_message = TextField(
        label="Text message to the candidate", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, surveys: Sequence[Survey], sends_text: bool, **kwargs: Any) -> None:
        """Take the surveys to choose from, and whether the connection's version sends a text message of ours."""
        super().__init__(*args, **kwargs)
        self.surveys = {survey.codename: survey for survey in surveys}
        names = [one.name if one.is_offered else f"{one.name} (switched off in Crosschq)" for one in surveys]
        set_choices(self, survey=[("", "Choose a survey"), *zip(self.surveys, names, strict=True)])
        self.chosen: Survey | None = self.surveys.get(self["survey"].value() or "")
        self.limits = limits_of(self.chosen) if self.chosen else {}
        self.fields["sms_message"].help_text = "" if sends_text else V1_TEXT
        for key, name in RELATIONSHIPS.items():
            self._add_kind(key, name)
        for field in self.fields.values():
            field.required = False

    def _add_kind(self, key: str, name: str) -> None:
        limit = self.limits.get(key)
        count, kind = forms.IntegerField(label=name), name.lower()
        note = LineField(label=f"Note on {kind} references", max_length=300, widget=_note_input(kind))
        if limit is None:
            count.widget, note.widget = forms.HiddenInput(), forms.HiddenInput()
        else:
            count.help_text = f"{limit.least}–{limit.most}"
            count.widget.attrs.update({"min": limit.least, "max": limit.most})
            # A survey that was chosen just now starts with its usual numbers.
            count.initial = limit.usual
        self.fields[f"count_{key}"], self.fields[f"note_{key}"] = count, note

    @property
    def kinds(self) -> list[Kind]:
        """What the survey takes, in the order of the vendor's form."""
        return [
            Kind(RELATIONSHIPS[key], self[f"count_{key}"], self[f"note_{key}"], limit)
            for key, limit in self.limits.items()
        ]

    @property
    def kept(self) -> list[forms.BoundField]:
        """The hidden fields of what the survey does not take."""
        return [self[f"{part}_{key}"] for key in RELATIONSHIPS if key not in self.limits for part in ("count", "note")]

    def details(self) -> TemplateDetails:
        """Return what is filled in as far as it can be read; what cannot counts as not filled in."""
        self.is_valid()
        return _details(self.cleaned_data, kinds=self.limits)

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Put a service's refusals on their fields."""
        for name, sentence in refused.items():
            field = field_of(name)
            if field not in self.fields:
                self.add_error(None, sentence)
            elif field not in self.errors:
                self.add_error(field, sentence)


class EditTemplateForm(EditForm, TemplateForm):
    """A template that is there already."""

    def base_details(self) -> TemplateDetails | None:
        """Return what the person saw; None when the form did not say."""
        before = self.before()
        return None if before is None else _details(before, kinds=RELATIONSHIPS)

    def show_conflict(self, error: EditConflict, *, who: str = "", when: datetime | None = None) -> None:
        """Show all that hangs together with what was overtaken."""
        names = [name for part in error.theirs for name in _INPUTS.get(part, (part,))]
        now = self._now()
        super().show_conflict(EditConflict({name: now[name] for name in names}), who=who, when=when)


def _details(given: Mapping[str, Any], *, kinds: Iterable[str]) -> TemplateDetails:
    """Return the details that the inputs hold, for these kinds of references."""

    def text(name: str) -> str:
        return str(given.get(name) or "")

    def number(name: str) -> int:
        value = str(given.get(name) or "")
        return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else 0

    return TemplateDetails(
        **{name: text(name) for name in _TEXTS},
        any_relationship=given.get("asking") == ANY,
        any_count=number("any_count"),
        asked=tuple(Asked(key, number(f"count_{key}"), text(f"note_{key}")) for key in kinds),
    )


def field_of(refused: str) -> str:
    """Return the form's field for a name in which the service refuses."""
    return refused.replace("asked.", "count_")


def live(form: TemplateForm, refused: Mapping[str, str]) -> dict[str, str]:
    """Return, by field, what to say of the service's refusals while somebody is still filling the form in."""
    said = {name: str(errors[0]) for name, errors in form.errors.items() if name != "__all__"}
    for name, sentence in refused.items():
        field = field_of(name)
        is_early = field in _EMPTY_AT_FIRST and not form[field].value()
        if not is_early and (form.chosen is not None or not field.startswith(("count_", "asked", "any_"))):
            said.setdefault(field, sentence)
    return said


def places(form: TemplateForm) -> list[str]:
    """Return what has a place for a sentence while the form is filled in (`crosschq/template_said.html`)."""
    always = ["name", "tag", "survey", "hiring_manager_email"]
    return [*always, *(f"count_{key}" for key in form.limits), "any_count", "asked"] if form.chosen else always


def shown(details: TemplateDetails) -> dict[str, Any]:
    """Return what the form shows of a template."""
    counts = {f"count_{key}": 0 for key in RELATIONSHIPS} if not details.any_relationship else {}
    counts |= {f"count_{asked.relationship}": asked.count for asked in details.asked}
    notes = {f"note_{asked.relationship}": asked.note for asked in details.asked}
    plain = {name: value for name, value in vars(details).items() if isinstance(value, str)}
    return {
        **plain,
        **counts,
        **notes,
        "asking": ANY if details.any_relationship else KINDS,
        "any_count": details.any_count or "",
    }


def with_usual_numbers(data: QueryDict, survey: Survey | None) -> QueryDict:
    """Return what was posted, with the survey's usual numbers where none was typed: another survey was chosen."""
    filled = data.copy()
    for key, limit in limits_of(survey).items() if survey else ():
        if not str(filled.get(f"count_{key}") or "").strip():
            filled[f"count_{key}"] = str(limit.usual)
    return filled
