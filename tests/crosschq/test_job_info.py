"""What a job says about reference checks: the section of Job Info, and the word beside its tag while it is typed."""

import pytest
from django.urls import reverse

from integrations.crosschq.models import Connection
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import HiringTeamMember, JobField, StageAutomation
from tests import factories
from tests.crosschq.pages import text
from tests.crosschq.scenario import Scenario
from tests.signing_in import signed_in

Mode = StageAutomation.Mode


def section(scenario: Scenario, member: object = None) -> str:
    """Return the section's words, "" where it is not there."""
    page = text(signed_in(member or scenario.kim).get(reverse("jobs:info", args=[scenario.job.pk])))
    return page.partition('id="reference-checks"')[2].partition("</section>")[0]


def test_it_says_what_moving_a_candidate_sends_and_in_whose_name(scenario: Scenario) -> None:
    shown = section(scenario)

    for words in ("Engineering → template Engineering, 3 references", ">Crosschq</dd>", "Kim Ito", "Sam Ortiz"):
        assert words in shown
    assert "Edit job" not in shown
    assert "Open Hiring Process" not in shown


def test_what_is_missing_is_said_with_its_way_out(scenario: Scenario) -> None:
    scenario.tag("enginering")
    HiringTeamMember.objects.filter(role__in=[JobRole.RECRUITER, JobRole.HIRING_MANAGER]).delete()
    StageAutomation.objects.update(mode=Mode.ASK)
    scenario.switch(False)

    shown = section(scenario, scenario.dana)

    assert "enginering: no template has this tag. Did you mean engineering?" in shown
    assert "Nobody: the job has no Recruiter or Coordinator, and there is no default requestor." in shown
    assert "None on the hiring team" in shown
    assert "Crosschq (asks first)" in shown
    assert "Make Candidate Requests is off, so moving a candidate sends nothing." in shown
    assert reverse("crosschq:settings") in shown
    assert reverse("jobs:edit", args=[scenario.job.pk]) in shown

    scenario.tag("")
    StageAutomation.objects.all().delete()
    shown = section(scenario, scenario.dana)
    assert "None. Moving a candidate to the Crosschq step sends nothing." in shown
    assert "No step of this process starts a reference check." in shown
    assert reverse("applications:process", args=[scenario.job.process_id]) in shown


def test_steps_stand_in_the_order_of_the_process(scenario: Scenario) -> None:
    for group, name in (("offer", "Before the offer"), ("new", "At once")):
        stage = factories.StageFactory(process=scenario.job.process, group=group, name=name)
        factories.StageAutomationFactory(stage=stage, action="crosschq.send_check", mode=Mode.SEND)

    assert "At once, Crosschq, Before the offer" in section(scenario)


def test_only_full_access_and_a_connected_company_have_the_section(scenario: Scenario) -> None:
    assert section(scenario, scenario.dana) != "" and section(scenario, scenario.sam) != ""
    assert section(scenario, scenario.ivy) == ""

    Connection.objects.all().delete()
    assert section(scenario) == ""


@pytest.mark.parametrize(
    ("typed", "tone", "words"),
    [
        (" ENGINEERING ", "success", "Sends the template Engineering, 3 references."),
        ("enginering", "warning", 'No template has the tag "enginering".'),
        ("xyz", "warning", 'No template has the tag "xyz".'),
        ("", "neutral", "Without a tag, moving a candidate to the Crosschq step sends nothing."),
    ],
)
def test_a_tag_says_what_it_will_do_while_it_is_typed(scenario: Scenario, typed: str, tone: str, words: str) -> None:
    url = reverse("jobs:field-remark", args=[scenario.field.pk])

    said = text(signed_in(scenario.kim).get(url, {f"field_{scenario.field.pk.hex}": typed}))

    assert words in said
    assert f"tl-text-{tone}" in said
    assert ('value="engineering"' in said) == (typed == "enginering")


def test_another_field_says_nothing_about_tags(scenario: Scenario) -> None:
    other = factories.JobFieldFactory(company=scenario.company, name="Cost center", kind=JobField.Kind.TEXT)

    assert text(signed_in(scenario.kim).get(reverse("jobs:field-remark", args=[other.pk]))) == ""
