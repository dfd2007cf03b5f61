"""What a page with a form answers: shown, saved, or shown again with what is wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.test import RequestFactory

from recruiting.foundation import clock
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed
from recruiting.web.forms import EditForm
from recruiting.web.responses import respond_to_form

pytestmark = pytest.mark.both_engines


class NameForm(EditForm):
    name = forms.CharField(max_length=10)


def answer(
    sent: Mapping[str, str] | None, error: Exception | None = None, *, form: bool = True, **options: Any
) -> tuple[int, NameForm | None, int]:
    """Return the status of what came of a form that was `sent`, the form, and how often the service was called."""
    calls = []

    def save() -> HttpResponse:
        calls.append(sent)
        if error:
            raise error
        return HttpResponse(status=303)

    def show(*, status: int) -> HttpResponse:
        return HttpResponse(status=status)

    request = RequestFactory().get("/") if sent is None else RequestFactory().post("/", sent)
    shown = NameForm(None if sent is None else request.POST, initial={"name": "Theirs"}) if form else None
    return respond_to_form(request, shown, save, show, **options).status_code, shown, len(calls)


def test_it_is_shown_saved_or_shown_again() -> None:
    status, form, calls = answer({"name": "x" * 11})

    assert (status, calls) == (422, 0)
    assert form and list(form.errors) == ["name"]
    assert answer(None)[::2] == (200, 0)
    assert answer({"name": "Mine"})[::2] == (303, 1)
    assert answer(None, form=False)[::2] == (200, 0)
    assert answer({}, form=False)[::2] == (303, 1)


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        (InvalidInput(fields={"name": "Taken."}), {"name": ["Taken."]}),
        (InvalidInput(fields={"place": "Gone."}), {NON_FIELD_ERRORS: ["Gone."]}),
        (InvalidInput("Not now."), {NON_FIELD_ERRORS: ["Not now."]}),
    ],
)
def test_what_is_invalid_stands_at_its_field(error: InvalidInput, errors: Mapping[str, list[str]]) -> None:
    status, form, calls = answer({"name": "Mine"}, error)

    assert (status, calls) == (422, 1)
    assert form and form.errors == errors


def test_a_conflict_stands_where_the_page_wants_it() -> None:
    for options, status, at in (
        ({"conflict": "name"}, 409, "name"),
        ({"conflict": NON_FIELD_ERRORS}, 409, NON_FIELD_ERRORS),
        ({"conflict": "name", "conflict_status": 422}, 422, "name"),
    ):
        found, form, calls = answer({"name": "Mine"}, Conflict("Too late."), **options)

        assert (found, calls) == (status, 1), options
        assert form and form.errors == {at: ["Too late."]}, options


def test_what_no_page_shows_is_left_to_a_page_of_its_own() -> None:
    for error in (Conflict("Too late."), NotAllowed("Ask Dana.")):
        with pytest.raises(type(error), match=error.message):
            answer({"name": "Mine"}, error)
    with pytest.raises(InvalidInput):
        answer({}, InvalidInput("Not now."), form=False)


def test_what_somebody_changed_meanwhile_stands_beside_what_was_typed() -> None:
    now = clock.now()

    def edited() -> tuple[str, datetime | None]:
        return "Kim Ito", now

    error = EditConflict({"name": "Theirs"})
    status, form, _calls = answer({"name": "Mine"}, error, edited=edited, conflict="name", conflict_status=422)

    assert status == 409
    assert form and form.concurrent_edit and (form.concurrent_edit.who, form.concurrent_edit.when) == ("Kim Ito", now)
    assert [(conflict.theirs, conflict.mine) for conflict in form.concurrent_edit.conflicts] == [("Theirs", "Mine")]
    assert form.errors == {}
