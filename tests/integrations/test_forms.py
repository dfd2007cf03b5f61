"""Fields that choose among rows which were read before, a vendor's or ours."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from integrations.forms import KeyForm, RowField, RowsField, chosen_row, offer_rows


@dataclass(frozen=True)
class Survey:
    """A row of a vendor's."""

    id: str
    name: str


ROWS = [Survey("a", "Basics"), Survey("b", "Engineering")]


class ChoiceForm(forms.Form):
    """One row, and several."""

    one = RowField(required=False)
    several = RowsField(required=False)


def form_of(posted: str = "", initial: str = "") -> ChoiceForm:
    form = ChoiceForm(QueryDict(posted) if posted else None, initial={"one": initial})
    offer_rows(form, "one", ROWS, lambda row: row.name, empty="Choose one")
    offer_rows(form, "several", ROWS, lambda row: row.name)
    return form


def test_a_choice_is_cleaned_to_its_row() -> None:
    form = form_of("one=b&several=a&several=b")

    assert form.is_valid()
    assert form.cleaned_data == {"one": ROWS[1], "several": ROWS}
    assert form.fields["one"].choices == [("", "Choose one"), ("a", "Basics"), ("b", "Engineering")]


def test_no_choice_is_no_row_and_what_is_not_offered_is_refused() -> None:
    empty, odd = form_of("one="), form_of("one=c&several=c")

    assert empty.is_valid()
    assert empty.cleaned_data == {"one": None, "several": []}
    assert set(odd.errors) == {"one", "several"}


def test_the_row_that_a_field_stands_at_is_known_before_and_after_it_is_sent() -> None:
    assert chosen_row(form_of(initial="a"), "one") == ROWS[0]
    assert chosen_row(form_of("one=b", initial="a"), "one") == ROWS[1]
    assert chosen_row(form_of("one=c"), "one") is None


def test_one_form_s_rows_are_not_another_s() -> None:
    form_of()

    assert ChoiceForm().fields["one"].rows == {}


def test_a_key_is_never_read_back() -> None:
    form = KeyForm(QueryDict("secret=abc"), label="Partner key")

    assert form.is_valid()
    assert "abc" not in str(form["secret"])
