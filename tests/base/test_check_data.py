"""`check_data` finds each foreign key that leads to another company, for every pair of tables, and other faults."""

from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from recruiting.applications.models import Attachment
from recruiting.candidates.models import CandidateField
from recruiting.company_fields.models import Field
from recruiting.foundation import integrity
from recruiting.jobs.models import JobField
from recruiting.search.models import SearchDocument
from tests import factories
from tests.careers.factories import QuestionSetFactory
from tests.cases import undone


def test_the_checks_are_generated_from_the_models() -> None:
    names = {str(check) for check in integrity.checks()}

    assert {
        "applications.Application.candidate",
        "applications.StageTransition.undoes",
        "candidates.CandidateTag.tag",
        "integrations.Installation.primary_credential",
        "jobs.JobFieldValue.option",
        "newsfeed.NewsfeedEntry.actor",
    } <= names
    assert not [name for name in names if name.endswith((".company", ".user"))]


def test_a_foreign_key_to_another_company_is_found(db: None) -> None:
    for check in integrity.checks():
        with undone(check):
            company = factories.CompanyFactory()
            # A file belongs to an application or to a person, never to both.
            more: dict[str, Any] = (
                {"application": factories.ApplicationFactory(company=company)} if check.model is Attachment else {}
            )
            if str(check) == "careers.Question.question_set":  # a question is a job's or a set's, never both
                more = {"posting": None, "question_set": QuestionSetFactory(company=company)}
            if str(check) == "careers.Submission.application":  # what is taken has one, and nothing else
                more = {"state": "taken", "application": factories.ApplicationFactory(company=company)}
            row = factories.make(check.model, company=company, **more)
            related: Any = check.model._meta.get_field(check.field).related_model
            foreign = factories.make(related, company=factories.CompanyFactory())
            if check.model is SearchDocument:
                foreign.search_document.delete()  # a person has one
            own = getattr(row, check.field) or factories.make(related, company=row.company)
            check.model._base_manager.filter(pk=row.pk).update(**{check.field: own})
            assert check.finding() == ""

            check.model._base_manager.filter(pk=row.pk).update(**{check.field: foreign})

            assert check.finding() == f"{check}: 1 row leads to another company, for example {row.pk}."


def test_the_command_names_what_it_found_and_fails(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    here, there = factories.CompanyFactory(), factories.CompanyFactory()
    jobs = [factories.JobFactory(company=here), factories.JobFactory(company=here)]
    process = factories.StageFactory(company=there).process
    type(jobs[0]).objects.update(process=process)

    with pytest.raises(CommandError, match=r"^1 of \d+ checks") as caught:
        call_command("check_data")

    assert caught.value.returncode == 1
    example = min(job.pk for job in jobs)
    assert capsys.readouterr().out == f"jobs.Job.process: 2 rows lead to another company, for example {example}.\n"
    assert {job.process_id for job in type(jobs[0]).objects.all()} == {process.pk}


def test_the_command_is_content_with_good_data(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    factories.ApplicationFactory(company=factories.CompanyFactory())
    factories.OutboxMessageFactory()

    call_command("check_data")

    said = capsys.readouterr().out
    assert "each leads to its own company" in said
    assert f"{len(integrity.rules())} further rules hold." in said


@pytest.mark.parametrize("of", ["Job", "Candidate"])
def test_each_further_rule_of_fields_finds_the_row_that_breaks_it(db: None, of: str) -> None:
    company = factories.CompanyFactory()
    fields = {"Job": JobField, "Candidate": CandidateField}[of]
    field, value = (partial(factories.make, model, company=company) for model in (fields, fields.value_model()))
    number, chosen, of_another_kind, of_another_field = field(kind=Field.Kind.NUMBER), value(), value(), value()
    empty_select = field(kind=Field.Kind.SELECT)
    asleep = field(kind=Field.Kind.SELECT, is_active=False)
    values = fields.value_model().objects
    values.filter(pk=of_another_kind.pk).update(field=number, option=None, text="12")
    values.filter(pk=of_another_field.pk).update(option=chosen.option)

    findings = [finding for rule in integrity.rules() if (finding := rule.finding())]

    label = f"{of.lower()}s.{of}Field"
    assert findings == [
        f"{label}: an active single select has a choice; 1 row breaks this, for example {empty_select.pk}.",
        f"{label}Value: a choice belongs to the value's field; 1 row breaks this, for example {of_another_field.pk}.",
        f"{label}Value: a value is of its field's kind; 1 row breaks this, for example {of_another_kind.pk}.",
    ]
    assert asleep.pk not in [row.pk for rule in integrity.rules() for row in rule.broken()]
