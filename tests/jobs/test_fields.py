"""Job fields as Administrators define them, and that what is refused leaves no trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from recruiting.companies.models import Company, Membership
from recruiting.company_fields import definitions as fields
from recruiting.company_fields.definitions import FieldDetails
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import JobField, JobFieldOption, JobFieldValue, StageAutomation
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines

Kind = JobField.Kind


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


def select(dana: Membership, *labels: str, name: str = "Cost center") -> JobField:
    return fields.create(JobField, details=FieldDetails(name), kind=Kind.SELECT, labels=labels, by=dana)


def labels(field: JobField) -> list[str]:
    return [option.label for option in fields.options_of(field).order_by("position", "id")]


def order(company: Company) -> list[str]:
    return [field.name for field in fields.of_company(JobField, company)]


# ── Create ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_field_is_created_at_the_end(company: Company, dana: Membership) -> None:
    fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.NUMBER, by=dana)

    field = fields.create(
        JobField,
        details=FieldDetails("  Team   code ", is_required=True, visibility=JobField.Visibility.PUBLIC),
        kind=Kind.TEXT,
        category=JobField.Category.ORGANIZATION,
        by=dana,
    )

    assert order(company) == ["Grade", "Team code"]
    field.refresh_from_db()
    assert (field.kind, field.category, field.visibility) == ("text", "organization", "public")
    assert (field.is_required, field.is_active, field.company) == (True, True, company)


def test_a_single_select_takes_its_choices_once_each_in_their_order(dana: Membership) -> None:
    field = select(dana, "North", "", "  South  ", "NORTH", "East")

    assert labels(field) == ["North", "South", "East"]
    assert field.is_active


def test_other_kinds_have_no_choices(dana: Membership) -> None:
    field = fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.TEXT, labels=["A"], by=dana)

    assert labels(field) == []


def test_a_single_select_is_not_active_until_it_has_a_value(dana: Membership) -> None:
    with refuses(InvalidInput, "Not active until it has a value") as caught:
        select(dana)
    assert list(caught.value.fields) == ["values"]

    field = fields.create(JobField, details=FieldDetails("Region"), kind=Kind.SELECT, is_active=False, by=dana)
    with refuses(Conflict, "Region has no value to choose from"):
        fields.activate(field=field, by=dana)
    fields.add_options(field=field, labels=["North"], by=dana)

    assert fields.activate(field=field, by=dana).is_active


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter a name."),
        ("   ", "Enter a name."),
        ("x" * 101, "Use 100 characters at most; this has 101."),
        ("COST CENTER", "There is a job field called COST CENTER already."),
    ],
)
def test_names_that_do_not_do_are_refused(dana: Membership, name: str, words: str) -> None:
    fields.create(JobField, details=FieldDetails("Cost center"), kind=Kind.TEXT, by=dana)
    other = fields.create(JobField, details=FieldDetails("Other"), kind=Kind.TEXT, by=dana)
    acts: tuple[Callable[[], Any], ...] = (
        lambda: fields.create(JobField, details=FieldDetails(name), kind=Kind.TEXT, by=dana),
        lambda: fields.edit(field=other, details=FieldDetails(name), by=dana),
    )

    for act in acts:
        with refuses(InvalidInput) as caught:
            act()
        assert caught.value.fields == {"name": words}


def test_two_companies_may_have_a_field_of_the_same_name(dana: Membership) -> None:
    elsewhere = factories.administrator(factories.CompanyFactory())

    for by in (dana, elsewhere):
        fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.TEXT, by=by)

    assert JobField.objects.filter(name="Grade").count() == 2


def test_a_company_keeps_two_hundred_fields(company: Company, dana: Membership) -> None:
    JobField.objects.bulk_create(
        JobField(company=company, name=f"F{number}", is_active=False, position=number) for number in range(200)
    )

    with refuses(Conflict, "A company keeps 200 job fields at most"):
        fields.create(JobField, details=FieldDetails("One more"), kind=Kind.TEXT, by=dana)


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD])
def test_only_administrators_define_fields(company: Company, dana: Membership, role: CompanyRole) -> None:
    member = factories.MembershipFactory(company=company, role=role)
    field = select(dana, "North", "South")
    option = field.options.first()
    assert option is not None
    acts: tuple[Callable[[], Any], ...] = (
        lambda: fields.create(JobField, details=FieldDetails("New"), kind=Kind.TEXT, by=member),
        lambda: fields.edit(field=field, details=FieldDetails("New"), by=member),
        lambda: fields.move(field=field, up=True, by=member),
        lambda: fields.deactivate(field=field, by=member),
        lambda: fields.activate(field=field, by=member),
        lambda: fields.add_options(field=field, labels=["New"], by=member),
        lambda: fields.rename_option(option=option, label="New", by=member),
        lambda: fields.remove_option(option=option, by=member),
    )

    for act in acts:
        with refuses(NotAllowed, "Only Administrators change company settings"):
            act()


def test_a_field_of_another_company_is_not_there(dana: Membership) -> None:
    stranger = factories.administrator(factories.CompanyFactory())
    field = select(dana, "North", "South")
    option = field.options.first()
    assert option is not None
    acts: tuple[Callable[[], Any], ...] = (
        lambda: fields.edit(field=field, details=FieldDetails("New"), by=stranger),
        lambda: fields.move(field=field, up=True, by=stranger),
        lambda: fields.deactivate(field=field, by=stranger),
        lambda: fields.activate(field=field, by=stranger),
        lambda: fields.add_options(field=field, labels=["New"], by=stranger),
        lambda: fields.rename_option(option=option, label="New", by=stranger),
        lambda: fields.remove_option(option=option, by=stranger),
    )

    for act in acts:
        with refuses(NotFound):
            act()


# ── Change ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_editing_changes_name_readers_and_whether_it_is_required(dana: Membership) -> None:
    field = fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.TEXT, by=dana)
    details = FieldDetails("GRADE", is_required=True, visibility=JobField.Visibility.PUBLIC)

    fields.edit(field=field, details=details, by=dana)
    with changes_nothing():
        fields.edit(field=field, details=details, by=dana)

    field.refresh_from_db()
    assert (field.name, field.is_required, field.visibility, field.kind) == ("GRADE", True, "public", "text")


def test_fields_change_places_with_their_neighbors(company: Company, dana: Membership) -> None:
    one, two, three = (
        fields.create(JobField, details=FieldDetails(name), kind=Kind.TEXT, by=dana) for name in ("One", "Two", "Three")
    )

    assert fields.move(field=three, up=True, by=dana) == (2, 3)
    assert order(company) == ["One", "Three", "Two"]
    assert fields.move(field=one, up=False, by=dana) == (2, 3)
    assert order(company) == ["Three", "One", "Two"]
    with changes_nothing():
        assert fields.move(field=two, up=False, by=dana) == (3, 3)
        assert fields.move(field=three, up=True, by=dana) == (1, 3)


def test_deactivating_keeps_the_values(dana: Membership) -> None:
    value = factories.JobFieldValueFactory(company=dana.company)

    fields.deactivate(field=value.field, by=dana)
    with changes_nothing():
        fields.deactivate(field=value.field, by=dana)
    assert not JobField.objects.get().is_active
    assert JobFieldValue.objects.get() == value

    fields.activate(field=value.field, by=dana)
    assert JobField.objects.get().is_active


def test_the_list_counts_jobs_and_choices(company: Company, dana: Membership) -> None:
    field = select(dana, "North", "South")
    north, south = field.options.all()
    factories.JobFieldValueFactory(company=company, field=field, option=north)
    factories.JobFieldValueFactory(company=company, field=field, option=south)
    fields.remove_option(option=south, by=dana)
    fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.TEXT, by=dana)

    found = [(one.name, one.used_on, one.choices) for one in fields.of_company(JobField, company)]

    assert found == [("Cost center", 2, 1), ("Grade", 0, 0)]


# ── Choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_choices_are_added_once_and_archived_ones_come_back(company: Company, dana: Membership) -> None:
    field = select(dana, "North", "South")
    south = field.options.get(label="South")
    factories.JobFieldValueFactory(company=company, field=field, option=south)
    assert fields.remove_option(option=south, by=dana) is True
    assert labels(field) == ["North"]

    added = fields.add_options(field=field, labels=["north", "SOUTH", "East"], by=dana)

    assert added == 2
    assert labels(field) == ["North", "South", "East"]
    with changes_nothing():
        assert fields.add_options(field=field, labels=["East"], by=dana) == 0


def test_a_choice_is_deleted_when_no_job_has_it_and_archived_when_one_does(company: Company, dana: Membership) -> None:
    field = select(dana, "North", "South", "East")
    north, south, _east = field.options.all()
    value = factories.JobFieldValueFactory(company=company, field=field, option=north)

    assert fields.remove_option(option=north, by=dana) is True
    assert fields.remove_option(option=south, by=dana) is False

    assert list(field.options.values_list("label", "is_archived")) == [("North", True), ("East", False)]
    value.refresh_from_db()
    assert value.option == north


def test_the_last_choice_of_an_active_field_stays(dana: Membership) -> None:
    field = select(dana, "North")
    north = field.options.get()

    with refuses(Conflict, "Cost center needs a value while it is active. Deactivate the field first."):
        fields.remove_option(option=north, by=dana)
    fields.deactivate(field=field, by=dana)
    fields.remove_option(option=north, by=dana)

    assert not JobFieldOption.objects.exists()


def test_a_choice_is_renamed(dana: Membership) -> None:
    north, south = select(dana, "North", "South").options.all()

    fields.rename_option(option=north, label=" Up  north ", by=dana)

    north.refresh_from_db()
    assert north.label == "Up north"
    with refuses(InvalidInput, "There is a value SOUTH already."):
        fields.rename_option(option=north, label="SOUTH", by=dana)
    with refuses(InvalidInput, "Enter a value."):
        fields.rename_option(option=south, label="  ", by=dana)
    south.delete()
    with refuses(NotFound, "removed meanwhile"):
        fields.rename_option(option=JobFieldOption(pk=south.pk, field_id=north.field_id), label="New", by=dana)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "Enter at least one value."),
        (["  "], "Enter at least one value."),
        (["x" * 201], "Use 200 characters at most"),
        ([f"v{number}" for number in range(6000)], "A field holds 6,000 values at most; this makes 6,001."),
    ],
)
def test_choices_that_do_not_fit_are_refused(dana: Membership, given: list[str], words: str) -> None:
    field = select(dana, "North")

    with refuses(InvalidInput, words):
        fields.add_options(field=field, labels=given, by=dana)


def test_a_text_has_no_choices_to_add(dana: Membership) -> None:
    field = fields.create(JobField, details=FieldDetails("Grade"), kind=Kind.TEXT, by=dana)

    with refuses(Conflict, "Grade is no single select."):
        fields.add_options(field=field, labels=["A"], by=dana)


# ── What the database holds ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("model", "wrong", "constraint"),
    [
        (JobField, {"kind": "color"}, "jobfield_kind_legal"),
        (JobField, {"category": "person"}, "jobfield_category_legal"),
        (JobField, {"visibility": "secret"}, "jobfield_visibility_legal"),
        (JobField, {"name": ""}, "jobfield_name_not_empty"),
        (JobFieldOption, {"label": ""}, "jobfieldoption_label_not_empty"),
        (JobFieldValue, {"option": None}, "jobfieldvalue_not_empty"),
        (JobFieldValue, {"text": "both"}, "jobfieldvalue_one_kind"),
        (JobFieldValue, {"yes_no": True}, "jobfieldvalue_one_kind"),
        (StageAutomation, {"mode": "odd"}, "stageautomation_mode_legal"),
        (StageAutomation, {"action": ""}, "stageautomation_names_action"),
    ],
)
def test_rows_that_make_no_sense_do_not_get_in(company: Company, model: Any, wrong: Any, constraint: str) -> None:
    row = factories.make(model, company=company)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**wrong)
