"""Templates, the surveys that limit them, and the tags by which jobs find them."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache

from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys, tags
from integrations.crosschq.check_templates.services import Asked
from integrations.crosschq.integration import Crosschq
from integrations.crosschq.models import AskedReference, Survey, Template
from recruiting.extensions import MemberDeactivation
from recruiting.foundation.errors import InvalidInput, NotAllowed, NotFound
from recruiting.jobs.models import JobField, JobFieldOption, JobFieldValue
from tests import factories
from tests.crosschq.scenario import ENGINEERING, SURVEY, Scenario
from tests.refusals import refuses


def limit(scenario: Scenario, **relationships: dict[str, int]) -> None:
    scenario.driver.organization("survey", codename=SURVEY, relationships=relationships)


def test_a_template_is_kept_as_it_was_filled_in(scenario: Scenario) -> None:
    details = replace(
        ENGINEERING,
        name=" Sales ",
        tag=" SALES team ",
        description="For sellers.",
        position="Seller",
        asked=(Asked("managers", 2, " Please. "), Asked("social", 1)),
        hiring_manager_first_name="Ann",
        hiring_manager_email="ann@acme.example",
        email_message="Hello.",
        sms_message="Hi.",
    )

    template = templates.create(company=scenario.company, details=details, by=scenario.dana)

    kept = templates.details_of(Template.objects.get(pk=template.pk))
    assert kept == replace(
        details, name="Sales", tag="sales team", asked=(Asked("managers", 2, "Please."), Asked("social", 1))
    )
    assert (template.survey_name, templates.label(template)) == ("Brand Marketer - Manager", "Sales, 3 references")
    assert templates.asks_for(template) == "2 Manager, 1 Mentor"


def test_any_relationship_keeps_one_number(scenario: Scenario) -> None:
    template = scenario.template_of(name="Any", tag="any", any_relationship=True, any_count=3, any_note="Not family.")

    assert templates.asks_for(template) == "3, any relationship"
    assert (templates.details_of(template).asked, templates.details_of(template).any_note) == ((), "Not family.")
    assert AskedReference.objects.get(template=template).relationship == "any"


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"name": " "}, {"name": "Enter a name."}),
    ({"name": "ENGINEERING"}, {"name": "Another template has this name."}),
    ({"tag": " "}, {"tag": "Enter a tag."}),
    ({"tag": " Engineering"}, {"tag": "Another template, Engineering, has this tag."}),
    ({"survey": ""}, {"survey": "Choose a survey."}),
    ({"survey": "nonsense"}, {"survey": "Choose a survey."}),
    ({"asked": (Asked("managers", 1),)}, {"asked": "This survey needs at least 2 references in all."}),
    ({"asked": (Asked("managers", 11),)}, {"asked.managers": "Manager: between 0 and 10."}),
    ({"asked": (Asked("managers", -1), Asked("peers", 3))}, {"asked.managers": "Manager: between 0 and 10."}),
    ({"any_relationship": True, "any_count": 1}, {"any_count": "This survey needs at least 2 references in all."}),
    ({"any_relationship": True, "any_count": 51}, {"any_count": "This survey takes at most 50 references in all."}),
    (
        {"hiring_manager_first_name": "Ann", "hiring_manager_email": "ann@"},
        {"hiring_manager_email": "That email looks incomplete. Check it."},
    ),
    (
        {"hiring_manager_email": "ann@acme.example"},
        {"hiring_manager_first_name": "Enter the hiring manager's name, or leave all three empty."},
    ),
    (
        {"hiring_manager_last_name": "Boss"},
        {"hiring_manager_email": "Enter the hiring manager's email, or leave all three empty."},
    ),
]


@pytest.mark.parametrize(("wrong", "fields"), WRONG)
def test_what_is_wrong_is_said_at_its_field(scenario: Scenario, wrong: dict[str, Any], fields: dict[str, str]) -> None:
    details = replace(ENGINEERING, **{"name": "Other", "tag": "other", **wrong})

    with pytest.raises(InvalidInput) as caught:
        templates.create(company=scenario.company, details=details, by=scenario.dana)

    assert caught.value.fields == fields
    assert templates.problems(details, company=scenario.company) == fields
    assert Template.objects.count() == 1


def test_the_vendor_s_own_numbers_count_as_of_now(scenario: Scenario) -> None:
    limit(scenario, managers={"min": 2, "max": 3})

    cache.clear()
    with pytest.raises(InvalidInput) as caught:
        scenario.template_of(name="Other", tag="other")

    assert caught.value.fields == {"asked.managers": "Manager: between 2 and 3."}


def test_without_the_vendor_nothing_is_saved_and_the_form_is_kept(scenario: Scenario, settings: Any) -> None:
    cache.clear()
    settings.CROSSCHQ_BASE_URL = "http://127.0.0.1:9"

    with refuses(InvalidInput, "Surveys could not be loaded from Crosschq; the form is kept."):
        scenario.template_of(name="Other", tag="other")


def test_a_survey_that_is_switched_off_stays_known(scenario: Scenario) -> None:
    scenario.driver.organization("survey", codename=SURVEY, enabled=False)

    offered = surveys.refresh(scenario.installation, fresh=True)

    assert SURVEY not in {survey.codename for survey in offered}
    assert Survey.objects.get(codename=SURVEY).is_offered is False
    scenario.driver.organization("survey", codename=SURVEY, enabled=True)
    assert SURVEY in {survey.codename for survey in surveys.refresh(scenario.installation, fresh=True)}


def test_only_administrators_manage_templates(scenario: Scenario) -> None:
    for action in (
        lambda: templates.create(company=scenario.company, details=ENGINEERING, by=scenario.kim),
        lambda: templates.edit(template=scenario.template, details=ENGINEERING, by=scenario.kim),
        lambda: templates.duplicate(template=scenario.template, by=scenario.kim),
        lambda: templates.delete(template=scenario.template, by=scenario.kim),
    ):
        with refuses(NotAllowed, "Only Administrators manage templates"):
            action()
    stranger = factories.administrator(factories.CompanyFactory())
    with refuses(NotFound):
        templates.delete(template=scenario.template, by=stranger)


def test_a_copy_gets_a_free_name_and_tag(scenario: Scenario) -> None:
    first = templates.duplicate(template=scenario.template, by=scenario.dana)
    second = templates.duplicate(template=scenario.template, by=scenario.dana)

    assert [(copy.name, copy.tag) for copy in (first, second)] == [
        ("Engineering copy", "engineering-copy"),
        ("Engineering copy 2", "engineering-copy-2"),
    ]
    assert templates.details_of(first).asked == ENGINEERING.asked


def test_deleting_says_what_it_does(scenario: Scenario) -> None:
    assert templates.if_deleted(scenario.template).sentence == (
        "1 job carries its tag: moving candidates there will send nothing. No running request is affected."
    )
    check = scenario.sent()

    deletion = templates.if_deleted(scenario.template)
    assert (deletion.jobs, deletion.checks) == (1, 1)
    assert deletion.sentence.endswith("1 running request is not affected.")
    templates.delete(template=scenario.template, by=scenario.dana)

    check = scenario.now(check)
    assert (check.template, check.template_name) == (None, "Engineering")
    scenario.perform(check, "complete")
    assert scenario.refreshed(check).state == "completed"


def test_the_preview_shows_what_goes_out(scenario: Scenario) -> None:
    details = replace(
        ENGINEERING, email_message="Hello.", sms_message="Hi.", asked=(Asked("peers", 2, "Recent ones."),)
    )

    shown = templates.preview(details, company=scenario.company)

    assert (shown.email, shown.sms, len(shown.notes)) == ("Hello.\n\nPeer: Recent ones.", "Hi.", 1)
    scenario.configure(api_version="v2")
    assert templates.preview(details, company=scenario.company).notes == ()


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_tag_stands_in_the_field_of_that_name_unless_another_was_chosen(scenario: Scenario) -> None:
    assert (tags.field_of(scenario.company), tags.of_job(scenario.job).template) == (scenario.field, scenario.template)
    other = factories.JobFieldFactory(company=scenario.company, name="Package", kind=JobField.Kind.SELECT)
    option = JobFieldOption.objects.create(company=scenario.company, field=other, label="ENGINEERING")
    JobFieldValue.objects.create(company=scenario.company, job=scenario.job, field=other, option=option)

    scenario.configure(tag_field=other)

    assert (tags.field_of(scenario.company), tags.of_job(scenario.job).template) == (other, scenario.template)
    JobField.objects.filter(pk=other.pk).update(is_active=False)
    assert (tags.field_of(scenario.company), tags.of_job(scenario.job).text) == (None, "")


def test_a_field_that_cannot_carry_a_tag_is_refused(scenario: Scenario) -> None:
    number = factories.JobFieldFactory(company=scenario.company, name="Number", kind=JobField.Kind.NUMBER)

    with refuses(InvalidInput, "Choose a field of free text or single select."):
        scenario.configure(tag_field=number)


def test_jobs_without_a_known_tag_are_warned_of_before_anyone_is_moved(scenario: Scenario) -> None:
    integration = Crosschq()
    assert integration.job_warnings([scenario.job], scenario.kim) == {}

    scenario.tag("Eng")
    [warning] = integration.job_warnings([scenario.job], scenario.kim)[scenario.job.pk]
    assert warning.sentence == 'No template has the tag "Eng", so moving candidates to Crosschq sends nothing.'
    assert warning.action == "Edit job"

    scenario.tag("")
    [warning] = integration.job_warnings([scenario.job], scenario.ivy)[scenario.job.pk]
    assert (warning.sentence, warning.action, warning.url) == (
        "This job has no Crosschq tag, so moving candidates to Crosschq sends nothing.",
        "",
        "",
    )
    scenario.step.automation.delete()
    assert integration.job_warnings([scenario.job], scenario.kim) == {}


def test_warnings_take_the_same_queries_for_many_jobs(scenario: Scenario, django_assert_num_queries: Any) -> None:
    jobs = [factories.JobFactory(company=scenario.company) for _ in range(10)]

    with django_assert_num_queries(6) as of_one:
        Crosschq().job_warnings(jobs[:1], scenario.kim)
    with django_assert_num_queries(len(of_one)):
        assert len(Crosschq().job_warnings(jobs, scenario.kim)) == 10


def test_type_ahead_offers_the_templates_tags_for_their_field_only(scenario: Scenario) -> None:
    scenario.template_of(name="Sales", tag="sales")
    other = factories.JobFieldFactory(company=scenario.company)

    assert Crosschq().field_values(scenario.company, [scenario.field, other]) == {
        scenario.field.pk: ["engineering", "sales"]
    }
    assert Crosschq().field_values(scenario.company, [other]) == {}


def test_where_used_counts_open_jobs(scenario: Scenario) -> None:
    assert templates.where_used(scenario.company) == {scenario.template.pk: 1}
    assert [(tag.job, tag.text) for tag in tags.of_open_jobs(scenario.company)] == [(scenario.job, "Engineering")]


# ── What needs somebody ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_deactivation_says_what_it_means(scenario: Scenario) -> None:
    scenario.configure(default_requestor=scenario.kim)
    scenario.send()

    assert list(Crosschq().impact(MemberDeactivation(scenario.kim))) == [
        "Kim is the default requestor of reference checks: choose another one.",
        "1 open reference check runs on that Kim owns, and nobody gets the mail: Ada Lovelace.",
    ]


def test_what_needs_somebody_is_listed_for_those_who_can_help(scenario: Scenario) -> None:
    scenario.fault("create_request", "status", status=400, reason="No.")
    scenario.send()
    scenario.drain()
    scenario.tag("")
    scenario.move(scenario.another())

    items = Crosschq().work_items(scenario.kim)

    assert [(item.key, item.sentence) for item in items] == [
        ("checks-failed", "1 reference check could not be sent"),
        ("checks-not-sent", "1 candidate entered a step and no reference check was sent"),
    ]
    assert Crosschq().work_items(scenario.ivy) == []


def test_cards_show_how_the_check_stands(scenario: Scenario) -> None:
    check = scenario.sent()
    assert Crosschq().chips([scenario.application.pk], scenario.kim)[scenario.application.pk][0].badge.word == "Sent"

    scenario.perform(check, "complete")
    scenario.refreshed(check)

    assert (
        Crosschq().chips([scenario.application.pk], scenario.kim)[scenario.application.pk][0].badge.word == "Complete"
    )
