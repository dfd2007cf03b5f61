"""Two Administrators who change the same template: each keeps what they alone changed, and the rest is asked about."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates.services import Asked
from integrations.crosschq.models import Template
from integrations.crosschq.payload import ANY
from tests.crosschq.pages import TEMPLATES
from tests.crosschq.scenario import Scenario
from tests.sent_forms import fields_of, words
from tests.signing_in import signed_in


@pytest.fixture
def client(scenario: Scenario) -> Client:
    return signed_in(scenario.dana)


@pytest.fixture
def address(scenario: Scenario) -> str:
    return f"{TEMPLATES}{scenario.template.pk}/"


def somebody_else_changes(scenario: Scenario, **changes: Any) -> None:
    """Save a template from a form that was opened just now."""
    now = templates.details_of(scenario.template)
    templates.edit(template=scenario.template, details=replace(now, **changes), by=scenario.dana)


def asked_of(template: Template) -> dict[str, int]:
    return {asked.relationship: asked.count for asked in template.references.all()}


def test_each_keeps_what_they_alone_changed(scenario: Scenario, client: Client, address: str) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(scenario, asked=(Asked("managers", 1), Asked("peers", 4)), tag="engineers")

    saved = client.post(address, {**opened, "email_message": "Please hurry."})

    scenario.template.refresh_from_db()
    assert (saved.status_code, scenario.template.email_message, scenario.template.tag) == (
        303,
        "Please hurry.",
        "engineers",
    )
    assert asked_of(scenario.template) == {"managers": 1, "peers": 4}


def test_a_tag_that_somebody_else_freed_and_gave_away_is_not_asked_back(
    scenario: Scenario, client: Client, address: str
) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(scenario, tag="engineers")
    scenario.template_of(name="Others", tag="engineering")

    saved = client.post(address, {**opened, "description": "For engineers."})

    scenario.template.refresh_from_db()
    assert (saved.status_code, scenario.template.tag) == (303, "engineers")
    assert scenario.template.description == "For engineers."


def test_saved_unchanged_it_writes_nothing(scenario: Scenario, client: Client, address: str) -> None:
    opened = fields_of(client.get(address))

    saved = client.post(address, opened)

    before = scenario.template.updated_at
    scenario.template.refresh_from_db()
    assert (saved.status_code, scenario.template.updated_at) == (303, before)


def test_numbers_that_both_changed_are_shown_side_by_side(scenario: Scenario, client: Client, address: str) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(scenario, asked=(Asked("managers", 2), Asked("peers", 2)))

    refused = client.post(address, {**opened, "count_peers": "3", "description": "Mine."})

    assert (refused.status_code, asked_of(scenario.template)) == (409, {"managers": 2, "peers": 2})
    scenario.template.refresh_from_db()
    assert scenario.template.description == ""
    page = words(refused)
    assert "This was changed just now" in page
    assert "by somebody else or by you in another window." in page
    assert "Manager Theirs: 2 Yours: 1" in page
    assert "Peer Theirs: 2 Yours: 3" in page
    assert "Direct Report Theirs:" not in page

    again = client.post(address, fields_of(refused))
    scenario.template.refresh_from_db()
    assert (again.status_code, scenario.template.description) == (303, "Mine.")
    assert asked_of(scenario.template) == {"managers": 1, "peers": 3}


def test_who_keeps_theirs_keeps_all_that_hangs_together(scenario: Scenario, client: Client, address: str) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(scenario, any_relationship=True, any_count=3, any_note="Any will do.", asked=())
    refused = client.post(address, {**opened, "count_peers": "3", "description": "Mine."})
    assert "References Theirs: Any relationship Yours: A number for each relationship" in words(refused)
    theirs = " ".join(conflict.name for conflict in refused.context["form"].concurrent_edit.conflicts)

    again = client.post(address, {**fields_of(refused), "theirs": theirs})

    scenario.template.refresh_from_db()
    assert (again.status_code, scenario.template.description) == (303, "Mine.")
    assert [(asked.relationship, asked.count, asked.note) for asked in scenario.template.references.all()] == [
        (ANY, 3, "Any will do.")
    ]


def test_what_both_changed_to_the_same_is_no_quarrel(scenario: Scenario, client: Client, address: str) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(
        scenario, name="Engineers", hiring_manager_first_name="Mo", hiring_manager_email="mo@a.example"
    )
    mine = {**opened, "name": "Engineers", "hiring_manager_first_name": "Moe", "hiring_manager_email": "mo@a.example"}

    refused = client.post(address, mine)
    assert [conflict.label for conflict in refused.context["form"].concurrent_edit.conflicts] == ["First name"]

    again = client.post(address, fields_of(refused))
    scenario.template.refresh_from_db()
    assert (again.status_code, scenario.template.hiring_manager_first_name) == (303, "Moe")


def test_another_survey_s_numbers_forget_nothing_of_what_was_seen(
    scenario: Scenario, client: Client, address: str
) -> None:
    opened = fields_of(client.get(address))
    somebody_else_changes(scenario, name="Theirs")

    other = client.post(address, {**opened, "name": "Mine", "update": "numbers"})
    assert other.status_code == 200
    refused = client.post(address, fields_of(other))

    assert refused.status_code == 409
    assert "Name Theirs: Theirs Yours: Mine" in words(refused)


@pytest.mark.parametrize("seen", ["", "[]", "null", '{"count_managers": "' + "9" * 5000 + '"}', "[" * 3000])
def test_a_form_that_cannot_say_what_was_seen_is_saved_as_it_is(
    scenario: Scenario, client: Client, address: str, seen: str
) -> None:
    opened = fields_of(client.get(address))

    saved = client.post(address, {**opened, "description": "Mine.", "seen": seen})

    scenario.template.refresh_from_db()
    assert (saved.status_code, scenario.template.description) == (303, "Mine.")
