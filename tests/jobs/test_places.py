"""Departments and locations: the company's lists, and what jobs keep of them."""

import pytest
from django.db import IntegrityError, transaction

from recruiting.companies.models import Company, Membership
from recruiting.foundation import integrity
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.jobs import places, services
from recruiting.jobs.models import Department, Job, Location, PublicNumber
from recruiting.jobs.services import JobDetails
from tests import factories
from tests.refusals import refuses

pytestmark = pytest.mark.both_engines
BERLIN = {"city": "Berlin", "region": "", "country": "DE"}


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


def location(by: Membership, name: str, **address: str) -> Location:
    return places.save_location(by=by, name=name, **{**BERLIN, **address})


def broken() -> list[str]:
    return [str(rule) for rule in integrity.rules() if str(rule).startswith("jobs.Job") and rule.finding()]


def test_what_a_job_says_makes_entries_once(company: Company, dana: Membership) -> None:
    first = services.create_job(details=JobDetails("Buyer", "Sales", **BERLIN), by=dana)
    second = services.create_job(details=JobDetails("Seller", " sales ", "berlin", "", "DE"), by=dana)

    assert list(Department.objects.values_list("name", flat=True)) == ["Sales"]
    assert list(Location.objects.values_list("name", flat=True)) == ["Berlin, DE"]
    assert (second.department, second.city) == ("Sales", "Berlin")
    assert first.listed_department == second.listed_department
    assert PublicNumber.objects.count() == 2
    assert 10**9 <= Location.objects.get().number < 10**10
    assert broken() == []


def test_a_job_has_up_to_20_locations_in_order(company: Company, dana: Membership) -> None:
    job = services.create_job(details=JobDetails("Buyer", **BERLIN), by=dana)
    home = Location.objects.get()
    others = [location(dana, f"Office {number}", city=f"City {number}") for number in range(20)]

    services.set_locations(job=job, locations=[home.pk, others[1].pk, others[0].pk], by=dana)

    job = Job.objects.get()
    assert job.locations_in_words == "Berlin, DE and 2 more"
    assert job.further_locations == "Office 1\nOffice 0"
    assert [each.location for each in job.places.all()] == [home, others[1], others[0]]
    assert list(Job.objects.matching("office 1")) == [job]
    with refuses(InvalidInput, "A job has at most 20 locations."):
        services.set_locations(job=job, locations=[home.pk, *(each.pk for each in others)], by=dana)
    services.edit_job(job=job, details=JobDetails("Buyer", city="Paris", country="FR"), by=dana)
    assert Job.objects.get().locations_in_words == "Paris, FR and 2 more"
    services.edit_job(job=job, details=JobDetails("Buyer"), by=dana)
    assert Job.objects.get().locations_in_words == "City 1, DE and 1 more"
    services.set_locations(job=job, locations=[], by=dana)
    assert (Job.objects.get().locations_in_words, Job.objects.get().places.count()) == ("", 0)
    assert broken() == []


def test_of_two_locations_at_one_address_a_job_keeps_its_own(company: Company, dana: Membership) -> None:
    location(dana, "Berlin office")
    lab = location(dana, "Berlin lab")
    job = services.create_job(details=JobDetails("Buyer"), locations=[lab.pk], by=dana)

    services.edit_job(job=job, details=JobDetails("Senior Buyer", "Sales", **BERLIN), by=dana)

    assert [each.location for each in job.places.all()] == [lab]


def test_jobs_follow_what_is_changed_in_the_lists(company: Company, dana: Membership) -> None:
    there = location(dana, "Paris office", city="Paris", country="FR")
    job = services.create_job(details=JobDetails("Buyer", "Sales", **BERLIN), by=dana)
    services.set_locations(job=job, locations=[Location.objects.get(city="Berlin").pk, there.pk], by=dana)

    places.save_department(by=dana, name="Trade", department=Department.objects.get())
    places.save_location(
        by=dana, name="", city="Hamburg", region="", country="DE", location=Location.objects.get(city="Berlin")
    )
    places.save_location(by=dana, name="Lyon office", city="Lyon", region="", country="FR", location=there)

    job = Job.objects.get()
    assert (job.department, job.locations_in_words, job.further_locations) == (
        "Trade",
        "Hamburg, DE and 1 more",
        "Lyon office",
    )
    assert list(Job.objects.matching("lyon trade hamburg")) == [job]
    assert broken() == []


def test_what_cannot_be_saved_is_refused_in_a_sentence(company: Company, dana: Membership) -> None:
    sales = places.save_department(by=dana, name="Sales")
    inside = places.save_department(by=dana, name="Inside sales", parent=sales)
    location(dana, "Berlin office")
    foreign = places.save_department(by=factories.administrator(factories.CompanyFactory()), name="Sales")
    kim = factories.staffing(company)

    for name, sentence in (
        ("", "Enter a name."),
        ("sales", "There is a department called sales already."),
        ("x" * 101, "Use 100 characters at most; this has 101."),
    ):
        with refuses(InvalidInput, sentence):
            places.save_department(by=dana, name=name)
    with refuses(InvalidInput, "Inside sales is a part of Sales. Choose another one."):
        places.save_department(by=dana, name="Sales", parent=inside, department=sales)
    with refuses(NotFound, "There is no such department in your company."):
        places.save_department(by=dana, name="Trade", parent=foreign)
    with refuses(NotFound, "There is no such department in your company."):
        places.save_department(by=dana, name="Trade", department=foreign)
    with refuses(InvalidInput, "There is a location called Berlin Office already."):
        location(dana, "Berlin Office")
    with refuses(InvalidInput, "Choose a country from the list."):
        location(dana, "There", country="XX")
    with refuses(InvalidInput, "Enter a city, a state or a country."):
        location(dana, "Nowhere", city="", country="")
    with refuses(NotAllowed, "Only Administrators change company settings. Ask one of them."):
        places.save_department(by=kim, name="Trade")
    assert (Department.objects.for_company(company).count(), Location.objects.count()) == (2, 1)


def test_what_a_job_names_is_not_deleted(company: Company, dana: Membership) -> None:
    services.create_job(details=JobDetails("Buyer", "Sales", **BERLIN), by=dana)
    sales, berlin = Department.objects.get(), Location.objects.get()
    inside = places.save_department(by=dana, name="Inside sales", parent=sales)

    with refuses(Conflict, "1 job is in Sales. Change it first."):
        places.delete_department(department=sales, by=dana)
    with refuses(Conflict, "1 job is at Berlin, DE. Change it first."):
        places.delete_location(location=berlin, by=dana)
    services.edit_job(job=Job.objects.get(), details=JobDetails("Buyer"), by=dana)
    places.delete_department(department=sales, by=dana)
    places.delete_location(location=berlin, by=dana)

    inside.refresh_from_db()
    assert (inside.parent, Location.objects.count()) == (None, 0)


def test_the_database_takes_no_location_without_an_address(company: Company) -> None:
    with pytest.raises(IntegrityError, match="location_has_address"), transaction.atomic():
        Location.objects.create(company=company, name="Nowhere", number=1)


def test_check_data_finds_a_job_that_says_otherwise(company: Company, dana: Membership) -> None:
    job = services.create_job(details=JobDetails("Buyer", "Sales", **BERLIN), by=dana)

    Job.objects.update(department="Trade", city="", country="", further_locations="Lyon")

    assert broken() == [
        "jobs.Job: it says what its department is called",
        "jobs.Job: without an address it has no location",
        "jobs.Job: without further locations it names none",
        "jobs.JobLocation: its job says the address of the first",
    ]
    assert job.places.count() == 1
