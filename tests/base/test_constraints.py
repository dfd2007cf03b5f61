"""A broken constraint is recognized by name on both engines, and its refusal undoes only its own savepoint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from recruiting.companies.models import Company
from recruiting.foundation.constraints import translate_integrity_errors, violated
from recruiting.foundation.errors import Conflict
from tests import factories
from tests.cases import case

pytestmark = pytest.mark.both_engines


def provoke(kind: str) -> None:
    """Break one constraint of the kind."""
    company = factories.CompanyFactory()
    if kind == "check":
        Company.objects.create(name="")
    elif kind == "plain unique":
        member = factories.MembershipFactory(company=company)
        factories.MembershipFactory(company=company, user=member.user)
    elif kind == "partial unique":
        factories.HiringProcessFactory(company=company, is_default=True)
    elif kind == "expression unique":
        factories.TagFactory(company=company, name="Remote")
        factories.TagFactory(company=company, name="REMOTE")
    elif kind == "partial expression unique":
        factories.CandidateFactory(company=company, email="ada@example.com")
        factories.CandidateFactory(company=company, email="Ada@Example.com")
    elif kind == "bulk update":
        first, second = factories.UserFactory(), factories.UserFactory()
        type(first).objects.filter(pk=second.pk).update(email=first.email.upper())
    else:
        Company.objects.create(name="Acme", time_zone=None)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("check", "company_name_not_empty"),
        ("plain unique", "membership_once_per_company"),
        ("partial unique", "hiringprocess_one_default"),
        ("expression unique", "tag_name_unique"),
        ("partial expression unique", "candidate_email_unique"),
        ("bulk update", "user_email_unique"),
        ("not null", ""),
    ],
)
def test_the_broken_constraint_is_named(db: None, kind: str, name: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        provoke(kind)

    assert violated(caught.value) == name


def test_a_partial_rule_lets_what_it_does_not_cover_pass(db: None) -> None:
    company = factories.CompanyFactory()

    factories.CandidateFactory.create_batch(2, company=company, email="")
    factories.CandidateFactory(company=factories.CompanyFactory(), email="ada@example.com")
    factories.CandidateFactory(company=company, email="ada@example.com")

    assert company.candidates.count() == 3


def test_a_refusal_undoes_its_block_and_nothing_around_it(db: None) -> None:
    refusal = Conflict("Taken.")
    company = factories.CompanyFactory()

    with transaction.atomic():
        kept = factories.TagFactory(company=company, name="kept")
        with pytest.raises(Conflict) as caught, translate_integrity_errors({"tag_name_unique": refusal}):
            factories.TagFactory(company=company, name="undone")
            factories.TagFactory(company=company, name="KEPT")

    assert caught.value is refusal
    assert list(company.tags.all()) == [kept]


def test_another_constraint_is_not_mistaken_for_the_expected_one(db: None) -> None:
    company = factories.CompanyFactory()
    factories.TagFactory(company=company, name="kept")

    with (
        pytest.raises(IntegrityError),
        translate_integrity_errors({"candidate_email_unique": Conflict("Not this one.")}),
    ):
        factories.TagFactory(company=company, name="KEPT")


def unique_rules(model: type[models.Model]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and the columns of each unique rule that SQLite would report by its columns."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield constraint.name, tuple(sorted(constraint.fields))
    for group in model._meta.unique_together:
        yield f"unique_together {group}", tuple(sorted(group))
    for field in model._meta.local_fields:
        if field.unique:
            yield f"unique {field.name}", (field.name,)


def shared_columns(model: type[models.Model]) -> list[Any]:
    """Return the columns that two unique rules of the model share."""
    columns = [columns for _, columns in unique_rules(model)]
    return sorted({found for found in columns if columns.count(found) > 1})


def test_no_two_unique_rules_of_a_model_share_their_columns() -> None:
    for model in apps.get_models():
        with case(model._meta.label):
            assert shared_columns(model) == []


def test_the_rule_about_columns_can_fail() -> None:
    class Planted(models.Model):  # noqa: DJ008
        company = models.IntegerField()
        name = models.CharField(max_length=5)

        class Meta:
            app_label = "planted"
            constraints = (
                models.UniqueConstraint(fields=["company", "name"], name="planted_all"),
                models.UniqueConstraint(fields=["name", "company"], condition=models.Q(company=1), name="planted_some"),
            )

    try:
        assert shared_columns(Planted) == [("company", "name")]
    finally:
        apps.all_models.pop("planted", None)
        apps.clear_cache()


def test_constraint_names_are_unique_and_start_with_their_model_or_app() -> None:
    names = [
        (constraint.name, (f"{model._meta.model_name}_", f"{model._meta.app_label}_"))
        for model in apps.get_models()
        if model.__module__.startswith(("recruiting.", "newsfeed.", "integrations."))
        for constraint in model._meta.constraints
    ]

    assert [name for name, owners in names if not name.startswith(owners)] == []
    assert len({name for name, _ in names}) == len(names)
