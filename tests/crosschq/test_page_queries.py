"""Pages of reference checks take as many queries with ten of everything as with three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations.requests.lifecycle import State
from recruiting.jobs.models import JobFieldValue
from tests import factories
from tests.crosschq.factories import AskedReferenceFactory, KeptReferenceFactory, ReferenceCheckFactory, TemplateFactory
from tests.crosschq.house import House
from tests.crosschq.pages import SETTINGS, TEMPLATES, act, tab_url
from tests.signing_in import signed_in


def grow(house: House, start: int, end: int) -> None:
    """Templates, jobs with tags, and checks in several states, on one application and on others."""
    states = (State.FAILED, State.UNCERTAIN, State.CANCELED, State.STOPPED)
    for number in range(start, end):
        template = TemplateFactory(company=house.company, installation=house.installation, tag=f"t{number}")
        AskedReferenceFactory(template=template)
        job = factories.JobFactory(company=house.company, title=f"Job {number}")
        JobFieldValue.objects.create(company=house.company, job=job, field=house.field, text=f"t{number % 5}")
        common = {"installation": house.installation, "template": template, "owner": house.kim}
        ReferenceCheckFactory(application=house.application, state=State.CANCELED, requested_by=house.kim, **common)
        there = ReferenceCheckFactory(
            application=house.another(), state=states[number % 4], requested_by=house.kim, **common
        )
        KeptReferenceFactory(reference_check=there)


@pytest.mark.usefixtures("db")
def test_no_page_takes_more_queries_when_there_is_more(house: House) -> None:
    check = house.sent()
    home = reverse("applications:home")
    record = reverse("applications:candidate", args=[house.candidate.pk, house.application.pk])
    pages = {
        SETTINGS: 50,
        f"{SETTINGS}jobs/": 20,
        TEMPLATES: 30,
        f"{TEMPLATES}new/": 30,
        f"{TEMPLATES}{house.template.pk}/": 40,
        f"{TEMPLATES}{house.template.pk}/delete/": 20,
        act(house, "choose"): 40,
        act(house, "stop", check.pk): 20,
        tab_url(house.application): 60,
        "/reference-checks/failed/": 20,
        "/reference-checks/uncertain/": 20,
        "/reference-checks/not-sent/": 20,
        record: 60,
        home: 60,
    }
    client = signed_in(house.dana)

    def count() -> dict[str, int]:
        counted = {}
        for address in pages:
            with CaptureQueriesContext(connection) as taken:
                assert client.get(address).status_code == 200, address
            counted[address] = len(taken)
        return counted

    grow(house, 0, 3)
    count()  # what a process keeps for good is read once
    few = count()
    grow(house, 3, 10)
    many = count()

    assert {address: (few[address], many[address]) for address in pages if many[address] > few[address]} == {}
    assert {address: number for address, number in many.items() if number > pages[address]} == {}
