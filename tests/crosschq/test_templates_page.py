"""Templates: the list with its menu, the form with its survey's limits, deleting with what it means."""

from typing import Any

import pytest
from django.core.cache import cache

from integrations.crosschq.models import Survey, Template
from integrations.models import Credential
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq.pages import TEMPLATES, followed, text
from tests.crosschq.scenario import SURVEY, Scenario
from tests.signing_in import signed_in

NEW = f"{TEMPLATES}new/"


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Sales",
        "tag": "Sales ",
        "survey": SURVEY,
        "asking": "kinds",
        "count_managers": "1",
        "count_employees": "0",
        "count_peers": "2",
        "count_business": "0",
        "count_social": "0",
        **changes,
    }


def without_survey(scenario: Scenario) -> None:
    scenario.fault("list_jobroles_v2", "status", status=503, times=20)
    cache.clear()


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_list_says_what_each_asks_for_and_where_it_is_used(scenario: Scenario) -> None:
    scenario.template_of(name="Any three", tag="any", any_relationship=True, any_count=3, asked=())
    page = text(signed_in(scenario.dana).get(TEMPLATES))

    assert "1 Manager, 2 Peer" in page
    assert "3, any relationship" in page
    assert "1 job" in page
    assert "No job" in page
    assert "Brand Marketer - Manager" in page
    assert 'aria-label="Actions for Engineering"' in page
    assert "Create New Template" in page


def test_without_templates_it_says_what_they_are_for(scenario: Scenario) -> None:
    Template.objects.all().delete()
    page = text(signed_in(scenario.dana).get(TEMPLATES))
    assert "No templates yet" in page
    assert "A template says what Crosschq asks, and of whom." in page


def test_only_administrators_open_templates(scenario: Scenario) -> None:
    other = factories.administrator(factories.CompanyFactory())
    factories.CompanyFeatureFactory(company=other.company, feature="reference-checks")
    one = f"{TEMPLATES}{scenario.template.pk}/"
    for member in (scenario.kim, scenario.ivy, factories.staffing(scenario.company)):
        client = signed_in(member)
        for path in (TEMPLATES, NEW, one, f"{one}delete/"):
            assert client.get(path).status_code == 404
        for path in (NEW, one, f"{one}delete/", f"{one}duplicate/", f"{TEMPLATES}live/"):
            assert client.post(path, filled()).status_code == 404
    client = signed_in(other)
    assert "Engineering" not in text(client.get(TEMPLATES))
    for path in (one, f"{one}delete/", f"{one}duplicate/"):
        assert client.post(path, filled()).status_code == 404
    assert Template.objects.get().name == "Engineering"


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_template_is_created(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    page = text(client.get(NEW))
    assert "Choose a survey to see which references it takes, and how many." in page
    assert "Put the same tag on each job. Capitals don't matter." in page
    assert "Show this survey's numbers" in page

    said = followed(client, client.post(NEW, filled(note_managers="Somebody you reported to.")))
    assert "Sales was created. Put the tag sales on the jobs that use it." in said
    made = Template.objects.get(name="Sales")
    assert (made.tag, made.survey_name) == ("sales", "Brand Marketer - Manager")
    assert {row.relationship: (row.count, row.note) for row in made.references.all()} == {
        "managers": (1, "Somebody you reported to."),
        "peers": (2, ""),
    }


def test_choosing_a_survey_shows_its_numbers_and_keeps_what_is_typed(scenario: Scenario) -> None:
    survey = Survey.objects.get(codename=SURVEY)
    survey.limits = {"managers": [1, 3, 2], "peers": [0, 4, 1]}
    survey.save()
    client = signed_in(scenario.dana)
    typed = {"name": "Half a tem", "survey": SURVEY, "note_social": "Kept.", "update": "numbers"}
    # The list that was just asked for stands in the cache, so the numbers are those of the row.
    cache.clear()
    scenario.fault("list_jobroles_v2", "status", status=503, times=5)
    answer = client.post(NEW, typed)
    page = text(answer)

    assert answer.status_code == 200
    assert 'value="Half a tem"' in page
    assert "1–3" in page
    assert 'name="count_managers" value="2"' in page  # the survey's usual number
    assert 'type="hidden" name="note_social" value="Kept."' in page
    assert "0–4" in page
    assert "Enter a tag." not in page
    assert Template.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"name": ""}, ["Enter a name."]),
        ({"name": "engineering"}, ["Another template has this name."]),
        ({"tag": " "}, ["Enter a tag."]),
        ({"tag": " ENGINEERING "}, ["Another template, Engineering, has this tag."]),
        ({"survey": ""}, ["Choose a survey."]),
        ({"survey": "made-up"}, ["Choose a survey."]),
        ({"count_managers": "11"}, ["Manager: between 0 and 10."]),
        ({"count_managers": "-1"}, ["Manager: between 0 and 10."]),
        ({"count_managers": "two"}, ["Enter a whole number."]),
        ({"count_managers": "1", "count_peers": "0"}, ["This survey needs at least 2 references in all."]),
        ({"asking": "any", "any_count": "1"}, ["This survey needs at least 2 references in all."]),
        ({"asking": "any", "any_count": ""}, ["Enter how many references."]),
        ({"hiring_manager_email": "hugo@"}, ["That email looks incomplete. Check it."]),
        (
            {"hiring_manager_first_name": "Hugo"},
            ["Enter the hiring manager's email, or leave all three empty."],
        ),
        ({"name": "", "tag": ""}, ["Enter a name.", "Enter a tag.", "Two things need your attention"]),
    ],
)
def test_what_is_wrong_is_said_and_everything_is_kept(
    scenario: Scenario, changes: dict[str, str], sentences: list[str]
) -> None:
    answer = signed_in(scenario.dana).post(NEW, filled(email_message="Kept all the way.", **changes))
    page = text(answer)

    assert answer.status_code == 422
    for sentence in sentences:
        assert sentence in page
    assert "Kept all the way." in page
    assert Template.objects.count() == 1


