"""Company Settings › Departments and Locations, the job form's suggestions, further locations, and Markdown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recruiting.companies.models import Company, Membership
from recruiting.jobs import places, services
from recruiting.jobs.models import Department, Job, Location
from recruiting.jobs.services import JobDetails
from tests import factories
from tests.sent_forms import fields_of, words
from tests.signing_in import signed_in

BERLIN = {"city": "Berlin", "region": "", "country": "DE"}


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


@pytest.fixture
def client(dana: Membership) -> Client:
    """Her browser."""
    return signed_in(dana)


@pytest.fixture
def job(dana: Membership) -> Job:
    """A job in Berlin."""
    return services.create_job(details=JobDetails("Buyer", "Sales", **BERLIN), by=dana)


def said(client: Client, response: Any) -> str:
    return words(client.get(response["Location"]))


def test_departments_are_listed_added_changed_and_deleted(client: Client, job: Job) -> None:
    sales = Department.objects.get()

    added = client.post("/settings/departments/new/", {"name": "Inside sales", "parent": sales.pk})
    again = client.post("/settings/departments/new/", {"name": "inside Sales"})
    changed = client.post(f"/settings/departments/{sales.pk}/", {"name": "Trade"})
    kept = client.post(f"/settings/departments/{sales.pk}/delete/")
    inside = Department.objects.get(name="Inside sales")
    gone = client.post(f"/settings/departments/{inside.pk}/delete/")

    assert [each.status_code for each in (added, again, changed, kept, gone)] == [303, 422, 303, 303, 303]
    assert "There is a department called inside Sales already." in words(again)
    assert inside.parent == sales
    assert Job.objects.get().department == "Trade"
    shown = said(client, kept)
    assert "1 job is in Trade. Change it first." in shown
    assert "Trade 1 job" in shown
    assert [each.name for each in Department.objects.all()] == ["Trade"]


def test_locations_are_listed_added_changed_and_deleted(client: Client, job: Job) -> None:
    berlin = Location.objects.get()

    added = client.post("/settings/locations/new/", {"name": "Paris office", "city": "Paris", "country": "FR"})
    empty = client.post("/settings/locations/new/", {"name": "Nowhere"})
    changed = client.post(f"/settings/locations/{berlin.pk}/", {"name": "HQ", "city": "Hamburg", "country": "DE"})
    kept = client.post(f"/settings/locations/{berlin.pk}/delete/")
    gone = client.post(f"/settings/locations/{Location.objects.get(city='Paris').pk}/delete/")

    assert [each.status_code for each in (added, empty, changed, kept, gone)] == [303, 422, 303, 303, 303]
    assert "Enter a city, a state or a country." in words(empty)
    assert Job.objects.get().location == "Hamburg, DE"
    assert "1 job is at HQ. Change it first." in said(client, kept)
    assert [each.name for each in Location.objects.all()] == ["HQ"]


def test_the_job_form_suggests_what_is_in_the_lists(client: Client, job: Job) -> None:
    page = client.get(reverse("jobs:edit", args=[job.pk])).content.decode()

    assert 'data-url="/jobs/departments/"' in page and 'data-url="/jobs/cities/"' in page
    assert client.get("/jobs/departments/?q=SAL").json() == [{"value": "Sales", "label": "Sales"}]
    assert client.get("/jobs/departments/?q=none").json() == []
    assert client.get("/jobs/cities/?q=berl").json() == [
        {"value": "Berlin", "label": "Berlin", "detail": "Berlin, DE", "fills": {"region": "", "country": "DE"}}
    ]
    stranger = signed_in(factories.administrator(factories.CompanyFactory()))
    assert stranger.get("/jobs/departments/?q=").json() == stranger.get("/jobs/cities/?q=").json() == []


def test_further_locations_are_chosen_and_shown(client: Client, dana: Membership, job: Job) -> None:
    paris = places.save_location(by=dana, name="Paris office", city="Paris", region="", country="FR")
    lyon = places.save_location(by=dana, name="Lyon office", city="Lyon", region="", country="FR")
    foreign = factories.LocationFactory(company=factories.CompanyFactory())
    address = f"/jobs/{job.pk}/locations/"

    assert "The first location is Berlin, DE." in words(client.get(address))
    assert client.post(address, {"locations": [foreign.pk]}).status_code == 422
    saved = client.post(address, {"locations": [lyon.pk, paris.pk]})

    assert "Lyon office Paris office" in said(client, saved)
    for shown in (f"/jobs/{job.pk}/", "/jobs/", f"/jobs/{job.pk}/info/"):
        assert "Berlin, DE and 2 more" in words(client.get(shown)), shown
    assert client.post(address, {}).status_code == 303
    assert Job.objects.get().locations_in_words == "Berlin, DE"


def test_a_description_is_markdown_with_a_preview(client: Client, job: Job) -> None:
    address = reverse("jobs:edit", args=[job.pk])
    typed = "# Who\n\nA **buyer**\nof <b>steel</b>. [More](javascript:alert(1))"

    client.post(address, {**fields_of(client.get(address)), "description": typed})
    info = client.get(f"/jobs/{job.pk}/info/").content.decode()
    preview = client.post("/preview/?field=description", {"description": typed}).content.decode()

    for shown in (info, preview):
        assert "<h2>Who</h2>" in shown
        assert "<p>A <strong>buyer</strong><br>\nof &lt;b&gt;steel&lt;/b&gt;. " in shown
        assert 'href="javascript' not in shown
    assert "Nothing to show yet." in client.post("/preview/?field=description", {}).content.decode()


def test_standard_members_change_no_lists(company: Company, job: Job) -> None:
    recruiter = factories.HiringTeamMemberFactory(job=job).membership
    client = signed_in(recruiter)

    assert client.get("/settings/departments/").status_code == 404
    assert client.post("/settings/locations/new/", {"city": "Paris"}).status_code == 404
    assert client.get(f"/jobs/{job.pk}/locations/").status_code == 200
