"""Fields and forms that pages of several vendors ask with; the services hold the rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from recruiting.companies.models import Membership


class SwitchField(forms.BooleanField):
    """A box that looks like a switch."""

    def __init__(self, label: str = "", **how: Any) -> None:
        switch = forms.CheckboxInput(attrs={"role": "switch"})
        super().__init__(label=label, required=False, widget=switch, **how)


class RowField(forms.ChoiceField):
    """One of several rows that were read before, ours or a vendor's; cleaned to the row itself, None without one."""

    rows: Mapping[str, Any] = {}

    def clean(self, value: Any) -> Any:
        """Return the row."""
        return self.rows.get(super().clean(value))


class RowsField(forms.MultipleChoiceField):
    """Several of the rows that were read before."""

    rows: Mapping[str, Any] = {}

    def clean(self, value: Any) -> list[Any]:
        """Return the rows."""
        return [self.rows[key] for key in super().clean(value)]


def offer_rows(
    form: forms.Form,
    name: str,
    rows: Iterable[Any],
    named: Callable[[Any], str] = str,
    *,
    empty: str | None = None,
    key: str = "id",
) -> None:
    """Let a `RowField` or `RowsField` choose among rows, each as it is named; `empty` names the choice of none."""
    field = form.fields[name]
    assert isinstance(field, RowField | RowsField)
    field.rows = {str(getattr(row, key)): row for row in rows}
    none = [] if empty is None else [("", empty)]
    field.choices = [*none, *((value, named(row)) for value, row in field.rows.items())]


def chosen_row(form: forms.Form, name: str) -> Any:
    """Return the row that a `RowField` stands at, sent or not; None without one."""
    field = form.fields[name]
    assert isinstance(field, RowField)
    return field.rows.get(str(form[name].value() or ""))


def named_member(member: Membership) -> str:
    """Return "Kim Ito (kim@acme.example)": names repeat."""
    return f"{member.name} ({member.email})"


class SwitchForm(forms.Form):
    """Whether a company uses an integration."""

    is_on = SwitchField()

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_on"].label = label


class KeyForm(forms.Form):
    """A pasted key; never read back. The label says "(optional)" where `one_of` does not name it."""

    secret = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False),
    )

    def __init__(self, *args: Any, label: str, one_of: tuple[str, ...] = ("secret",), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].label, self.one_of = label, one_of