def test_surveys_that_could_not_be_loaded_leave_the_form(scenario: Scenario) -> None:
    without_survey(scenario)
    client = signed_in(scenario.dana)
    answer = client.post(NEW, filled(email_message="Kept all the way."))
    page = text(answer)
    assert answer.status_code == 422
    assert "Surveys could not be loaded from Crosschq; the form is kept." in page
    assert "Try again" in page
    assert "Kept all the way." in page
    assert Template.objects.count() == 1

    assert "Surveys could not be loaded from Crosschq; the form is kept." in text(client.get(NEW))
    scenario.driver.control("DELETE", "/crosschq/faults")
    again = client.post(NEW, filled(email_message="Kept all the way.", update="surveys"))
    assert again.status_code == 200
    assert "Kept all the way." in text(again)
    assert "Surveys could not be loaded" not in text(again)


def test_surveys_that_the_vendor_forbids_say_why(scenario: Scenario) -> None:
    cache.clear()
    scenario.fault("list_jobroles_v2", "forbidden", times=-1, reason="Surveys are off for your account.")
    client = signed_in(scenario.dana)

    for page in (client.get(NEW), client.post(NEW, filled())):
        assert "It says: Surveys are off for your account." in text(page)
    assert Credential.objects.get().state == "accepted"


def test_a_template_is_changed_and_keeps_its_numbers(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    one = f"{TEMPLATES}{scenario.template.pk}/"
    page = text(client.get(one))
    assert 'name="count_managers" value="1"' in page
    assert 'name="count_peers" value="2"' in page
    assert 'name="count_social" value="0"' in page
    assert "Open jobs with the tag engineering:" in page
    assert "Senior Engineer" in page

    said = followed(client, client.post(one, filled(name="Engineers", tag="engineering", count_peers="3")))
    assert "Saved. Requests already sent are not affected." in said
    scenario.template.refresh_from_db()
    assert scenario.template.name == "Engineers"
    assert scenario.template.references.get(relationship="peers").count == 3


def test_a_survey_that_was_switched_off_is_said(scenario: Scenario) -> None:
    answer = scenario.driver.organization("survey", codename=SURVEY, enabled=0)
    assert answer.status == 200, answer.text
    cache.clear()
    one = f"{TEMPLATES}{scenario.template.pk}/"
    client = signed_in(scenario.dana)
    page = text(client.get(one))
    assert "Brand Marketer - Manager (switched off in Crosschq)" in page

    refused = client.post(one, filled(name="Renamed", tag="engineering"))
    assert refused.status_code == 422
    assert "The survey Brand Marketer - Manager is switched off in Crosschq." in text(refused)
    assert Template.objects.get().name == "Engineering"


# ── While it is filled in ────────────────────────────────────────────────────────────────────────────────────────────
def live(scenario: Scenario, **changes: Any) -> str:
    answer = signed_in(scenario.dana).post(f"{TEMPLATES}live/", filled(**changes))
    assert answer.status_code == 200
    return text(answer)


def said(page: str, name: str) -> str:
    _, _, rest = page.partition(f'id="said-{name}" hx-swap-oob="innerHTML">')
    return rest.partition("</p>")[0]


def test_live_says_what_is_wrong_and_how_the_messages_read(scenario: Scenario) -> None:
    page = live(scenario, count_managers="11", note_peers="From your last team.", email_message="Hello.")
    assert said(page, "count_managers") == "Manager: between 0 and 10."
    assert said(page, "tag") == ""
    assert "Hello. Peer: From your last team." in page

    assert said(live(scenario, tag="Engineering"), "tag") == "Another template, Engineering, has this tag."
    assert said(live(scenario, tag="Engineering", editing=str(scenario.template.pk)), "tag") == ""
    assert said(live(scenario, name=""), "name") == ""  # not typed yet
    total = live(scenario, count_managers="0", count_peers="1")
    assert said(total, "asked") == "This survey needs at least 2 references in all."
    any_kind = live(scenario, asking="any", any_count="3", any_note="Recent ones.")
    assert "Please name 3 references; any relationship will do." in any_kind
    assert "Recent ones." in any_kind
    assert Template.objects.count() == 1
    assert OutboxMessage.objects.count() == 0


def test_a_text_message_only_matters_in_version_two(scenario: Scenario) -> None:
    words = "Only sent with version 2 of Crosschq's API; yours is version 1"
    assert words in text(signed_in(scenario.dana).get(NEW))
    assert "takes no text message of your own" in live(scenario, sms_message="Short.")
    scenario.configure(api_version="v2")
    assert words not in text(signed_in(scenario.dana).get(NEW))
    page = live(scenario, sms_message="Short.")
    assert "takes no text message of your own" not in page
    assert "Short." in page


# ── Copies and deleting ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_copy_gets_a_free_name_and_tag(scenario: Scenario) -> None:
    client = signed_in(scenario.dana)
    page = followed(client, client.post(f"{TEMPLATES}{scenario.template.pk}/duplicate/"))
    assert "Engineering copy was created with the tag engineering-copy." in page
    assert Template.objects.count() == 2


def test_deleting_says_what_it_does_to_jobs_and_running_requests(scenario: Scenario) -> None:
    scenario.sent()
    client = signed_in(scenario.dana)
    window = text(client.get(f"{TEMPLATES}{scenario.template.pk}/delete/"))
    assert "Delete Engineering?" in window
    assert (
        "1 job carries its tag: moving candidates there will send nothing. 1 running request is not affected." in window
    )
    assert "Senior Engineer" in window
    assert Template.objects.count() == 1

    page = followed(client, client.post(f"{TEMPLATES}{scenario.template.pk}/delete/"))
    assert "Engineering was deleted." in page
    check = scenario.check()
    assert (check.state, check.template, check.template_name) == ("sent", None, "Engineering")
