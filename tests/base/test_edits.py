"""Who edits what somebody else edited meanwhile: each keeps what they alone changed, and is asked about the rest."""

from collections.abc import Mapping
from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from recruiting.foundation import edits
from recruiting.foundation.edits import EditConflict
from recruiting.web.forms import EditForm, FieldConflict

pytestmark = pytest.mark.both_engines

NOW = {"name": "Acme", "zone": "UTC"}


@pytest.mark.parametrize(
    ("mine", "seen", "changed"),
    [
        (NOW, NOW, {}),
        ({"name": "Acme", "zone": "CET"}, NOW, {"zone": "CET"}),
        ({"name": "Acme", "zone": "CET"}, None, {"zone": "CET"}),
        # They changed the name, I the zone.
        ({"name": "Old", "zone": "CET"}, {"name": "Old", "zone": "UTC"}, {"zone": "CET"}),
        # The browser sent the lines that I left alone with other ends.
        ({"name": "Old\r\nname", "zone": "CET"}, {"name": "Old\nname", "zone": "UTC"}, {"zone": "CET"}),
        # Both of us changed it to the same.
        ({"name": "Acme", "zone": "UTC"}, {"name": "Old", "zone": "UTC"}, {}),
    ],
)
def test_what_one_alone_changed_is_kept(
    mine: Mapping[str, str], seen: Mapping[str, str] | None, changed: Mapping[str, str]
) -> None:
    assert edits.merge_changes(mine, base=seen, now=NOW) == changed


def test_what_both_changed_is_asked_about() -> None:
    with pytest.raises(EditConflict) as caught:
        edits.merge_changes({"name": "Mine", "zone": "CET"}, base={"name": "Old", "zone": "UTC"}, now=NOW)

    assert (caught.value.theirs, caught.value.status, caught.value.code) == ({"name": "Acme"}, 409, "overtaken")


class Form(EditForm):
    title = forms.CharField()
    country = forms.ChoiceField(
        choices=[("", "None"), ("US", "United States"), ("Europe", [("FR", "France")])], required=False
    )
    is_open = forms.BooleanField(required=False)
    about = forms.CharField(required=False)


def form(now: Mapping[str, Any], **typed: str) -> Form:
    data = QueryDict(mutable=True)
    data.update(typed)
    return Form(data if typed else None, initial=now)


def test_a_form_knows_what_was_touched_since_it_was_opened() -> None:
    opened = form({"title": "A", "country": "US", "is_open": True, "about": "One\nTwo"})
    seen = opened["seen"].value()

    again = form(
        {"title": "B", "country": "US", "is_open": True, "about": "One\nTwo"},
        title="A", country="FR", is_open="on", about="One\r\nTwo", seen=seen,
    )  # fmt: skip

    assert again.is_valid()
    assert again.touched() == {"country"}
    assert again.before() == {"title": "A", "country": "US", "is_open": "on", "about": "One\nTwo"}


def test_both_are_shown_in_words_and_seen_from_then_on() -> None:
    seen = form({"title": "A", "country": "US", "is_open": True, "about": ""})["seen"].value()
    now = {"title": "A", "country": "", "is_open": False, "about": ""}
    again = form(now, title="A", country="FR", is_open="on", about="", seen=seen)
    with pytest.raises(EditConflict) as caught:
        again.touched()

    again.show_conflict(caught.value)

    assert again.concurrent_edit is not None
    assert again.concurrent_edit.conflicts == [FieldConflict("country", "Country", "None", "France")]
    assert again["country"].value() == "FR"
    assert again["is_open"].value() is False, "it was left alone, so it shows how it stands now"
    once_more = form(now, title="A", country="FR", is_open="", about="", seen=str(again["seen"].value()))
    assert once_more.touched() == {"country"}
    theirs = form(
        now, title="B", country="FR", is_open="", about="", seen=str(again["seen"].value()), theirs="country nothing"
    )
    assert theirs.touched() == {"title"}
    assert theirs["country"].data == ""


def test_a_field_that_is_new_since_then_is_nobody_s_change() -> None:
    again = form({"title": "A", "country": "US", "is_open": False, "about": ""}, title="B", seen='{"title": "A"}')

    assert again.before() == {"title": "A", "country": "US", "is_open": "", "about": ""}
    assert again.touched() == {"title", "country"}


@pytest.mark.parametrize("seen", ["", "[]", "{", "null", "[" * 100_000])
def test_a_form_that_does_not_say_what_was_seen_is_taken_as_it_is(seen: str) -> None:
    again = form({"title": "B", "country": "", "is_open": False, "about": ""}, title="A", seen=seen)

    assert again.before() is None
    assert again.touched() == {"title"}


def test_half_a_character_in_what_was_seen_reaches_no_page() -> None:
    now = {"title": "B", "country": "", "is_open": False, "about": ""}

    again = form(now, title="A", seen='{"title": "a\\ud800\\u0000"}', theirs="title")

    assert (again["title"].data, again.before()) == ("a", {**now, "is_open": "", "title": "a"})
    assert "\ud800" not in str(again)
