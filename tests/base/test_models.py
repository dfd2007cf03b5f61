"""What every model shares: its company's rows locked, columns written alone, choices held by the database."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from recruiting.candidates.models import Source
from recruiting.companies.models import Company
from recruiting.foundation.errors import NotFound
from recruiting.foundation.models import ChoiceField
from recruiting.jobs.models import Job, JobField
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def acme() -> Company:
    return factories.CompanyFactory()


def test_a_row_of_the_actors_company_is_locked_as_it_stands_now(acme: Company) -> None:
    job, dana = factories.JobFactory(company=acme, title="Engineer"), factories.administrator(acme)
    Job.objects.filter(pk=job.pk).update(title="Senior Engineer")

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        locked = Job.objects.locked(job, dana)

    assert (locked.pk, locked.title) == (job.pk, "Senior Engineer")
    assert ("FOR UPDATE" in asked[-1]["sql"]) is (connection.vendor == "postgresql")


def test_a_row_of_another_company_is_not_there_and_is_called_what_people_call_it(acme: Company) -> None:
    theirs = factories.JobFieldFactory(company=factories.CompanyFactory())
    dana = factories.administrator(acme)

    with transaction.atomic():
        for called, words in (("", "job field"), ("question", "question")):
            with pytest.raises(NotFound, match=rf"^There is no such {words} in your company\.$"):
                JobField.objects.locked(theirs, dana, called=called)


def test_only_what_differs_is_written(acme: Company) -> None:
    source = factories.SourceFactory(type=factories.SourceTypeFactory(company=acme), name="Board")
    before = source.updated_at
    Source.objects.filter(pk=source.pk).update(is_active=False)

    assert source.change(name="Board") is False
    assert Source.objects.get(pk=source.pk).updated_at == before

    assert source.change(name="Fair") is True
    stored = Source.objects.get(pk=source.pk)
    assert (stored.name, stored.name_key, stored.is_active) == ("Fair", "fair", False)
    assert stored.updated_at > before


def test_a_choice_is_held_by_a_constraint_of_the_columns_name(acme: Company) -> None:
    job = factories.JobFactory(company=acme)

    with transaction.atomic(), pytest.raises(IntegrityError, match="job_state_legal"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="paused")

    field = Job._meta.get_field("state")
    assert isinstance(field, ChoiceField)
    assert field.deconstruct()[1] == "django.db.models.CharField"
    assert [constraint.name for constraint in Job._meta.constraints].count("job_state_legal") == 1
    assert isinstance(field.clone(), models.CharField) and field.clone().choices == field.choices
