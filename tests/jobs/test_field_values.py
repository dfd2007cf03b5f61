"""What jobs say in their company's fields: kinds, required fields, and who reads what."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from newsfeed.models import NewsfeedEntry
from recruiting.companies.models import Company, Membership
from recruiting.company_fields import definitions as fields
from recruiting.company_fields import values as field_values
from recruiting.company_fields.definitions import FieldDetails
from recruiting.company_fields.values import Value, input_name
from recruiting.foundation.errors import InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs import services
from recruiting.jobs.field_values import named
from recruiting.jobs.models import Job, JobField, JobFieldOption, JobFieldValue
from recruiting.jobs.services import JobDetails
from tests import factories
from tests.cases import undone
from tests.refusals import changes_nothing, refuses

Kind = JobField.Kind
INTERNAL, PUBLIC = JobField.Visibility.INTERNAL, JobField.Visibility.PUBLIC


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


@pytest.fixture
def job(company: Company) -> Job:
    """An open job."""
    return factories.JobFactory(company=company, title="Senior Buyer")


def make(company: Company, kind: Kind = Kind.TEXT, **given: Any) -> JobField:
    return factories.JobFieldFactory(company=company, kind=kind, **given)


def read(job: Job, by: Membership) -> dict[str, Value | None]:
    return {one.field.name: one.value for one in field_values.visible(JobField, job, by)}


def verbs() -> list[str]:
    return list(NewsfeedEntry.objects.order_by("id").values_list("verb", flat=True))


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "given", "kept", "words"),
    [
        (Kind.TEXT, "  engineering ", "engineering", "engineering"),
        (Kind.NUMBER, Decimal("1200.50"), Decimal("1200.5"), "1200.5"),
        (Kind.NUMBER, Decimal("100"), Decimal(100), "100"),
        (Kind.NUMBER, Decimal("0"), Decimal(0), "0"),
        (Kind.NUMBER, Decimal("-0.00005"), Decimal("-0.0001"), "-0.0001"),
        (Kind.DATE, date(2026, 11, 27), date(2026, 11, 27), "2026-11-27"),
        (Kind.YES_NO, True, True, "Yes"),
        (Kind.YES_NO, False, False, "No"),
    ],
)
def test_each_kind_keeps_its_value(
    company: Company, dana: Membership, job: Job, kind: Kind, given: Any, kept: Any, words: str
) -> None:
    field = make(company, kind)

    services.set_field_values(job=job, values={field.pk: given}, by=dana)

    (one,) = field_values.visible(JobField, job, dana)
    assert (one.value, one.words) == (kept, words)
    assert verbs() == ["jobs.edited"]
    with changes_nothing():
        services.set_field_values(job=job, values={field.pk: given}, by=dana)


def test_a_choice_is_kept_changed_and_emptied(company: Company, dana: Membership, job: Job) -> None:
    field = make(company, Kind.SELECT, name="Region")
    north, south = (factories.JobFieldOptionFactory(field=field, label=label) for label in ("North", "South"))

    services.set_field_values(job=job, values={field.pk: north}, by=dana)
    assert read(job, dana) == {"Region": north}
    services.set_field_values(job=job, values={field.pk: south}, by=dana)
    assert read(job, dana) == {"Region": south}
    services.set_field_values(job=job, values={field.pk: None}, by=dana)
    assert read(job, dana) == {"Region": None}
    with changes_nothing():
        services.set_field_values(job=job, values={field.pk: None}, by=dana)

    assert not JobFieldValue.objects.exists()
    assert verbs() == ["jobs.edited"] * 3


def test_details_and_values_are_one_edit(company: Company, dana: Membership, job: Job) -> None:
    one, two = make(company, name="One"), make(company, name="Two")

    services.edit_job(job=job, details=JobDetails(title="Buyer"), values={one.pk: "1", two.pk: "2"}, by=dana)

    assert Job.objects.get().title == "Buyer"
    assert read(job, dana) == {"One": "1", "Two": "2"}
    assert verbs() == ["jobs.edited"]


def test_values_that_are_not_given_stay(company: Company, dana: Membership, job: Job) -> None:
    one, two = make(company, name="One"), make(company, name="Two")
    services.set_field_values(job=job, values={one.pk: "1", two.pk: "2"}, by=dana)

    services.set_field_values(job=job, values={two.pk: "3"}, by=dana)

    assert read(job, dana) == {"One": "1", "Two": "3"}


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (Kind.TEXT, "x" * 501, "Use 500 characters at most; this has 501."),
        (Kind.TEXT, Decimal(1), "Fact takes text."),
        (Kind.NUMBER, "1", 'Fact takes a number as text, such as "12.5".'),
        (Kind.NUMBER, Decimal(10) ** 14, "Enter a number with at most 14 digits before the point."),
        (Kind.NUMBER, Decimal("NaN"), "Enter a number with at most 14 digits before the point."),
        (Kind.NUMBER, Decimal("99999999999999.99999"), "Enter a number with at most 14 digits before the point."),
        (Kind.DATE, "2026-11-27", 'Fact takes a date such as "2027-01-31".'),
        (Kind.YES_NO, "yes", "Fact takes true or false."),
        (Kind.SELECT, "North", "Fact takes the label of one of its choices."),
    ],
)
def test_values_that_do_not_fit_are_refused(
    company: Company, dana: Membership, job: Job, kind: Kind, given: Any, words: str
) -> None:
    field = make(company, kind, name="Fact")

    with refuses(InvalidInput) as caught:
        services.set_field_values(job=job, values={field.pk: given}, by=dana)

    assert caught.value.fields == {input_name(field.pk): words}


@pytest.mark.parametrize("fault", ["of another field", "of another company", "archived", "deleted"])
def test_a_choice_that_cannot_be_made_is_refused(company: Company, dana: Membership, job: Job, fault: str) -> None:
    field = make(company, Kind.SELECT)
    option = factories.JobFieldOptionFactory(field=field, is_archived=fault == "archived")
    if fault == "of another field":
        option = factories.JobFieldOptionFactory(company=company)
    if fault == "of another company":
        option = factories.JobFieldOptionFactory(company=factories.CompanyFactory())
    if fault == "deleted":
        JobFieldOption.objects.filter(pk=option.pk).delete()

    with refuses(InvalidInput, "This value can no longer be chosen"):
        services.set_field_values(job=job, values={field.pk: option}, by=dana)


def test_a_job_keeps_a_choice_that_was_archived(company: Company, dana: Membership, job: Job) -> None:
    value = factories.JobFieldValueFactory(job=job)
    factories.JobFieldOptionFactory(field=value.field)
    fields.remove_option(option=value.option, by=dana)

    with changes_nothing():
        services.set_field_values(job=job, values={value.field_id: value.option}, by=dana)


@pytest.mark.parametrize("whose", ["another company's", "deactivated"])
def test_a_field_that_is_not_asked_for_takes_no_value(company: Company, dana: Membership, job: Job, whose: str) -> None:
    field = make(company if whose == "deactivated" else factories.CompanyFactory(), is_active=whose != "deactivated")

    with refuses(InvalidInput, "There is no such job field."):
        services.set_field_values(job=job, values={field.pk: "x"}, by=dana)


def test_every_refusal_is_said_at_once(company: Company, dana: Membership, job: Job) -> None:
    number, required = make(company, Kind.NUMBER, name="Number"), make(company, name="Cost center", is_required=True)

    with refuses(InvalidInput) as caught:
        services.set_field_values(job=job, values={number.pk: "x", required.pk: " "}, by=dana)

    assert caught.value.fields == {
        input_name(number.pk): 'Number takes a number as text, such as "12.5".',
        input_name(required.pk): "Choose a value for Cost center; it is required.",
    }


# ── Required ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_required_fields_are_asked_for_when_a_job_is_created_and_edited(
    company: Company, dana: Membership, job: Job
) -> None:
    field = make(company, Kind.YES_NO, name="Remote", is_required=True)

    with refuses(InvalidInput, "Choose a value for Remote; it is required."):
        services.create_job(details=JobDetails(title="Clerk"), by=dana)
    with refuses(InvalidInput, "Choose a value for Remote; it is required."):
        services.edit_job(job=job, details=JobDetails(title="Clerk"), by=dana)
    made = services.create_job(details=JobDetails(title="Clerk"), values={field.pk: False}, by=dana)
    services.edit_job(job=made, details=JobDetails(title="Clerk II"), by=dana)
    with refuses(InvalidInput, "it is required"):
        services.set_field_values(job=made, values={field.pk: None}, by=dana)

    assert read(made, dana) == {"Remote": False}


def test_a_deactivated_field_is_not_required(company: Company, dana: Membership) -> None:
    make(company, is_required=True, is_active=False)

    assert services.create_job(details=JobDetails(title="Clerk"), by=dana).pk


def test_a_deactivated_fields_values_are_hidden_and_come_back(company: Company, dana: Membership, job: Job) -> None:
    field = make(company, name="Tag")
    services.set_field_values(job=job, values={field.pk: "engineering"}, by=dana)

    fields.deactivate(field=field, by=dana)
    assert read(job, dana) == {}
    assert named("Tag", [job]) == {}

    fields.activate(field=field, by=dana)
    assert read(job, dana) == {"Tag": "engineering"}
    assert named("tag", [job]) == {job.pk: "engineering"}


# ── Who reads ────────────────────────────────────────────────────────────────────────────────────────────────────────
SEES_INTERNAL = {JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR}


def test_internal_fields_are_for_people_with_full_access(company: Company, dana: Membership, job: Job) -> None:
    for company_role in CompanyRole:
        for job_role in [None, *JobRole]:
            with undone(company_role, job_role):
                public, internal = (
                    make(company, name="Open", visibility=PUBLIC),
                    make(company, name="Secret", visibility=INTERNAL),
                )
                other = factories.JobFactory(company=company)
                for one in (job, other):
                    services.set_field_values(job=one, values={public.pk: "open", internal.pk: "secret"}, by=dana)
                member = factories.MembershipFactory(company=company, role=company_role)
                if job_role:
                    factories.HiringTeamMemberFactory(job=job, membership=member, role=job_role)
                everywhere = company_role != CompanyRole.STANDARD

                found = field_values.of_owners(JobField, [job.pk, other.pk], member)

                shown = {pk: [one.words for one in values] for pk, values in found.items()}
                assert shown[job.pk] == (["open", "secret"] if everywhere or job_role in SEES_INTERNAL else ["open"])
                assert shown[other.pk] == (["open", "secret"] if everywhere else ["open"])
                asked = [one.field.name for one in field_values.asked_of(JobField, member, job)]
                assert asked == (["Open", "Secret"] if everywhere or job_role in SEES_INTERNAL else ["Open"])


def test_who_may_not_edit_a_job_sets_no_values(company: Company, job: Job) -> None:
    field = make(company, visibility=PUBLIC)
    stranger = factories.administrator(factories.CompanyFactory())
    interviewer = factories.on_team(job, JobRole.INTERVIEWER)

    with refuses(NotAllowed):
        services.set_field_values(job=job, values={field.pk: "x"}, by=interviewer)
    with refuses(NotFound):
        services.set_field_values(job=job, values={field.pk: "x"}, by=stranger)


def test_reading_many_jobs_takes_as_many_queries_as_reading_one(
    company: Company, dana: Membership, job: Job, django_assert_num_queries: Any
) -> None:
    made = [make(company) for _ in range(5)]
    jobs = [job, *(factories.JobFactory(company=company) for _ in range(5))]
    for one in jobs:
        services.set_field_values(job=one, values={field.pk: "x" for field in made}, by=dana)

    with django_assert_num_queries(3):
        found = field_values.of_owners(JobField, [job.pk for job in jobs], dana)
    with django_assert_num_queries(1):
        words = named(made[0].name, jobs)

    assert {pk: len(values) for pk, values in found.items()} == {one.pk: 5 for one in jobs}
    assert words == {one.pk: "x" for one in jobs}


def test_fields_stand_in_the_companys_order(company: Company, dana: Membership, job: Job) -> None:
    fields.create(JobField, details=FieldDetails("First"), kind=Kind.TEXT, by=dana)
    second = fields.create(JobField, details=FieldDetails("Second"), kind=Kind.TEXT, by=dana)
    fields.move(field=second, up=True, by=dana)

    assert list(read(job, dana)) == ["Second", "First"]
    assert [one.field.name for one in field_values.asked_of(JobField, dana)] == ["Second", "First"]
