"""Pages of reference checks take as many queries with ten of everything as with three."""

import pytest
from django.urls import reverse

from integrations.requests.lifecycle import State
from recruiting.jobs.models import JobFieldValue
from tests import factories
from tests.crosschq.factories import AskedReferenceFactory, KeptReferenceFactory, ReferenceCheckFactory, TemplateFactory
from tests.crosschq.pages import SETTINGS, TEMPLATES, action_url, tab_url
from tests.crosschq.scenario import Scenario
from tests.queries import queries_of
from tests.signing_in import signed_in


def grow(scenario: Scenario, start: int, end: int) -> None:
    """Templates, jobs with tags, and checks in several states, on one application and on others."""
    states = (State.FAILED, State.UNCERTAIN, State.CANCELED, State.STOPPED)
    for number in range(start, end):
        template = TemplateFactory(company=scenario.company, installation=scenario.installation, tag=f"t{number}")
        AskedReferenceFactory(template=template)
        job = factories.JobFactory(company=scenario.company, title=f"Job {number}")
        JobFieldValue.objects.create(company=scenario.company, job=job, field=scenario.field, text=f"t{number % 5}")
        common = {"installation": scenario.installation, "template": template, "owner": scenario.kim}
        ReferenceCheckFactory(
            application=scenario.application, state=State.CANCELED, requested_by=scenario.kim, **common
        )
        there = ReferenceCheckFactory(
            application=scenario.another(), state=states[number % 4], requested_by=scenario.kim, **common
        )
        KeptReferenceFactory(reference_check=there)


@pytest.mark.usefixtures("db")
def test_no_page_takes_more_queries_when_there_is_more(scenario: Scenario) -> None:
    check = scenario.sent()
    home = reverse("applications:home")
    record = reverse("applications:candidate", args=[scenario.candidate.pk, scenario.application.pk])
    pages = {
        SETTINGS: 50,
        f"{SETTINGS}jobs/": 20,
        TEMPLATES: 30,
        f"{TEMPLATES}new/": 30,
        f"{TEMPLATES}{scenario.template.pk}/": 40,
        f"{TEMPLATES}{scenario.template.pk}/delete/": 20,
        action_url(scenario, "choose"): 40,
        action_url(scenario, "stop", check.pk): 20,
        tab_url(scenario.application): 70,
        "/reference-checks/failed/": 20,
        "/reference-checks/uncertain/": 20,
        "/reference-checks/not-sent/": 20,
        record: 70,
        home: 60,
    }
    client = signed_in(scenario.dana)

    def answered(address: str) -> None:
        assert client.get(address).status_code == 200, address

    def count() -> dict[str, int]:
        counted = {}
        for address in pages:
            counted[address] = queries_of(lambda address=address: answered(address))
        return counted

    grow(scenario, 0, 3)
    count()  # what a process keeps for good is read once
    few = count()
    grow(scenario, 3, 10)
    many = count()

    assert {address: (few[address], many[address]) for address in pages if many[address] > few[address]} == {}
    assert {address: number for address, number in many.items() if number > pages[address]} == {}
